"""Who may read a file: whoever may see an event that names it; and its bytes, checked again."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from api.attachments.kinds import UNKNOWN, Kind, kind_of
from api.attachments.store import AttachmentDamagedError, AttachmentGoneError, is_digest
from api.attachments.uploads import rows_of, store_of
from api.auth.identity import Principal
from api.auth.powers import READ, Thing, may
from api.directory.access import AccessRecord, record_access
from api.house import House
from api.problems import Problem

# The object of handbook 1.3 that the events of a kind of stream belong to.
_AREAS: Final[dict[Thing, list[str]]] = {
    Thing.CARD: ["asset"], Thing.DISPOSAL: ["process"],
    Thing.VOUCHER: ["ledger", "period"], Thing.CENSUS: ["stocktake"], Thing.ISSUE: ["issue"],
    Thing.RULES: ["rule", "org", "warehouse", "unit"],
}  # fmt: skip


class Named(msgspec.Struct, frozen=True):
    """A file as an event that the reader may see names it; `size` in bytes."""

    name: str
    size: int
    unit_id: str


def named_for(house: House, principal: Principal, sha256: str) -> Named | None:
    """How the file is named where the reader may see it; None when he may see it nowhere."""
    if not is_digest(sha256):
        return None
    keeper = principal.person_id if principal.keeps_only_own else None
    for areas, units in _reach(house, principal):
        rows = rows_of(
            house.pool, "visible", sha256=sha256, areas=areas, units=units, keeper=keeper
        )
        if rows:
            return msgspec.convert(rows[0], Named)
    return None


def _reach(house: House, principal: Principal) -> Iterator[tuple[list[str], list[str] | None]]:
    """Kinds of streams with the units (None: all) whose events of them the reader may see."""
    for thing, areas in _AREAS.items():
        own_things_only = principal.keeps_only_own and thing is not Thing.CARD
        if may(principal.roles, thing, READ) and not own_things_only:
            units = house.scope_of(principal, thing).units
            yield areas, None if units is None else list(units)


def find(house: House, principal: Principal, sha256: str) -> Named:
    """As `named_for`; a file that the reader may not see is not found, like one never sent."""
    found = named_for(house, principal, sha256)
    if found is None:
        raise Problem("E_NOT_FOUND", "没有这个附件，或您看不到引用它的业务。",
                      "There is no such file, or you see no event that names it.")  # fmt: skip
    return found


def bytes_of(house: House, sha256: str) -> bytes:
    """The file's bytes, never altered ones: Problem E_ATTACHMENT_GONE or E_ATTACHMENT_DAMAGED."""
    try:
        return store_of(house.settings).read(sha256)
    except AttachmentGoneError as error:
        raise Problem(
            "E_ATTACHMENT_GONE",
            "附件文件已不在服务器上。请联系系统管理员从备份恢复，或重新上传原文件。",
            "The file is gone from the server. Ask the operator for the backup, or send the same "
            "file again.", status=410,
        ) from error  # fmt: skip
    except AttachmentDamagedError as error:
        raise Problem(
            "E_ATTACHMENT_DAMAGED",
            "附件文件与登记时的摘要不符，已停止提供。请联系系统管理员从备份恢复，或重新上传原文件。",
            "The file no longer has the digest that was recorded and is not served. Ask the "
            "operator for the backup, or send the same file again.", status=409,
        ) from error  # fmt: skip


def kind_or_unknown(data: bytes) -> Kind:
    """The kind of kept bytes; an old workbook of an import has none that uploads may have."""
    try:
        return kind_of(io.BytesIO(data))
    except Problem:
        return UNKNOWN


def record_reading(
    house: House, principal: Principal, sha256: str, found: Named, **call: Any
) -> None:
    """Record the read when the file belongs to another unit (handbook 1.6)."""
    if found.unit_id == principal.unit_id:
        return
    question = msgspec.json.encode({"attachment": sha256}).decode()
    record_access(house.pool, AccessRecord(
        at=house.now(), kind="read", person_id=principal.person_id,
        role=",".join(principal.roles), units=found.unit_id, question=question,
        purpose=",".join(filter(None, (grant.purpose for grant in principal.grants))),
        rows_read=1, **call,
    ))  # fmt: skip
