"""Prints labels: one as SVG or PNG, many as a PDF for label printers or A4 sheets."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from math import isqrt
from typing import Any, Literal

import msgspec
import typst
import zxingcpp
from PIL import Image

from scanners.fonts import Fonts, find_fonts
from scanners.label_sizes import SIZES, LabelSize
from scanners.notices import Notice, ScanError
from scanners.payload import grouped

LABELS_MAX = 20_000  # one file; more are printed in parts

_SHORT_CAPTIONS = ("名称", "编号", "型号", "使用", "启用")
_LONG_CAPTIONS = ("资产名称", "资产编号", "规格型号", "使用保管", "启用日期")
_BLACK_OR_WHITE = [0] * 128 + [255] * 128
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\ufeff]+")


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """What one label shows (handbook 12): no price, no classified content.

    `display_no` is the card's number for people; `outdoor` asks for the strongest correction.
    """

    unit_name: str
    asset_name: str
    display_no: str
    label_no: str
    qr_text: str
    model: str = ""
    dept_keeper: str = ""
    in_service_on: date | None = None
    outdoor: bool = False


def labels_pdf(labels: Iterable[Label], size: str = "60x40", *, used_up: int = 0) -> bytes:
    """Return a PDF with `labels` in order; `used_up` places of the first sheet stay empty."""
    stock = _stock(size)
    items = [_item(label, stock) for label in labels]
    if not 1 <= len(items) <= LABELS_MAX:
        raise ScanError(_bad_count(len(items)))
    first = used_up % (stock.columns * stock.rows)
    return _compile([*[None] * first, *items], stock, "pdf")


def label_svg(label: Label, size: str = "60x40") -> bytes:
    """Return one label as SVG, its text as outlines so that it looks the same everywhere."""
    return _compile([_item(label, _single(size))], _single(size), "svg")


def label_png(label: Label, size: str = "60x40", *, dpi: int = 300) -> bytes:
    """Return one label as PNG with `dpi` pixels an inch."""
    return _compile([_item(label, _single(size))], _single(size), "png", dpi)


def qr_png(text: str, *, outdoor: bool = False, pixels_per_module: int = 1) -> bytes:
    """Return the bare code of `text` as PNG, quiet zone included."""
    drawn = _draw(text, outdoor=outdoor)
    size = (drawn.width * pixels_per_module, drawn.height * pixels_per_module)
    return _png(drawn.resize(size, Image.Resampling.NEAREST))


def _stock(size: str) -> LabelSize:
    if size not in SIZES:
        raise ScanError(_unknown_size(size))
    return SIZES[size]


def _single(size: str) -> LabelSize:
    return msgspec.structs.replace(_stock(size), columns=1, rows=1)


def _draw(text: str, *, outdoor: bool) -> Image.Image:
    """Draw a code at one pixel a module, its quiet zone of four modules included."""
    # zxing-cpp weighs the eight masks 25 times faster than segno; zbar reads it in the tests.
    code = zxingcpp.create_barcode(
        text, zxingcpp.BarcodeFormat.QRCodeModel2, ec_level="H" if outdoor else "Q"
    )
    drawn: Any = code.to_image(scale=1, add_hrt=False, add_quiet_zones=True)
    pixels = memoryview(drawn).tobytes()
    side = isqrt(len(pixels))
    return Image.frombytes("L", (side, side), pixels).point(_BLACK_OR_WHITE, "1")


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, format="PNG")
    return out.getvalue()


def _item(label: Label, stock: LabelSize) -> dict[str, object]:
    drawn = _draw(label.qr_text, outdoor=label.outdoor)
    return {
        "unit_name": _printable(label.unit_name),
        "fields": _fields(label, stock),
        "number": grouped(label.label_no),
        "qr_png": list(_png(drawn)),
        "qr_side": _side(drawn.width, stock),
    }


def _side(modules: int, stock: LabelSize) -> float:
    """Return the side in mm, each module a whole number of the printer's dots."""
    dots = int(stock.qr_max / modules / stock.dot)
    return modules * dots * stock.dot if dots else stock.qr_max


def _fields(label: Label, stock: LabelSize) -> list[tuple[str, str]]:
    captions = _LONG_CAPTIONS if stock.long_captions else _SHORT_CAPTIONS
    day = label.in_service_on.isoformat() if label.in_service_on else ""
    values = (label.asset_name, label.display_no, label.model, label.dept_keeper, day)
    pairs = zip(captions, map(_printable, values), strict=True)
    # Name and number always stand, so that a gap in the data is seen on paper.
    return [(f"{c}：", v or "—") for place, (c, v) in enumerate(pairs) if v or place < 2]


def _printable(text: str) -> str:
    """Turn control signs and line ends into single blanks."""
    return " ".join(_UNPRINTABLE.sub(" ", text).split())


@cache
def _template() -> bytes:
    return files("scanners").joinpath("labels.typ").read_bytes()


@cache
def _loaded(fonts: Fonts) -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=fonts.folders
    )


def _compile(
    items: Sequence[object],
    stock: LabelSize,
    kind: Literal["pdf", "svg", "png"],
    dpi: int | None = None,
) -> bytes:
    fonts = find_fonts()
    sheet = {
        **msgspec.structs.asdict(stock),
        "page_width": stock.width * stock.columns,
        "page_height": stock.height * stock.rows,
        "fonts": list(fonts.families),
        "items": list(items),
    }
    made = typst.compile(
        _template(),
        font_paths=_loaded(fonts),
        ignore_system_fonts=True,
        format=kind,
        ppi=dpi,
        sys_inputs={"sheet": msgspec.json.encode(sheet).decode()},
    )
    return made if isinstance(made, bytes) else b"".join(made)


def _unknown_size(size: str) -> Notice:
    known = ", ".join(SIZES)
    return Notice(
        "E_LABEL_SIZE",
        f"没有“{size}”这种标签规格，可选：{known}。",
        f"There is no label size {size!r}; choose one of: {known}.",
    )


def _bad_count(count: int) -> Notice:
    return Notice(
        "E_LABEL_COUNT",
        f"一次可打印 1 至 {LABELS_MAX} 张标签，现在是 {count} 张，请调整选择。",
        f"One file holds 1 to {LABELS_MAX} labels, not {count}: change the selection.",
    )
