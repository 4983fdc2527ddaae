"""`/api/v1/imports`: workbooks in, rehearsed, submitted, released by a second person, undone."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from urllib.parse import quote

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from api.auth.guards import Call, house_of
from api.auth.identity import Principal
from api.auth.powers import CREATE, Thing, guard, may
from api.commands.bodies import read_body
from api.commands.routes import flag
from api.directory.people import names_of
from api.house import House
from api.imports import background, running
from api.imports.batch import Defaults
from api.imports.kept import ImportBatch
from api.imports.mapping import Mapping
from api.imports.reading import BYTES_MAX
from api.imports.rehearsal import Rehearsal
from api.imports.template import template_book
from api.problems import Problem, parameter_problem
from domain.commands.command import MANY

PREFIX: Final = "/api/v1/imports"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BODY_MAX: Final = BYTES_MAX + 1024 * 1024
_SHOWN_MAX: Final = 1_000

_PREPARE: Final = guard(Thing.CARD, CREATE)
_RELEASE: Final = guard(Thing.VOUCHER, CREATE)
_READ: Final = guard(Thing.CARD)


class Correction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the columns are read and what is said once for all cards."""

    mapping: Mapping | None = None
    defaults: Defaults | None = None


class Undoing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a batch is undone."""

    reason: str


def caller(request: Call) -> tuple[House, Principal]:
    """The house and the one who calls."""
    assert request.user is not None, "the guard lets nobody pass without a principal"
    return house_of(request), request.user


def workbook(data: bytes, filename: str) -> Response[bytes]:
    """A workbook as a download."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(filename)}",
        "Cache-Control": "no-store",
    }
    return Response(data, media_type=XLSX, headers=headers)


@get(f"{PREFIX}/template.xlsx", opt=_READ, sync_to_thread=True)
def api_template() -> Response[bytes]:
    """The product's own workbook with guide and drop-downs."""
    return workbook(template_book(), "资产卡片导入模板.xlsx")


@post(PREFIX, opt=_PREPARE, sync_to_thread=True, status_code=201, request_max_body_size=BODY_MAX)
def api_prepare(request: Call) -> Response[bytes]:
    """Rehearse the workbook in the body for `unit` and `opening_date`; `filename` is its name."""
    house, principal = caller(request)
    data, filename = _file_of(request)
    batch = running.prepare(
        house, principal, data, filename, _parameter(request, "unit"),
        opening_day(_parameter(request, "opening_date")),
    )  # fmt: skip
    return _answer(house, batch, status=201)


@get(PREFIX, opt=_READ, sync_to_thread=True)
def api_batches(request: Call) -> Response[bytes]:
    """The batches of the caller's units, the newest first."""
    house, principal = caller(request)
    found = running.batches_for(house, principal, request.query_params.get("unit"))
    return _json({"rows": [shown(batch) for batch in found]})


@get(PREFIX + "/{batch_id:str}", opt=_READ, sync_to_thread=True)
def api_batch(request: Call, batch_id: FromPath[str]) -> Response[bytes]:
    """One batch: how its columns are read, its errors and warnings, how far it has come."""
    house, principal = caller(request)
    return _answer(house, running.find(house, principal, batch_id))


@post(PREFIX + "/{batch_id:str}/mapping", opt=_PREPARE, sync_to_thread=True, status_code=200)
def api_correct(request: Call, batch_id: FromPath[str]) -> Response[bytes]:
    """Rehearse a draft again with other columns, class choices or defaults."""
    house, principal = caller(request)
    body = read_body(request.state.body, Correction)
    batch = running.correct(
        house, principal, batch_id, mapping=body.mapping, defaults=body.defaults
    )
    return _answer(house, batch)


@post(PREFIX + "/{batch_id:str}/submit", opt=_PREPARE, sync_to_thread=True, status_code=200)
def api_submit(request: Call, batch_id: FromPath[str]) -> Response[bytes]:
    """Hand a draft to the second person; `partial=true` leaves rows with errors out."""
    house, principal = caller(request)
    partial = flag(request, "partial")
    return _answer(house, running.submit(house, principal, batch_id, partial=partial))


@post(PREFIX + "/{batch_id:str}/take-back", opt=_READ, sync_to_thread=True, status_code=200)
def api_take_back(request: Call, batch_id: FromPath[str]) -> Response[bytes]:
    """Make a submitted batch a draft again."""
    house, principal = caller(request)
    return _answer(house, running.take_back(house, principal, batch_id))


@post(PREFIX + "/{batch_id:str}/release", opt=_RELEASE, sync_to_thread=True, status_code=202)
def api_release(request: Call, batch_id: FromPath[str]) -> Response[bytes]:
    """Record the cards; `wait=true` answers when it is done, else ask the batch how far it is."""
    house, principal = caller(request)
    if flag(request, "wait"):
        return _answer(house, running.release(house, principal, batch_id))
    return _answer(house, begin_release(house, principal, batch_id), status=202)


@post(PREFIX + "/{batch_id:str}/undo", opt=_RELEASE, sync_to_thread=True, status_code=200)
def api_undo(request: Call, batch_id: FromPath[str]) -> Response[bytes]:
    """Undo every card of a released batch by correcting events."""
    house, principal = caller(request)
    reason = read_body(request.state.body, Undoing).reason
    return _answer(house, running.undo(house, principal, batch_id, reason))


@get(PREFIX + "/{batch_id:str}/errors.xlsx", opt=_READ, sync_to_thread=True)
def api_errors(request: Call, batch_id: FromPath[str]) -> Response[bytes]:
    """The workbook given back with what is wrong in each row."""
    house, principal = caller(request)
    return errors_answer(house, running.find(house, principal, batch_id))


@get(PREFIX + "/{batch_id:str}/receipt.xlsx", opt=_READ, sync_to_thread=True)
def api_receipt(request: Call, batch_id: FromPath[str]) -> Response[bytes]:
    """The receipt of a released batch."""
    house, principal = caller(request)
    return receipt_answer(house, running.find(house, principal, batch_id))


API_IMPORTS: Final = [
    api_template, api_prepare, api_batches, api_batch, api_correct, api_submit, api_take_back,
    api_release, api_undo, api_errors, api_receipt,
]  # fmt: skip


def begin_release(house: House, principal: Principal, batch_id: str) -> ImportBatch:
    """Check, then record the cards in the background; the batch tells how far it is."""
    batch = running.find(house, principal, batch_id)
    running.check_releaser(house, principal, batch)
    running.check_releasable(batch)
    background.start(house, batch_id, lambda: running.release(house, principal, batch_id))
    return running.find(house, principal, batch_id)


def begin_undo(house: House, principal: Principal, batch_id: str, *, reason: str) -> ImportBatch:
    """Undo a batch of one command at once, a longer one in the background."""
    batch = running.find(house, principal, batch_id)
    if batch.cards <= MANY:
        return running.undo(house, principal, batch_id, reason)
    if not may(principal.roles, Thing.VOUCHER, CREATE):
        raise Problem("E_FORBIDDEN")
    background.start(house, batch_id, lambda: running.undo(house, principal, batch_id, reason))
    return batch


def opening_day(text: str) -> date:
    """The opening date of a request; Problem E_PARAMETER."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise parameter_problem(
            "opening_date", "期初日期须写作 2026-01-01。", "opening_date reads 2026-01-01."
        ) from error


def errors_answer(house: House, batch: ImportBatch) -> Response[bytes]:
    """The errors workbook as a download."""
    stem = batch.filename.rsplit(".", 1)[0]
    return workbook(running.errors_file(house, batch), f"{stem}-错误.xlsx")


def receipt_answer(house: House, batch: ImportBatch) -> Response[bytes]:
    """The receipt as a download."""
    persons = (batch.prepared_by, batch.released_by or "")
    names = names_of(house.pool, persons)
    said = " / ".join(names.get(person, person) for person in persons)
    return workbook(running.receipt_file(house, batch, said), f"导入回执-{batch.batch_id}.xlsx")


def shown(batch: ImportBatch) -> dict[str, Any]:
    """A batch as JSON shows it."""
    told: dict[str, Any] = msgspec.to_builtins(batch, builtin_types=(date,))
    for name in ("mapping", "defaults"):
        told[name] = msgspec.json.decode(told[name]) if told[name] else None
    return told | {"running": background.is_running(batch.batch_id)}


def _answer(house: House, batch: ImportBatch, status: int = 200) -> Response[bytes]:
    found = running.rehearsal_of(house, batch)
    return _json(shown(batch) | {"rehearsal": _told(found)}, status)


def _told(found: Rehearsal) -> dict[str, Any]:
    """What a rehearsal found; lists are cut at a thousand, the errors workbook holds all."""
    return {
        "sheet": found.sheet,
        "class_std": found.class_std,
        "counts": found.counts,
        "assumptions": [{"zh": zh, "en": en} for zh, en in found.assumptions],
        "choices": found.choices,
        "errors": found.errors[:_SHOWN_MAX],
        "warnings": found.warnings[:_SHOWN_MAX],
    }


def _json(value: Any, status: int = 200) -> Response[bytes]:
    return Response(msgspec.json.encode(value), status_code=status, media_type="application/json")


def _parameter(request: Call, name: str) -> str:
    value = request.query_params.get(name) or request.state.form.get(name)
    if not value:
        raise parameter_problem(name, f"缺少参数 {name}。", f"The parameter {name} is missing.")
    return str(value)


def _file_of(request: Call) -> tuple[bytes, str]:
    sent = request.state.form.get("file")
    if sent is not None and hasattr(sent, "file"):
        return sent.file.read(), sent.filename or "cards"
    data: bytes = request.state.body
    if not data:
        raise Problem("E_FILE_EMPTY", "没有收到文件。", "No file was sent.", status=400)
    return data, request.query_params.get("filename") or "cards"
