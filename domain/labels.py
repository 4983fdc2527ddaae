"""The number on a label (标签号): eleven random-looking signs and one check sign.

The 31 signs of GB 32100-2015 leave out I, O, S, V and Z; 31 is prime, so the weighted check
catches every single wrong sign and every swap of two.
"""

from __future__ import annotations

import hashlib

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
BASE = len(ALPHABET)
NUMBER_LENGTH = 12

_VALUE = {sign: value for value, sign in enumerate(ALPHABET)}


def signs(digest: bytes, length: int) -> str:
    """Write `digest` as `length` signs of the alphabet."""
    number = int.from_bytes(digest, "big")
    out = []
    for _ in range(length):
        number, value = divmod(number, BASE)
        out.append(ALPHABET[value])
    return "".join(out)


def check_sign(body: str) -> str:
    """Return the check sign of `body`: modulo 31 with weights 3**i, as GB 32100-2015 has it."""
    total = sum(_VALUE[sign] * pow(3, place, BASE) for place, sign in enumerate(body))
    return ALPHABET[-total % BASE]


def new_label_no(seed_bytes: bytes) -> str:
    """Make the label number that `seed_bytes` stands for; equal seeds give equal numbers."""
    if not seed_bytes:
        raise ValueError("a label number needs seed bytes")
    digest = hashlib.sha256(b"taizhang-label-no/1\0" + seed_bytes).digest()
    body = signs(digest, NUMBER_LENGTH - 1)
    return body + check_sign(body)


def is_label_no(text: str) -> bool:
    """Tell whether `text` has the form of a label number and its check sign is right."""
    return (
        len(text) == NUMBER_LENGTH
        and all(sign in _VALUE for sign in text)
        and check_sign(text[:-1]) == text[-1]
    )
