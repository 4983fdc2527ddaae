"""Attachments over HTTP: kept once, checked by their bytes, read by who may see their event."""

from __future__ import annotations

import hashlib
import math
import threading
import uuid
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient

from api.app import create_app
from api.attachments import kinds
from api.attachments.names import clean_name
from api.attachments.uploads import store_of
from api.auth.identity import Principal
from api.bootstrap import Works
from api.directory.accounts import principal_named
from api.house import House
from api.imports import running
from api.installation import ATTACHMENT_VARIABLE, attachment_bytes_max
from tests.api.attached import (
    DOCX,
    HEIC,
    JPEG,
    OFD,
    PDF,
    PNG,
    WEBP,
    XLSX,
    do,
    send,
    sent,
    with_data,
    zipped,
)
from tests.api.conftest import Account, SignedIn
from tests.api.imports.workbooks import DESK, HEADING, xlsx
from tests.waiting import PATIENCE_SECONDS

LIMIT = 256 * 1024
CARD: dict[str, Any] = {
    "card_no": "", "name": "台式计算机", "class_std": "GB/T 14885-2022", "class_code": "A02010105",
    "card_type": "equipment", "account_code": "1601", "acq_way": "PURCHASE",
    "acquired_on": "2025-01-10", "gross_fen": 500_000, "fiscal_fen": 500_000, "life_months": 72,
    "use_direction": "BUSINESS", "keeper": "p-custodian",
}  # fmt: skip
APPROVAL = {"no": "批〔2025〕1号", "on": "2025-01-05", "level": "city"}


@pytest.fixture(scope="module")
def house(works: Works, tmp_path_factory: pytest.TempPathFactory) -> House:
    """The city with a data directory and a small limit."""
    return with_data(works, tmp_path_factory.mktemp("data"), attachment_bytes_max=LIMIT)


@pytest.fixture(scope="module")
def app(house: House) -> Litestar:
    """The application that keeps files."""
    return create_app(house)


@pytest.fixture(scope="module")
def officer(signed_in: SignedIn) -> Account:
    """The asset officer of the education bureau."""
    return signed_in("officer")


@pytest.fixture(scope="module")
def bought(officer: Account, signed_in: SignedIn) -> str:
    """A computer bought with its contract; its id."""
    do(signed_in("accountant"), "open-books", "2025-01-01", unit_id="JY", period="2025-01")
    answer = do(
        officer, "register-acquisition", "2025-01-10", unit_id="JY", sub_kind="CONFIG.PURCHASE",
        cards=[CARD], approval=APPROVAL, attachments=[sent(officer, PDF + b"contract")],
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    asset_id: str = answer.json()["created"]["asset_ids"][0]
    do(signed_in("accountant"), "post-to-books", "2025-01-10", asset_ids=[asset_id])
    return asset_id


def stored(house: House, data: bytes) -> Path:
    """Where the store keeps these bytes."""
    sha256 = hashlib.sha256(data).hexdigest()
    data_dir = house.settings.data_dir
    assert data_dir is not None
    return data_dir / "attachments" / sha256[:2] / sha256[2:4] / sha256


def principal(username: str, house: House) -> Principal:
    """One of the city's accounts."""
    found = principal_named(house.pool, username, house.today())
    assert found is not None
    return found


def count(works: Works) -> int:
    """How many events the log holds."""
    return works.store.log.head()


ACCEPTED = {
    "合同.pdf": (PDF, "application/pdf"), "照片.JPG": (JPEG, "image/jpeg"),
    "截图.png": (PNG, "image/png"), "a.webp": (WEBP, "image/webp"), "a.heic": (HEIC, "image/heic"),
    "发票.ofd": (OFD, "application/ofd"),
    "清单.csv": ("名称,数量\n".encode("gb18030"), "text/plain"),
    "说明.txt": ("\ufeff验收合格\t1\r\n".encode(), "text/plain"),
    "请示.docx": (DOCX, kinds.DOCX.media_type),
    "清单.xlsx": (XLSX, kinds.XLSX.media_type),
}  # fmt: skip


@pytest.mark.parametrize(("name", "kept"), ACCEPTED.items(), ids=[*ACCEPTED])
def test_a_file_is_known_by_its_bytes(
    house: House, officer: Account, name: str, kept: tuple[bytes, str]
) -> None:
    """Digest, size and type come from the bytes, which lie unaltered in the store."""
    data, media_type = kept
    answer = send(officer, data, name)

    assert answer.status_code == 201, answer.text
    assert answer.json() == {
        "sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "type": media_type,
        "name": name,
    }  # fmt: skip
    assert stored(house, data).read_bytes() == data


REFUSED = {
    "程序.pdf": (b"MZ\x90\x00" + b"\0" * 60, "E_ATTACHMENT_DANGEROUS"),
    "elf.png": (b"\x7fELF\x02\x01\x01", "E_ATTACHMENT_DANGEROUS"),
    "run.txt": (b"#!/bin/sh\nrm -rf x\n", "E_ATTACHMENT_DANGEROUS"),
    "page.pdf": (b"<!DOCTYPE html><p>x</p>", "E_ATTACHMENT_DANGEROUS"),
    "late.txt": (b"x" * 5000 + b"< script>alert(1)</script>", "E_ATTACHMENT_DANGEROUS"),
    "图.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "E_ATTACHMENT_DANGEROUS"),
    "宏.docx": (zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
               "E_ATTACHMENT_DANGEROUS"),
    "藏.ofd": (zipped("OFD.xml", "Doc_0/setup.EXE"), "E_ATTACHMENT_DANGEROUS"),
    "zip.docx": (zipped("a.txt"), "E_ATTACHMENT_TYPE"),
    "cut.docx": (DOCX[:40], "E_ATTACHMENT_TYPE"),
    "gif.png": (b"GIF89a\x01\x00\x01\x00\x00\x00\x00", "E_ATTACHMENT_TYPE"),
    "doc.doc": (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 20, "E_ATTACHMENT_TYPE"),
    "noise.txt": (bytes(range(256)), "E_ATTACHMENT_TYPE"),
    "大.pdf": (PDF + b"x" * LIMIT, "E_ATTACHMENT_TOO_LARGE"),
    "空.pdf": (b"", "E_FILE_EMPTY"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "sample"), REFUSED.items(), ids=[*REFUSED])
def test_what_is_no_document_is_refused(
    house: House, officer: Account, name: str, sample: tuple[bytes, str]
) -> None:
    """Whatever it is called and whatever the browser says of it; nothing is left behind."""
    data, code = sample
    answer = send(officer, data, name)

    assert (answer.json()["code"], 400 <= answer.status_code < 500) == (code, True), answer.text
    assert not stored(house, data).exists()


def test_a_body_far_over_the_limit_is_not_read_to_its_end(officer: Account) -> None:
    """The framework stops it; nothing is written."""
    answer = send(officer, PDF + b"x" * (LIMIT * 3))

    assert (answer.status_code, answer.json()["code"]) == (413, "E_TOO_LARGE")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/合同.pdf", "合同.pdf"), ("C:\\扫描\\a.PDF", "a.PDF"), ("a.exe", "a.exe.pdf"),
        ("\u202ef dp.exe", "f dp.exe.pdf"), ("", "附件.pdf"), ("...", "附件.pdf"),
        ("a\nb<c>.pdf", "ab_c_.pdf"), ("长" * 200 + ".pdf", "长" * 116 + ".pdf"),
    ],
)  # fmt: skip
def test_names_are_cleaned(name: str, kept: str) -> None:
    """No folders, no invisible signs, an end that fits what the bytes are."""
    assert clean_name(name, kinds.PDF) == kept


def test_the_same_bytes_are_one_attachment(house: House, officer: Account) -> None:
    """Sent by eight at once, and again, they lie in the store once; nothing half-written stays."""
    data = PDF + b"the same for all" * 1000
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda: answers.append(send(officer, data).status_code))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [201] * 8
    assert [path.name for path in stored(house, data).parent.iterdir()] == [
        hashlib.sha256(data).hexdigest()
    ]
    assert [*stored(house, data).parents[2].glob(".new/*")] == []


def test_an_event_carries_its_files(officer: Account, bought: str) -> None:
    """The contract is in the card's history, and among its files with who attached it."""
    history = officer.get("/api/v1/queries/card-history", params={"asset_id": bought}).json()
    (row,) = officer.get("/api/v1/queries/attachments", params={"asset_id": bought}).json()["rows"]

    assert history["rows"][0]["attachments"][0]["sha256"] == row["sha256"]
    assert (row["name"], row["actor_id"], row["sub_kind"]) == (
        "合同.pdf", "p-officer", "CONFIG.PURCHASE",
    )  # fmt: skip


@pytest.mark.parametrize("day", ["2025-01-09", "2025-01-10"])
def test_files_stand_on_the_business_clock(officer: Account, bought: str, day: str) -> None:
    """Before the day of its event a file is not on the card."""
    answer = officer.get(
        "/api/v1/queries/attachments", params={"asset_id": bought, "as_of": day}
    ).json()

    assert len(answer["rows"]) == (day >= "2025-01-10")


def test_a_download_is_the_very_bytes_and_cannot_run(officer: Account, bought: str) -> None:
    """As a download, not sniffed, in a sandbox, with its Chinese name."""
    sha256 = hashlib.sha256(PDF + b"contract").hexdigest()
    answer = officer.get(f"/api/v1/attachments/{sha256}")
    head = officer.request("HEAD", f"/api/v1/attachments/{sha256}")

    assert answer.content == PDF + b"contract"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "%E5%90%88%E5%90%8C.pdf" in answer.headers["content-disposition"]
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(answer.content)))
    assert head.content == b""


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("officer", 200), ("accountant", 200), ("dept", 200), ("audit", 200), ("organ", 200),
        ("custodian", 404), ("sysadmin", 403),
    ],
)  # fmt: skip
def test_files_are_read_by_who_sees_their_event(
    signed_in: SignedIn, bought: str, username: str, status: int
) -> None:
    """The contract of a unit is for its readers; the custodian sees his thing, not its contract."""
    sha256 = hashlib.sha256(PDF + b"contract").hexdigest()
    account = signed_in(username)

    assert account.get(f"/api/v1/attachments/{sha256}").status_code == status
    assert account.request("HEAD", f"/api/v1/attachments/{sha256}").status_code == status


def test_a_foreign_unit_sees_nothing(works: Works, signed_in: SignedIn) -> None:
    """Neither by digest nor by naming the file in a command of its own; it looks never sent."""
    finance, keeper = signed_in("finance"), signed_in("keeper")
    secret = sent(finance, PDF + b"of the finance office")
    unknown = "0" * 64
    named = do(keeper, "unlist", "2025-01-10", asset_ids=["x"], attachments=[secret])
    invented = do(
        keeper, "unlist", "2025-01-10", asset_ids=["x"], attachments=[{**secret, "sha256": unknown}]
    )

    assert named.json() == invented.json()
    assert named.json()["code"] == "E_ATTACHMENT_MISSING"
    assert keeper.get(f"/api/v1/attachments/{secret['sha256']}").status_code == 404
    assert keeper.get("/api/v1/attachments/zz").status_code == 404


def test_an_upload_alone_can_be_read_by_nobody(officer: Account) -> None:
    """A file is seen through an event that names it."""
    lone = sent(officer, PDF + b"lone")

    assert officer.get(f"/api/v1/attachments/{lone['sha256']}").status_code == 404


def test_reads_of_a_foreign_unit_are_recorded(
    works: Works, signed_in: SignedIn, bought: str
) -> None:
    """Who took which file of which unit (1.6)."""
    sha256 = hashlib.sha256(PDF + b"contract").hexdigest()
    signed_in("audit").get(f"/api/v1/attachments/{sha256}")
    with works.house.pool.connection() as connection:
        rows = connection.execute(
            "SELECT person_id, units FROM directory.access_record WHERE question LIKE %s",
            (f"%{sha256}%",),
        ).fetchall()

    assert ("p-audit", "JY") in {(row["person_id"], row["units"]) for row in rows}
    assert "p-officer" not in {row["person_id"] for row in rows}


WRONG = {
    "unknown digest": ({"sha256": "0" * 64}, "/attachments/0/sha256"),
    "no digest": ({"sha256": "../../etc/passwd"}, "/attachments/0/sha256"),
    "capitals": ({"sha256": "A" * 64}, "/attachments/0/sha256"),
    "another size": ({"size": 7}, "/attachments/0/size"),
}


@pytest.mark.parametrize("dry", [True, False])
@pytest.mark.parametrize(("change", "pointer"), WRONG.values(), ids=[*WRONG])
def test_a_command_names_only_files_that_are_there(
    works: Works, officer: Account, bought: str, change: dict[str, Any], pointer: str, dry: bool
) -> None:
    """Otherwise E_ATTACHMENT_MISSING with the field, and the log stays as it was."""
    file, before = sent(officer, PDF) | change, count(works)
    answer = do(
        officer, "move", "2025-01-12", asset_ids=[bought], place="二楼", attachments=[file], dry=dry
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "E_ATTACHMENT_MISSING")
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert count(works) == before


def test_a_repeat_gets_the_first_answer_though_its_file_is_lost(
    house: House, officer: Account, bought: str
) -> None:
    """What was recorded stays answered; only a new command, or another body, asks for the file."""
    file = sent(officer, PDF + b"lost later", "位置 图.pdf")
    body = {"occurred_on": "2025-01-12", "asset_ids": [bought], "place": "三楼"}
    first_id, other_id = str(uuid.uuid4()), str(uuid.uuid4())

    def give(command_id: str, place: str = "三楼") -> Response:
        return officer.post(
            "/api/v1/commands/move", headers={"Idempotency-Key": command_id},
            json=body | {"place": place, "attachments": [file]},
        )  # fmt: skip

    first = give(first_id)
    assert store_of(house.settings).remove(file["sha256"], before=math.inf)
    again, reused, other = give(first_id), give(first_id, "四楼"), give(other_id)

    assert (first.status_code, again.status_code) == (200, 200), again.text
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json()["position"] == first.json()["position"]
    assert (reused.status_code, reused.json()["code"]) == (422, "E_COMMAND_REUSED")
    assert (other.status_code, other.json()["code"]) == (422, "E_ATTACHMENT_MISSING")


def test_a_command_names_a_bounded_number_of_files(officer: Account, bought: str) -> None:
    """Fifty are enough for anybody."""
    files = [sent(officer, PDF)] * 51
    answer = do(officer, "move", "2025-01-12", asset_ids=[bought], place="x", attachments=files)

    assert (answer.status_code, answer.json()["code"]) == (400, "E_ATTACHMENT_MANY")


def test_a_decision_named_by_its_digest_joins_the_files(officer: Account, bought: str) -> None:
    """`approval.document` is a file like the others: there, and readable from the event."""
    document = sent(officer, PDF + b"decision", "批复.pdf")["sha256"]
    answer = do(
        officer, "register-acquisition", "2025-01-11", unit_id="JY", sub_kind="CONFIG.PURCHASE",
        cards=[CARD], approval=APPROVAL | {"document": document},
    )  # fmt: skip
    missing = do(
        officer, "register-acquisition", "2025-01-11", unit_id="JY", sub_kind="CONFIG.PURCHASE",
        cards=[CARD], approval=APPROVAL | {"document": "1" * 64},
    )  # fmt: skip

    assert answer.status_code == 200, answer.text
    assert officer.get(f"/api/v1/attachments/{document}").content == PDF + b"decision"
    assert missing.json()["errors"][0]["pointer"] == "/approval/document"


def test_an_altered_file_is_never_served(house: House, officer: Account, bought: str) -> None:
    """Not one byte of it; sending the true bytes again heals it."""
    data = PDF + b"to be altered"
    file = sent(officer, data, "验收单.pdf")
    do(officer, "move", "2025-01-13", asset_ids=[bought], place="三楼", attachments=[file])
    path = f"/api/v1/attachments/{file['sha256']}"
    stored(house, data).write_bytes(data[:-1] + b"!")
    altered = officer.get(path)
    stored(house, data).unlink()
    gone = officer.get(path)
    sent(officer, data)

    assert (altered.status_code, altered.json()["code"]) == (409, "E_ATTACHMENT_DAMAGED")
    assert (gone.status_code, gone.json()["code"]) == (410, "E_ATTACHMENT_GONE")
    assert officer.get(path).content == data


def test_without_a_data_directory_files_are_refused(works: Works, signed_in: SignedIn) -> None:
    """The server says so; commands without files pass as ever."""
    with TestClient(create_app(works.house), raise_server_exceptions=False) as browser:
        bare = Account(browser, "officer")
        answer = send(bare, PDF)

    assert (answer.status_code, answer.json()["code"]) == (503, "E_ATTACHMENT_NO_DATA_DIR")


@pytest.fixture(scope="module")
def listed(bought: str, officer: Account, signed_in: SignedIn) -> str:
    """The computer in the public warehouse."""
    opened: dict[str, Any] = {"warehouse_id": "W1", "unit_id": "JG", "name": "仓"}
    do(signed_in("organ"), "open-warehouse", "2025-02-01", **opened)
    do(officer, "declare-idle", "2025-02-01", asset_ids=[bought])
    answer = do(
        officer, "warehouse-in", "2025-02-02", asset_ids=[bought], warehouse_id="W1",
        mode="central", grade="B", approval=APPROVAL,
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    return bought


def test_listing_needs_a_real_photo(signed_in: SignedIn, listed: str) -> None:
    """No photo, a digest of nothing, a document: refused. A picture among the files: the photo."""
    organ = signed_in("keeper")
    contract, photo = sent(organ, PDF + b"k"), sent(organ, PNG, "外观.png")
    bare = do(organ, "list", "2025-02-03", asset_ids=[listed])
    invented = do(organ, "list", "2025-02-03", asset_ids=[listed], photo="0" * 64)
    document = do(organ, "list", "2025-02-03", asset_ids=[listed], attachments=[contract])
    wrong = do(organ, "list", "2025-02-03", asset_ids=[listed], photo=contract["sha256"])
    good = do(organ, "list", "2025-02-03", asset_ids=[listed], attachments=[contract, photo])
    rows = organ.get("/api/v1/queries/warehouse-stock", params={"warehouse_id": "W1"}).json()

    assert (bare.json()["code"], bare.status_code) == ("E_NO_PHOTO", 422)
    assert invented.json()["errors"][0]["pointer"] == "/photo"
    assert [document.json()["code"], wrong.json()["code"]] == ["E_NO_PHOTO"] * 2
    assert good.status_code == 200, good.text
    assert photo["sha256"] in str(rows)


def test_what_is_uploaded_is_not_sent_by_other_sites(officer: Account) -> None:
    """A form of another page carries no token."""
    answer = officer.post(
        "/api/v1/attachments", files={"file": ("a.pdf", PDF, "application/pdf")},
        headers={"X-CSRF-Token": ""},
    )  # fmt: skip

    assert (answer.status_code, answer.json()["code"]) == (403, "E_CSRF")


def test_settings_bound_the_size(house: House) -> None:
    """The limit is a setting of the installation, named in megabytes."""
    assert attachment_bytes_max({}) == 32 * 1024**2
    assert attachment_bytes_max({ATTACHMENT_VARIABLE: "5"}) == 5 * 1024**2
    for wrong in ("0", "501", "-1", "1.5", "x"):
        with pytest.raises(ValueError, match="1 to 500"):
            attachment_bytes_max({ATTACHMENT_VARIABLE: wrong})
    assert msgspec.structs.asdict(house.settings)["attachment_bytes_max"] == LIMIT


def test_an_imported_workbook_is_a_file_of_its_batch(
    works: Works, house: House, officer: Account
) -> None:
    """What the events of an import name is in the store, and its unit may read it."""
    data = xlsx([HEADING, ["IMPORTED1", *DESK[1:]]])
    prepared = running.prepare(
        house, principal("officer", house), data, "旧台账.xlsx", "JY", date(2025, 3, 1)
    )
    running.submit(house, principal("officer", house), prepared.batch_id)
    batch = running.release(house, principal("accountant", house), prepared.batch_id)
    assert works.engine.wait_for(works.store.log.head(), timeout=PATIENCE_SECONDS)
    asked = {"process_id": batch.batch_id}
    answer = officer.get("/api/v1/queries/process-attachments", params=asked).json()
    (row,) = answer["rows"]

    assert (row["sha256"], row["size"], row["name"]) == (batch.digest, len(data), "旧台账.xlsx")
    assert officer.get(f"/api/v1/attachments/{batch.digest}").content == data
