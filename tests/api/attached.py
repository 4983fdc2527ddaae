"""Files of every kind for the tests of attachments, and a city with a data directory."""

from __future__ import annotations

import io
import uuid
import zipfile
from typing import Any

import msgspec
from httpx import Response

from api.bootstrap import Works
from api.house import House
from tests.api.conftest import Account

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8ff"
    "ff3f0005fe02fedccc59e70000000049454e44ae426082"
)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01Exif\x00\x00 place and camera \xff\xd9"
WEBP = b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00"
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"


def zipped(*names: str, text: bytes = b"<x/>") -> bytes:
    """A zip with entries of these names."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, text)
    return made.getvalue()


OFD = zipped("OFD.xml", "Doc_0/Document.xml")
DOCX = zipped("[Content_Types].xml", "word/document.xml")
XLSX = zipped("[Content_Types].xml", "xl/workbook.xml")


def send(account: Account, data: bytes, name: str = "合同.pdf") -> Response:
    """Upload one file."""
    return account.post("/api/v1/attachments", files={"file": (name, data, "text/html")})


def sent(account: Account, data: bytes, name: str = "合同.pdf") -> dict[str, Any]:
    """Upload one file; what a command says of it."""
    answer = send(account, data, name)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    return {key: told[key] for key in ("sha256", "name", "size")}


def do(account: Account, command: str, on: str, dry: bool = False, **body: Any) -> Response:
    """Give a command and wait until the pages show it; a read side that stands still fails."""
    answer = account.post(
        f"/api/v1/commands/{command}?wait=true{'&dry_run=true' if dry else ''}",
        json={"occurred_on": on, **body}, headers={"Idempotency-Key": str(uuid.uuid4())},
    )  # fmt: skip
    assert answer.json().get("shown") is not False, "recorded, but the read models do not follow"
    return answer


def with_data(works: Works, data_dir: Any, **settings: Any) -> House:
    """The house of `works` with a data directory."""
    changed = msgspec.structs.replace(works.house.settings, data_dir=data_dir, **settings)
    return msgspec.structs.replace(works.house, settings=changed)
