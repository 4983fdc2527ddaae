"""How errors become answers, and the headers that every answer carries (design 6, 8)."""

from __future__ import annotations

import uuid
from typing import Any, Final
from urllib.parse import quote

import structlog
from litestar import Request, Response
from litestar.datastructures import MutableScopeHeaders
from litestar.exceptions import HTTPException
from litestar.types import Message, Scope

from api.language import lang_of
from api.problems import MEDIA_TYPE, Problem, problem_of_status
from api.web.pages import error_page

_LOG = structlog.get_logger("api")

# No inline script or style anywhere; the camera page needs blob: for its stills.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; connect-src 'self'; font-src 'self'; manifest-src 'self'; "
    "worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


async def add_headers(message: Message, scope: Scope) -> None:
    """Give every answer the security headers; what is not a static file is never cached."""
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders.from_message(message)
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if not scope.get("path", "").startswith("/static/"):
        headers.setdefault("Cache-Control", "no-store")


def answer_problem(request: Request[Any, Any, Any], problem: Problem) -> Response[Any]:
    """A problem document for programs; for a person the sign-in page or a page that explains."""
    if not wants_page(request):
        # An answer to HEAD has no body, whatever it says.
        body = b"" if request.method == "HEAD" else problem.as_json(lang_of(request))
        headers = {"WWW-Authenticate": "Bearer"} if problem.status == 401 else {}
        if problem.code == "E_LOCKED":
            headers["Retry-After"] = "900"
        return Response(body, status_code=problem.status, media_type=MEDIA_TYPE, headers=headers)
    if problem.code == "E_SIGN_IN":
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        target = "/sign-in" if here == "/" else f"/sign-in?next={quote(here, safe='')}"
        return Response("", status_code=303, headers={"Location": target}, media_type="text/html")
    return error_page(request, problem)


def answer_http_exception(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """What the framework refused by itself, in our own form."""
    if error.status_code >= 500:
        return answer_any(request, error)
    return answer_problem(request, problem_of_status(error.status_code, str(error.detail)))


def answer_any(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """A fault of ours: logged under a number that the reader can pass on."""
    number = uuid.uuid4().hex[:12]
    _LOG.error("request failed", number=number, path=request.url.path, exc_info=error)
    return answer_problem(request, Problem("E_INTERNAL", number=number))


def wants_page(request: Request[Any, Any, Any]) -> bool:
    """Tell a person's browser from a program: by address first, then by Accept."""
    if request.url.path.startswith(("/api/", "/static/")):
        return False
    return "text/html" in request.headers.get("accept", "")


EXCEPTION_HANDLERS: Final[dict[Any, Any]] = {
    Problem: answer_problem,
    HTTPException: answer_http_exception,
    Exception: answer_any,
}
