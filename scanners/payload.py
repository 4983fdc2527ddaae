"""The number on a label and the text inside its code: made, checked, read from any form.

A label number is eleven random-looking signs and one check sign. The code holds an upper-case
address, so that any phone opens the right page and the text stays in the alphanumeric mode:

    HTTPS://HOST/A/ 7K3M9QWX2A4 B  1  ABCDEFGHJ
                    number    check key MAC (44.6 bits of HMAC-SHA256)

Nothing in it says what the thing is, what it cost or who keeps it (handbook 12).
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from enum import Enum
from typing import Literal

import msgspec

from domain.labels import ALPHABET, NUMBER_LENGTH, is_label_no, signs
from scanners.keyring import KeyRing
from scanners.notices import Notice, ScanError

MAC_LENGTH = 9  # 31**9 = 44.6 bits; every try is an online, logged request
SIGNED_LENGTH = NUMBER_LENGTH + 1 + MAC_LENGTH
TEXT_LENGTH_MAX = 512

Form = Literal["url", "signed", "number"]

_AIM_ID = re.compile(r"^\][A-Z][0-9A-Z]")
_ADDRESS = re.compile(r"^HTTPS?[:;]//[^/]+/A/([^/?#]*)/?(?:[?#].*)?$")
_BASE_URL = re.compile(r"^HTTPS?://[A-Z0-9.:-]+$")
# Blanks and dashes between groups; the ones that NFKC leaves alone are listed by their code.
_BETWEEN = re.compile("[\\s.\\-_\u00b7\u2010-\u2015\u2212\u30fb]+")
_EDGES = "\ufeff\u200b\u001d\0 \t\r\n"
# Signs that an input method puts in place of . and /, and the letters people take for digits.
_TYPED = str.maketrans({"。": ".", "、": "/"})
_LOOKALIKE = str.maketrans({"O": "0", "I": "1"})


class Parsed(msgspec.Struct, frozen=True):
    """What a text says; `key_id` and `mac` are empty on a bare label number."""

    label_no: str
    key_id: str
    mac: str
    form: Form


class PayloadError(Notice, frozen=True):
    """Why a text is not a label of this system; a value, to be shown or counted."""


class Verdict(Enum):
    """What the keys say about a parsed label."""

    GENUINE = "genuine"
    FORGED = "forged"
    UNSIGNED = "unsigned"


NOT_A_LABEL = PayloadError(
    "E_LABEL_FORM",
    "这不是本系统的标签：可能是其他系统的旧标签或其他二维码，请按资产编号查找。",
    "Not a label of this system (an older label or some other code): look the asset up by number.",
)
CUT_LABEL = PayloadError(
    "E_LABEL_CUT",
    "标签内容不完整，请再扫一次。",
    "Only part of the label was read: scan it again.",
)
MISTYPED_LABEL = PayloadError(
    "E_LABEL_CHECK",
    "标签号的校验位不对：有字符读错或输错，请再扫一次或核对后重输。",
    "The check sign is wrong, so a character was misread or mistyped: scan or type it again.",
)


def grouped(label_no: str) -> str:
    """Write a label number for people, in groups of four."""
    return "-".join(label_no[at : at + 4] for at in range(0, len(label_no), 4))


def format(label_no: str, keyring: KeyRing, base_url: str) -> str:
    """Return the text for the code of `label_no`, signed with the active key.

    `base_url` is scheme, host and port only: a path would not survive capitals.
    """
    origin = base_url.rstrip("/").upper()
    if not _BASE_URL.match(origin):
        raise ScanError(_bad_base_url(base_url))
    if not is_label_no(label_no):
        raise ValueError(f"not a label number: {label_no!r}")
    key_id = keyring.active
    return f"{origin}/A/{label_no}{key_id}{_mac(label_no, key_id, keyring)}"


def parse(text: str) -> Parsed | PayloadError:
    """Read a label from whatever a gun, camera or person gave: address, signed or bare number.

    Takes an AIM identifier, marks and line ends around it, full-width and small letters, and
    groups with blanks or dashes. Says nothing about the signature: see `verify`.
    """
    if len(text) > TEXT_LENGTH_MAX:
        return NOT_A_LABEL
    plain = _plain(text)
    address = _ADDRESS.match(plain)
    if address is None and "/" in plain:
        return CUT_LABEL if re.match(r"^HTTPS?[:;]//[^/]*(/(A(/.*)?)?)?$", plain) else NOT_A_LABEL
    tail = _BETWEEN.sub("", address[1] if address else plain).translate(_LOOKALIKE)
    return _read_tail(tail, in_address=address is not None)


def verify(parsed: Parsed, keyring: KeyRing) -> Verdict:
    """Judge the signature of `parsed`; a key that this ring never had makes it a forgery."""
    if not parsed.mac:
        return Verdict.UNSIGNED
    if parsed.key_id not in keyring.keys:
        return Verdict.FORGED
    expected = _mac(parsed.label_no, parsed.key_id, keyring)
    same = hmac.compare_digest(expected.encode(), parsed.mac.encode())
    return Verdict.GENUINE if same else Verdict.FORGED


def _read_tail(tail: str, *, in_address: bool) -> Parsed | PayloadError:
    whole = len(tail) in (NUMBER_LENGTH, SIGNED_LENGTH)
    if not whole or any(sign not in ALPHABET for sign in tail):
        return CUT_LABEL if in_address and len(tail) < SIGNED_LENGTH else NOT_A_LABEL
    label_no, key_id, mac = tail[:12], tail[12:13], tail[13:]
    if not is_label_no(label_no):
        return MISTYPED_LABEL
    form: Form = "url" if in_address else ("signed" if mac else "number")
    return Parsed(label_no, key_id, mac, form)


def _plain(text: str) -> str:
    """Undo what guns and input methods do to a text, and turn it to capitals."""
    plain = unicodedata.normalize("NFKC", text).translate(_TYPED)
    return _AIM_ID.sub("", plain.strip(_EDGES).upper()).strip(_EDGES)


def _mac(label_no: str, key_id: str, keyring: KeyRing) -> str:
    message = f"taizhang-label/1\0{key_id}\0{label_no}".encode()
    return signs(hmac.digest(keyring.keys[key_id], message, "sha256"), MAC_LENGTH)


def _bad_base_url(base_url: str) -> Notice:
    return Notice(
        "E_LABEL_BASE_URL",
        f"标签网址“{base_url}”不能用：只写协议、主机和端口，例如 https://zc.example.gov.cn。",
        f"Label address {base_url!r} cannot be used: give scheme, host and port only, "
        "such as https://zc.example.gov.cn.",
    )
