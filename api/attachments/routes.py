"""`/api/v1/attachments`: files in, once by their digest, and out to who may see them."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

import msgspec
from litestar import HttpMethod, Response, post, route
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from api.attachments import reading
from api.attachments.receiving import receive
from api.auth.guards import Call, house_of
from api.auth.powers import Thing, guard
from api.house import Settings
from api.problems import Problem

PREFIX: Final = "/api/v1/attachments"
_FRAME_BYTES: Final = 64 * 1024
"""What a form adds around its file."""

_HEADERS: Final = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def attachment_routes(settings: Settings) -> list[HTTPRouteHandler]:
    """The routes; how large a file may be is a setting."""
    body_max = settings.attachment_bytes_max + _FRAME_BYTES
    taking = post(
        PREFIX, opt=guard(Thing.CARD), sync_to_thread=True, status_code=201,
        request_max_body_size=body_max,
    )(attach)  # fmt: skip
    giving = route(
        PREFIX + "/{sha256:str}", http_method=[HttpMethod.GET, HttpMethod.HEAD],
        opt=guard(Thing.CARD), sync_to_thread=True,
    )(attachment)  # fmt: skip
    return [taking, giving]


def attach(request: Call) -> Response[bytes]:
    """Keep the form's `file`; the same bytes again are the same attachment."""
    assert request.user is not None, "the guard lets nobody pass without a principal"
    files = [one for one in _files(request) if hasattr(one, "file")]
    if len(files) != 1:
        raise Problem(
            "E_FILE_EMPTY", "请以表单字段 file 提交一个文件。",
            "Send one file in the form field `file`.", status=400,
        )  # fmt: skip
    house, name = house_of(request), files[0].filename or ""
    upload = receive(house, request.user.person_id, files[0].file, name)
    answer = {
        "sha256": upload.sha256, "size": upload.size, "type": upload.media_type,
        "name": upload.name,
    }  # fmt: skip
    return Response(msgspec.json.encode(answer), media_type="application/json", status_code=201)


def attachment(request: Call, sha256: FromPath[str]) -> Response[bytes]:
    """The file as it was brought in, as a download; HEAD tells its size alone."""
    assert request.user is not None, "the guard lets nobody pass without a principal"
    house = house_of(request)
    found = reading.find(house, request.user, sha256)
    headers = {**_HEADERS, "Content-Disposition": _disposition(found.name, sha256)}
    if request.method == "HEAD":
        headers["Content-Length"] = str(found.size)
        return Response(b"", headers=headers, media_type="application/octet-stream")
    data = reading.bytes_of(house, sha256)
    address = request.client.host if request.client else ""
    reading.record_reading(
        house, request.user, sha256, found, route=request.url.path, address=address
    )
    kind = reading.kind_or_unknown(data)
    return Response(data, headers=headers, media_type=kind.media_type)


def _files(request: Call) -> list[Any]:
    form = request.state.form
    found: list[Any] = form.getall("file", []) if form else []
    return found


def _disposition(name: str, sha256: str) -> str:
    end = name.rpartition(".")[2]
    end = end if end.isascii() and end.isalnum() else "bin"
    return f"attachment; filename=\"{sha256[:12]}.{end}\"; filename*=UTF-8''{quote(name, safe='')}"
