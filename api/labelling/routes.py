"""The routes of labels: what a photo or a burst holds, and what one text stands for."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from api.auth.guards import Call, house_of
from api.auth.powers import Thing, guard
from api.commands.bodies import read_body
from api.labelling.keys import problem_of
from api.labelling.reading import Reader, Seen, look_up
from api.language import lang_of
from api.problems import Problem
from api.queries.clocks import read_clocks
from scanners.guns import read_burst
from scanners.images import decode
from scanners.notices import Notice, ScanError

PHOTO_BYTES_MAX: Final = 16 * 1024 * 1024
_PHOTOS_MAX: Final = 20


class Typed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a gun or a person typed: one code, several in a burst, any suffix."""

    typed: str


class Scanned(msgspec.Struct, frozen=True):
    """The codes in the order in which they were read; `warnings` say what this server lacks."""

    seen: list[Seen]
    stages: list[str]
    warnings: list[str]


def reader_of(request: Call) -> Reader:
    """The caller as a reader of labels; the clocks may be in the address."""
    assert request.user is not None, "the guard lets nobody pass without a principal"
    house = house_of(request)
    return Reader(
        house=house, principal=request.user, asked=read_clocks(house, request.query_params),
        lang=lang_of(request), route=request.url.path,
        address=request.client.host if request.client else "",
    )  # fmt: skip


@post(
    "/api/v1/scan", opt=guard(Thing.CARD), sync_to_thread=True, status_code=200,
    request_max_body_size=PHOTO_BYTES_MAX,
)  # fmt: skip
def scan(request: Call) -> Response[bytes]:
    """Codes in a photo (an image as body, or form files `photo`) or in `{"typed": "…"}`."""
    reader = reader_of(request)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        typed = read_body(request.state.body, Typed).typed
        return _answer(Scanned(look_up(reader, [one.text for one in read_burst(typed)]), [], []))
    photos = [request.state.body] if kind.startswith("image/") else _files(request)
    if not photos:
        raise Problem(
            "E_MEDIA_TYPE", "请提交图片、名为 photo 的文件，或 JSON。",
            "Send an image, form files named photo, or JSON.",
        )  # fmt: skip
    return _answer(_read_photos(reader, photos))


@get("/api/v1/labels/{text:path}", opt=guard(Thing.CARD), sync_to_thread=True)
def label(request: Call, text: FromPath[str]) -> Response[bytes]:
    """What one label stands for: its number, the signed text, or the whole address, escaped."""
    seen = look_up(reader_of(request), [text.removeprefix("/")])
    if not seen or seen[0].thing is None:
        raise _not_found(seen)
    return _answer(seen[0])


def _files(request: Call) -> list[bytes]:
    given = request.state.form.getall("photo", []) if request.state.form else []
    files = [one.file.read() for one in given if hasattr(one, "file")]
    if len(files) > _PHOTOS_MAX:
        raise Problem(
            "E_TOO_MANY", f"一次最多 {_PHOTOS_MAX} 张照片。",
            f"At most {_PHOTOS_MAX} photos at a time.", status=400,
        )  # fmt: skip
    return files


def _read_photos(reader: Reader, photos: list[bytes]) -> Scanned:
    texts: list[str] = []
    stages: dict[str, None] = {}
    warnings: dict[Notice, None] = {}
    for photo in photos:
        try:
            reading = decode(photo)
        except ScanError as error:
            raise problem_of(error) from error
        texts += [hit.text for hit in reading.hits]
        stages |= dict.fromkeys(hit.stage for hit in reading.hits)
        warnings |= dict.fromkeys(reading.warnings)
    said = [notice.zh if reader.lang == "zh" else notice.en for notice in warnings]
    return Scanned(look_up(reader, texts), list(stages), said)


def _not_found(seen: list[Seen]) -> Problem:
    if not seen:
        return Problem("E_NOT_FOUND")
    refused = seen[0]
    return Problem(
        refused.code, refused.message, refused.message,
        status=400 if refused.status == "unreadable" else 404, label_status=refused.status,
    )  # fmt: skip


def _answer(value: Any) -> Response[bytes]:
    return Response(msgspec.json.encode(value), media_type="application/json")


LABELLING: Final = [scan, label]
