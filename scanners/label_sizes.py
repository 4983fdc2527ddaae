"""The label stocks that are printed on, in millimetres and points."""

from __future__ import annotations

import msgspec

THERMAL_DOT_MM = 0.125  # 203 dpi: modules of whole dots print with sharp edges
LASER_DOT_MM = 25.4 / 600


class LabelSize(msgspec.Struct, frozen=True, kw_only=True):
    """One stock: a label of `width` x `height` mm, `columns` x `rows` of them on a page.

    `qr_max` is the side of the code with its quiet zone; `text_max` and `text_min` are points.
    `wide_title` lets the unit's name run over the code as well.
    """

    name: str
    width: float
    height: float
    pad_x: float
    pad_y: float
    gutter: float
    qr_max: float
    title_height: float
    number_height: float
    text_max: float
    text_min: float
    title_max: float
    wide_title: bool
    long_captions: bool
    columns: int = 1
    rows: int = 1
    dot: float = THERMAL_DOT_MM


_60X40 = LabelSize(
    name="60x40",
    width=60,
    height=40,
    pad_x=2,
    pad_y=2,
    gutter=1.5,
    qr_max=24,
    title_height=5.5,
    number_height=3,
    text_max=8,
    text_min=4.5,
    title_max=11,
    wide_title=True,
    long_captions=True,
)
_50X30 = LabelSize(
    name="50x30",
    width=50,
    height=30,
    pad_x=1.5,
    pad_y=1.5,
    gutter=1,
    qr_max=20.5,
    title_height=5.5,
    number_height=2.8,
    text_max=6.5,
    text_min=4,
    title_max=8,
    wide_title=False,
    long_captions=False,
)
_40X30 = LabelSize(
    name="40x30",
    width=40,
    height=30,
    pad_x=1.25,
    pad_y=1.25,
    gutter=0.75,
    qr_max=18.5,
    title_height=5.5,
    number_height=2.6,
    text_max=6,
    text_min=4,
    title_max=7,
    wide_title=False,
    long_captions=False,
)
# A4 die-cut sheets without a margin of their own: the padding keeps clear of the strip that
# office printers cannot reach.
_A4_24 = LabelSize(
    name="a4-24",
    width=70,
    height=297 / 8,
    pad_x=5,
    pad_y=4,
    gutter=1.5,
    qr_max=24,
    title_height=5.5,
    number_height=3,
    text_max=7.5,
    text_min=4.5,
    title_max=9,
    wide_title=False,
    long_captions=True,
    columns=3,
    rows=8,
    dot=LASER_DOT_MM,
)
_A4_40 = LabelSize(
    name="a4-40",
    width=52.5,
    height=29.7,
    pad_x=4.5,
    pad_y=4,
    gutter=1,
    qr_max=18.5,
    title_height=4.8,
    number_height=2.6,
    text_max=6,
    text_min=4,
    title_max=7,
    wide_title=False,
    long_captions=False,
    columns=4,
    rows=10,
    dot=LASER_DOT_MM,
)

SIZES: dict[str, LabelSize] = {size.name: size for size in (_60X40, _50X30, _40X30, _A4_24, _A4_40)}
