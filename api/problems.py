"""Errors as `application/problem+json`, and for a person as a page (design 6)."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from api.problem_codes import PROBLEMS

MEDIA_TYPE: Final = "application/problem+json"


class Wrong(msgspec.Struct, frozen=True):
    """One place in the request that is wrong: a JSON pointer and a sentence in both languages."""

    pointer: str
    zh: str
    en: str
    code: str = ""

    def detail(self, lang: str) -> str:
        """The sentence in the reader's language."""
        return self.zh if lang == "zh" else self.en

    def as_json(self, lang: str) -> dict[str, str]:
        """The line of `errors[]`."""
        line = {"pointer": self.pointer, "detail": self.detail(lang)}
        return line | {"code": self.code} if self.code else line


_BY_STATUS: Final = {
    401: "E_SIGN_IN", 403: "E_FORBIDDEN", 404: "E_NOT_FOUND", 405: "E_METHOD", 413: "E_TOO_LARGE",
    415: "E_MEDIA_TYPE", 503: "E_UNAVAILABLE",
}  # fmt: skip


class Problem(Exception):  # noqa: N818 - named after the media type it becomes
    """An answer that is not the one asked for, with its stable code in both languages.

    `detail_zh` and `detail_en` say more than the code's own sentence; `errors` point at fields.
    """

    def __init__(
        self,
        code: str,
        detail_zh: str = "",
        detail_en: str = "",
        *,
        status: int | None = None,
        errors: tuple[Wrong, ...] = (),
        **more: Any,
    ) -> None:
        known_status, zh, en = PROBLEMS.get(code, (status or 422, detail_zh, detail_en))
        self.code = code
        self.status = status or known_status
        self.zh, self.en = zh, en
        self.detail_zh = detail_zh or zh
        self.detail_en = detail_en or detail_zh or en
        self.errors = errors
        self.more = more
        super().__init__(f"{code}: {self.detail_en}")

    def title(self, lang: str) -> str:
        """The code's own sentence."""
        return self.zh if lang == "zh" else self.en

    def detail(self, lang: str) -> str:
        """The sentence for this very case."""
        return self.detail_zh if lang == "zh" else self.detail_en

    def as_json(self, lang: str) -> bytes:
        """The problem document of RFC 9457."""
        document: dict[str, Any] = {
            "type": f"urn:taizhang:problem:{self.code}",
            "code": self.code,
            "title": self.title(lang),
            "status": self.status,
            "detail": self.detail(lang),
        }
        if self.errors:
            document["errors"] = [wrong.as_json(lang) for wrong in self.errors]
        return msgspec.json.encode(document | self.more)


def problem_of_status(status: int, detail: str = "") -> Problem:
    """The problem for an answer that the framework gave by itself."""
    code = _BY_STATUS.get(status, "E_INTERNAL" if status >= 500 else "E_REQUEST")
    return Problem(code, status=status, reason=detail) if detail else Problem(code, status=status)


def parameter_problem(field: str, zh: str, en: str, code: str = "E_PARAMETER") -> Problem:
    """One query parameter or header is wrong."""
    return Problem(code, zh, en, status=400, errors=(Wrong(f"/{field}", zh, en, code),))
