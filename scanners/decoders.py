"""The two decoders behind one form: grey picture in, texts with their corners out."""

from __future__ import annotations

from functools import cache
from typing import Any

import zxingcpp
from PIL import Image

Box = tuple[tuple[int, int], ...]
Find = tuple[str, Box]


class ZbarMissingError(Exception):
    """The system has no libzbar, or the Python package for it is not installed."""


def read_zxing(photo: Image.Image, *, by_histogram: bool = False) -> list[Find]:
    """Read with zxing-cpp; `by_histogram` takes one threshold for the whole picture."""
    binarizer = zxingcpp.Binarizer
    codes = zxingcpp.read_barcodes(
        photo,
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2),
        binarizer=binarizer.GlobalHistogram if by_histogram else binarizer.LocalAverage,
        text_mode=zxingcpp.TextMode.Plain,
    )
    return [(_text_of(code.bytes, code.text), _corners(code.position)) for code in codes]


def read_zbar(photo: Image.Image) -> list[Find]:
    """Read with zbar; raise `ZbarMissingError` where its library is not installed.

    Only ASCII is believed: zbar guesses the encoding of short Chinese texts, often wrongly, and
    labels of this system hold nothing else.
    """
    zbar = _zbar()
    codes = zbar.decode(photo, symbols=[zbar.ZBarSymbol.QRCODE])
    return [
        (code.data.decode("ascii"), tuple((point.x, point.y) for point in code.polygon))
        for code in codes
        if code.data.isascii()
    ]


def _corners(position: Any) -> Box:
    points = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return tuple((point.x, point.y) for point in points)


def _text_of(raw: bytes, text: str) -> str:
    """Take zxing's text, except where unmarked bytes of an old domestic label became Latin-1."""
    if text.isascii() or any(sign > "\u00ff" for sign in text):
        return text
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return text


@cache
def _load_zbar() -> Any:
    try:
        from pyzbar import pyzbar
    except ImportError:
        return None
    return pyzbar


def _zbar() -> Any:
    zbar = _load_zbar()
    if zbar is None:
        raise ZbarMissingError
    return zbar
