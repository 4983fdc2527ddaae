"""Import pages: hand a workbook in, correct its reading, rehearse, submit, release, undo."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from api.auth.guards import Call
from api.auth.powers import CREATE, Thing, guard, may
from api.imports import background, kept, running
from api.imports.kept import Folder, ImportBatch
from api.imports.routes import (
    BODY_MAX,
    begin_release,
    begin_undo,
    errors_answer,
    opening_day,
    receipt_answer,
    workbook,
)
from api.imports.template import template_book
from api.problems import Problem
from api.web import import_forms as forms
from api.web.pages import Page, page_of
from domain.catalogue import classes

ERRORS_SHOWN: Final = 200
_READ: Final = guard(Thing.CARD)
_PREPARE: Final = guard(Thing.CARD, CREATE)
_RELEASE: Final = guard(Thing.VOUCHER, CREATE)


def _(text: str) -> str:
    """Mark `text` for the catalogue; the template translates it."""
    return text


STATUSES: Final = {
    kept.DRAFT: (_("待提交"), "info"),
    kept.SUBMITTED: (_("待复核"), "warn"),
    kept.RELEASING: (_("导入中"), "warn"),
    kept.RELEASED: (_("已入账"), "good"),
    kept.UNDOING: (_("撤销中"), "warn"),
    kept.UNDONE: (_("已撤销"), "mute"),
    kept.DISCARDED: (_("已丢弃"), "mute"),
}
STEPS: Final = (_("上传"), _("核对列"), _("试算"), _("提交"), _("复核入账"))
_STEP_OF: Final = {kept.DRAFT: 2, kept.SUBMITTED: 4, kept.RELEASING: 4}
_HOW: Final = {
    "exact": (_("标题一致"), "good"),
    "word": (_("常用标题"), "good"),
    "part": (_("标题相近"), "warn"),
    "content": (_("按内容判断"), "warn"),
    "clerk": (_("人工指定"), "info"),
    "none": (_("不读取"), "mute"),
}


@get("/import", opt=_READ, sync_to_thread=True)
def imports(request: Call) -> Response[str]:
    """The form for a new workbook and the batches of the reader's units."""
    return _list_page(page_of(request))


@get("/import/template.xlsx", opt=_READ, sync_to_thread=True)
def template() -> Response[bytes]:
    """The product's own workbook."""
    return workbook(template_book(), "资产卡片导入模板.xlsx")


@post("/import", opt=_PREPARE, sync_to_thread=True, status_code=200, request_max_body_size=BODY_MAX)
def hand_in(request: Call) -> Response[str]:
    """Keep and rehearse a workbook; refusals come back with what was entered."""
    page, form = page_of(request), request.state.form
    sent, begun = form.get("file"), page.house.now()
    try:
        if not hasattr(sent, "file") or not sent.filename:
            zh, en = "请选择要导入的文件。", "Choose a file to import."
            raise Problem("E_FILE_EMPTY", zh, en, status=400)
        batch = running.prepare(
            page.house, page.principal, sent.file.read(), sent.filename,
            str(form.get("unit_id") or ""), opening_day(str(form.get("opening_on") or "")),
            defaults=forms.defaults_of(form),
        )  # fmt: skip
    except Problem as problem:
        return _list_page(page, problem=problem, entered=form)
    return _to(page, batch.batch_id, said="known" if batch.prepared_at < begun else None)


@get("/import/{batch_id:str}", opt=_READ, sync_to_thread=True)
def batch_page(request: Call, batch_id: FromPath[str]) -> Response[str]:
    """One batch: its columns, its rehearsal, and what may be done with it now."""
    page = page_of(request)
    return _batch_page(page, running.find(page.house, page.principal, batch_id))


@get("/import/{batch_id:str}/progress", opt=_READ, sync_to_thread=True)
def progress(request: Call, batch_id: FromPath[str]) -> dict[str, Any]:
    """How far a release has come, for the bar on the page."""
    page = page_of(request)
    batch = running.find(page.house, page.principal, batch_id)
    going = background.is_running(batch_id)
    done = _done(page, batch)
    return {"status": batch.status, "done": done, "cards": batch.cards, "running": going}


@post("/import/{batch_id:str}/columns", opt=_PREPARE, sync_to_thread=True, status_code=200)
def correct(request: Call, batch_id: FromPath[str]) -> Response[str]:
    """Rehearse again with the clerk's reading of the columns, classes and defaults."""
    page, form = page_of(request), request.state.form
    batch = running.find(page.house, page.principal, batch_id)
    try:
        _require_as_seen(page, batch)
        found = running.rehearsal_of(page.house, batch)
        running.correct(
            page.house, page.principal, batch_id,
            mapping=forms.mapping_of(form, found), defaults=forms.defaults_of(form),
        )  # fmt: skip
    except Problem as problem:
        return _batch_page(page, batch, problem=problem)
    return _to(page, batch_id, said="rehearsed")


@post("/import/{batch_id:str}/submit", opt=_PREPARE, sync_to_thread=True, status_code=200)
def submit(request: Call, batch_id: FromPath[str]) -> Response[str]:
    """Hand the draft to the second person."""
    page = page_of(request)
    partial = request.state.form.get("partial") == "1"
    return _act(page, batch_id, running.submit, partial=partial)


@post("/import/{batch_id:str}/take-back", opt=_READ, sync_to_thread=True, status_code=200)
def take_back(request: Call, batch_id: FromPath[str]) -> Response[str]:
    """Make a submitted batch a draft again."""
    return _act(page_of(request), batch_id, running.take_back)


@post("/import/{batch_id:str}/discard", opt=_PREPARE, sync_to_thread=True, status_code=200)
def discard(request: Call, batch_id: FromPath[str]) -> Response[str]:
    """Throw a draft away."""
    page = page_of(request)
    batch = running.find(page.house, page.principal, batch_id)
    try:
        _require_as_seen(page, batch)
        running.discard(page.house, page.principal, batch_id)
    except Problem as problem:
        return _batch_page(page, batch, problem=problem)
    return _see(page.url("/import"))


@post("/import/{batch_id:str}/release", opt=_RELEASE, sync_to_thread=True, status_code=200)
def release(request: Call, batch_id: FromPath[str]) -> Response[str]:
    """Record the cards in the background; the page shows how far it is."""
    return _act(page_of(request), batch_id, begin_release)


@post("/import/{batch_id:str}/undo", opt=_RELEASE, sync_to_thread=True, status_code=200)
def undo(request: Call, batch_id: FromPath[str]) -> Response[str]:
    """Undo the whole batch by correcting events."""
    page = page_of(request)
    reason = str(request.state.form.get("reason") or "").strip()[:500]
    return _act(page, batch_id, begin_undo, reason=reason)


@get("/import/{batch_id:str}/errors.xlsx", opt=_READ, sync_to_thread=True)
def errors(request: Call, batch_id: FromPath[str]) -> Response[bytes]:
    """The workbook given back with what is wrong in each row."""
    page = page_of(request)
    return errors_answer(page.house, running.find(page.house, page.principal, batch_id))


@get("/import/{batch_id:str}/receipt.xlsx", opt=_READ, sync_to_thread=True)
def receipt(request: Call, batch_id: FromPath[str]) -> Response[bytes]:
    """The receipt of a released batch."""
    page = page_of(request)
    return receipt_answer(page.house, running.find(page.house, page.principal, batch_id))


IMPORTS: Final = [
    imports, template, hand_in, batch_page, progress, correct, submit, take_back, discard,
    release, undo, errors, receipt,
]  # fmt: skip


def _act(page: Page, batch_id: str, act: Any, **more: Any) -> Response[str]:
    """Do one step; a refusal is shown on the batch's page."""
    batch = running.find(page.house, page.principal, batch_id)
    try:
        _require_as_seen(page, batch)
        act(page.house, page.principal, batch_id, **more)
    except Problem as problem:
        return _batch_page(page, batch, problem=problem)
    return _to(page, batch_id)


_MOVES_BY_ITSELF: Final = frozenset({kept.RELEASING, kept.UNDOING})


def _require_as_seen(page: Page, batch: ImportBatch) -> None:
    """Refuse an act on a batch that has changed since its page was shown, as in another tab."""
    seen = page.request.state.form.get("seen")
    if batch.status in _MOVES_BY_ITSELF or seen in (None, as_seen(batch)):
        return
    raise Problem(
        "E_IMPORT_STATUS", "这个批次在别处已有变化，下面是现在的内容，请核对后再办理。",
        "The batch has changed elsewhere. This is how it is now; check it and try again.",
        status=409,
    )  # fmt: skip


def as_seen(batch: ImportBatch) -> str:
    """What tells one showing of a batch from the next."""
    return f"{batch.status} {batch.touched_at.isoformat()}"


def _done(page: Page, batch: ImportBatch) -> int:
    """How many cards are recorded or, while a batch is undone, undone."""
    if batch.status == kept.UNDOING:
        return kept.Batches(page.house.pool).undone_of(batch.batch_id)
    return batch.done


def _to(page: Page, batch_id: str, **more: str | None) -> Response[str]:
    return _see(page.url(f"/import/{batch_id}", **more))


def _see(address: str) -> Response[str]:
    return Response("", status_code=303, headers={"Location": address}, media_type="text/html")


def _list_page(page: Page, *, problem: Problem | None = None, entered: Any = None) -> Response[str]:
    batches = running.batches_for(page.house, page.principal, page.unit)
    scope = page.house.scope_of(page.principal, Thing.CARD, CREATE)
    lines = page.house.units.lines().values()
    units = [(one.unit_id, one.name) for one in lines if scope.allows(one.unit_id)]
    can = may(page.principal.roles, Thing.CARD, CREATE) and bool(units)
    return page.render(
        "imports.html", status=problem.status if problem else 200, problem=problem,
        entered=entered or {}, batches=batches, statuses=STATUSES, can_prepare=can, units=units,
        terms=forms.terms, opening=page.house.today().replace(day=1),
        names=page.names(*[one.prepared_by for one in batches]),
    )  # fmt: skip


def _batch_page(page: Page, batch: ImportBatch, *, problem: Problem | None = None) -> Response[str]:
    batch = running.find(page.house, page.principal, batch.batch_id)
    found = running.rehearsal_of(page.house, batch)
    folder = Folder(page.house.settings.data_dir, batch.batch_id)
    step = _STEP_OF.get(batch.status, len(STEPS))
    return page.render(
        "import_batch.html", status=problem.status if problem else 200, problem=problem,
        batch=batch, found=found, given=batch.given, statuses=STATUSES, steps=STEPS, step=step,
        columns=forms.columns_shown(found, folder.samples()), targets=forms.targets(page.lang),
        how=_HOW, terms=forms.terms, stds=[(std, std) for std in classes.CODE_FORMS],
        errors_shown=ERRORS_SHOWN,
        powers=_powers(page, batch), going=background.is_running(batch.batch_id),
        said=page.request.query_params.get("said", ""), seen=as_seen(batch),
        done=_done(page, batch),
        names=page.names(batch.prepared_by, batch.released_by or "", batch.undone_by or ""),
    )  # fmt: skip


class Powers(msgspec.Struct, frozen=True):
    """What the reader may do with the batch now."""

    correct: bool = False
    submit: bool = False
    take_back: bool = False
    release: bool = False
    undo: bool = False
    own: bool = False


def _powers(page: Page, batch: ImportBatch) -> Powers:
    who, house = page.principal, page.house
    prepares = may(who.roles, Thing.CARD, CREATE) and house.scope_of(
        who, Thing.CARD, CREATE
    ).allows(batch.unit_id)
    releases = may(who.roles, Thing.VOUCHER, CREATE) and house.scope_of(
        who, Thing.VOUCHER, CREATE
    ).allows(batch.unit_id)
    own = who.person_id == batch.prepared_by
    draft, waits = batch.status == kept.DRAFT, batch.status == kept.SUBMITTED
    return Powers(
        correct=draft and prepares,
        submit=draft and prepares,
        take_back=waits and (prepares or releases),
        release=batch.status in (kept.SUBMITTED, kept.RELEASING) and releases and not own,
        # A release that was refused midway can only be undone.
        undo=releases
        and (
            batch.status in (kept.RELEASED, kept.UNDOING)
            or (batch.status == kept.RELEASING and batch.problem is not None)
        ),
        own=own,
    )
