"""Errors as `application/problem+json`, and for a person as a page (design 6)."""

from __future__ import annotations

from typing import Any, Final

import msgspec

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


# code -> status, Chinese, English. Each says what to do.
PROBLEMS: Final[dict[str, tuple[int, str, str]]] = {
    "E_SIGN_IN": (401, "请先登录。", "Sign in first."),
    "E_SIGN_IN_FAILED": (
        401, "用户名或口令不正确，请重新输入。",
        "The user name or the password is wrong. Try again.",
    ),
    "E_LOCKED": (
        429, "连续五次输入错误，请十五分钟后再试，或请系统管理员处理。",
        "Five attempts failed. Try again in fifteen minutes or ask the system administrator.",
    ),
    "E_BUSY": (503, "登录的人太多，请稍后再试。", "Too many people sign in. Try again shortly."),
    "E_FORBIDDEN": (
        403, "您的岗位没有这项权限。如需办理，请联系安全管理员授权。",
        "Your role does not allow this. Ask the security administrator for the power.",
    ),
    "E_UNDECLARED": (403, "该页面未声明权限，已拒绝。", "This route declares no guard; refused."),
    "E_OUT_OF_SCOPE": (
        403, "该单位不在您的数据范围内。", "This unit is outside your scope.",
    ),
    "E_CSRF": (
        403, "页面已过期，请刷新后重新提交。", "The page has expired. Reload it and submit again.",
    ),
    "E_UNKNOWN_USER": (404, "没有这个账号。", "There is no such account."),
    "E_OWN_ACCOUNT": (
        422, "不能停用自己的账号，请由另一位系统管理员办理。",
        "Nobody disables the own account. Ask another system administrator.",
    ),
    "E_ACCOUNT_DISABLED": (
        422, "该账号已停用，请先启用。", "The account is disabled. Enable it first.",
    ),
    "E_TOKEN_FOR_ADMINISTRATOR": (
        422, "三员账号不签发令牌，请为程序另建业务账号。",
        "An administrator's account gets no token. Make an account for the program.",
    ),
    "E_TOKEN_LABEL": (
        409, "该账号已有同一用途的有效令牌。请先撤销，或换一个用途。",
        "The account has a live token for this purpose. Revoke it, or name another purpose.",
    ),
    "E_TOKEN_UNKNOWN": (
        404, "没有这个有效令牌，可能已经撤销。", "There is no such live token; it may be revoked.",
    ),
    "E_NOT_FOUND": (404, "没有找到。请检查地址或编号。", "Not found. Check the address or number."),
    "E_METHOD": (405, "此地址不支持该请求方式。", "This address does not take that method."),
    "E_TOO_LARGE": (413, "提交的内容过大。", "The request is too large."),
    "E_MEDIA_TYPE": (415, "请以 application/json 提交。", "Send application/json."),
    "E_JSON": (400, "提交的内容不是有效的 JSON。", "The body is not valid JSON."),
    "E_JSON_DEPTH": (400, "JSON 嵌套过深。", "The JSON is nested too deeply."),
    "E_JSON_NUMBER": (
        400, "数字须为整数，金额以分为单位，不接受小数和科学计数。",
        "Numbers must be plain integers (money in fen); no fractions, no exponents.",
    ),
    "E_JSON_DUPLICATE": (400, "JSON 中有重复的字段。", "A field appears twice in the JSON."),
    "E_JSON_TEXT": (
        400, "文字中含有无法保存的字符。", "A text holds a character that cannot be kept.",
    ),
    "E_FIELDS": (400, "提交的字段有误，请按提示更正。", "Some fields are wrong; see the list."),
    "E_PARAMETER": (400, "参数有误，请按提示更正。", "A parameter is wrong; see the list."),
    "E_IDEMPOTENCY_KEY": (
        400, "须提供 Idempotency-Key 请求头（UUID）。",
        "The header Idempotency-Key (a UUID) is needed.",
    ),
    "E_IF_MATCH": (
        400, 'If-Match 须写作 "流名=版本号"，如 "asset:A1=3"。',
        'If-Match must read "stream=version", such as "asset:A1=3".',
    ),
    "E_VERSION": (
        412, "数据已被他人更新，请刷新后重新提交。",
        "The record has changed since you read it. Reload it and submit again.",
    ),
    "E_DAY_FUTURE": (
        400, "截止日期不能晚于今天。", "The as-of date may not lie in the future.",
    ),
    "E_KNOWN_AT": (
        400, "已知时点须为带时区的时间，如 2026-03-31T18:00:00+08:00。",
        "known_at needs a time with its zone, such as 2026-03-31T18:00:00+08:00.",
    ),
    "E_REQUEST": (400, "请求有误。", "The request is not valid."),
    "E_UNAVAILABLE": (
        503, "数据库暂时没有应答，请稍后用同一编号重试。",
        "The database gives no answer. Try again under the same key.",
    ),
    "E_INTERNAL": (
        500, "系统出错，已记录。请把编号告诉管理员。",
        "Something went wrong and was logged. Give the number to the operator.",
    ),
}  # fmt: skip

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
