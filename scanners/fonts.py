"""Finds a Chinese font for everything that is printed: labels, receipts, reports."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import msgspec
from PIL import ImageFont

from scanners.notices import Notice, ScanError

SETTING = "TAIZHANG_FONT"
INSTALL = "sudo apt-get install --no-install-recommends fonts-wqy-microhei"

# Wheel with the whole of Noto Sans SC (SIL Open Font Licence): rare characters in names included.
_WHEEL, _WHEEL_FONT = "pylopdf_fonts_zh_cn", "NotoSansSC-Regular.otf"
_KNOWN_PATHS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "/System/Library/Fonts/PingFang.ttc",
    "C:/Windows/Fonts/msyh.ttc",
)


class Fonts(msgspec.Struct, frozen=True):
    """Chinese fonts in the order in which they are tried, by family name and by file."""

    families: tuple[str, ...]
    paths: tuple[Path, ...]

    @property
    def folders(self) -> list[Path]:
        """The folders of the files: typst looks for fonts by folder only."""
        return list(dict.fromkeys(path.parent for path in self.paths))


def find_fonts(environ: Mapping[str, str] = os.environ) -> Fonts:
    """Return the fonts of this machine, the one named by `TAIZHANG_FONT` first.

    Several are kept because one often lacks the rare characters of personal names.
    """
    return _find(environ.get(SETTING, ""), tuple(_candidates()))


@cache
def _find(setting: str, candidates: tuple[Path, ...]) -> Fonts:
    paths = (_set_font(setting), *candidates) if setting else candidates
    families = dict.fromkeys(_family(path) for path in paths)
    if not families:
        raise ScanError(_none_found())
    return Fonts(tuple(families), paths)


def _candidates() -> Iterator[Path]:
    wheel = find_spec(_WHEEL)
    if wheel is not None and wheel.origin is not None:
        yield Path(wheel.origin).with_name(_WHEEL_FONT)
    for name in _KNOWN_PATHS:
        if Path(name).is_file():
            yield Path(name)


def _set_font(setting: str) -> Path:
    path = Path(setting)
    try:
        _family(path)
    except OSError as error:
        raise ScanError(_bad_setting(setting)) from error
    return path


def _family(path: Path) -> str:
    family, _ = ImageFont.truetype(str(path), 12).getname()
    if not family:
        raise OSError(f"no family name in {path}")
    return family


def _none_found() -> Notice:
    return Notice(
        "E_FONT_MISSING",
        f"没有找到中文字体，无法打印。请执行：{INSTALL}，或用 {SETTING} 指定字体文件。",
        f"No Chinese font found, so nothing can be printed. Run: {INSTALL}, "
        f"or name a font file in {SETTING}.",
    )


def _bad_setting(setting: str) -> Notice:
    return Notice(
        "E_FONT_SETTING",
        f"{SETTING} 指定的“{setting}”不是可用的字体文件，请改正或去掉这项设置。",
        f"{SETTING} names {setting!r}, which is not a usable font file: correct or remove it.",
    )
