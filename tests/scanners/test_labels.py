"""Printing labels: the text is there and stays inside, in every size and for every name."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from label_photos import pages, raster, sample_label
from PIL import Image, ImageOps

from scanners import fonts
from scanners.label_sizes import SIZES
from scanners.labels import Label, label_png, label_svg, labels_pdf
from scanners.notices import ScanError

LONG = {
    "unit_name": "临江市高新技术产业开发区社会事务与机关后勤保障综合服务中心（事业）",
    "asset_name": "多功能一体化高清视频会议终端及其配套控制系统（含麦克风、扬声器、安装附件全套）"
    * 2,
    "model": "HUAWEI-TE60-1080P60-00A-ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" * 2,
    "dept_keeper": "综合业务与信息化建设管理科（三楼东侧办公区） 欧阳娜仁托娅",
    "display_no": "A02030501-2024-000000000123",
}
MARKUP = {
    "asset_name": '#image("x") $x$ *a* \\ "q"',
    "unit_name": "]#panic() 局",
    "model": "\n\0\t",
}


def _text_of(pdf: bytes, folder: Path) -> str:
    """The text of a PDF without blanks and line ends, as a reader's search sees it."""
    (folder / "labels.pdf").write_bytes(pdf)
    tool = shutil.which("pdftotext")
    if tool is None:  # the words are then only known to be drawn: see the tests of the rasters
        return ""
    made = subprocess.run(
        [tool, "-raw", str(folder / "labels.pdf"), "-"], check=True, capture_output=True
    )
    return re.sub(r"[\s\u200b]+", "", made.stdout.decode())


@pytest.mark.parametrize("size", SIZES)
def test_the_pdf_holds_the_text_of_the_handbook(tmp_path: Path, size: str) -> None:
    """Unit, name, number, model, keeper, date and label number can be searched and copied."""
    text = _text_of(labels_pdf([sample_label(7)], size), tmp_path)
    expected = [
        "临江市机关事务管理局",
        "台式计算机",
        "TY2024000007",
        "联想启天M455",
        "信息科张晓明",
    ]

    assert [words for words in [*expected, "2024-03-01"] if text and words not in text] == []


def test_the_pdf_says_nothing_that_a_label_must_not_say(tmp_path: Path) -> None:
    """The whole text is the fields, their captions and the label number."""
    label = sample_label(7)
    text = _text_of(labels_pdf([label], "50x30"), tmp_path)
    known = [label.unit_name, label.asset_name, label.display_no, label.model, label.dept_keeper]
    for words in [*known, "2024-03-01", *("名称：", "编号：", "型号：", "使用：", "启用：")]:
        text = text.replace(words.replace(" ", ""), "", 1)

    assert text in ("", "-".join(label.label_no[at : at + 4] for at in (0, 4, 8)))


@pytest.mark.parametrize("changes", [LONG, MARKUP, {"unit_name": "W" * 300}, {"asset_name": ""}])
@pytest.mark.parametrize("size", SIZES)
def test_nothing_runs_over_the_edge_or_into_the_code(
    tmp_path: Path, size: str, changes: dict[str, object]
) -> None:
    """Whatever the names, the padding and the strip before the code stay white."""
    label, stock = sample_label(1, **changes), SIZES[size]
    picture = raster(label, size, tmp_path)
    dots = 300 / 25.4
    width, height = int(stock.width * dots), int(stock.height * dots)
    ink = ImageOps.invert(picture.crop((0, 0, width, height))).getbbox()
    side = 41 * int(stock.qr_max / 41 / stock.dot) * stock.dot
    code_left = (stock.width - stock.pad_x - side) * dots
    below = (stock.pad_y + stock.title_height + 1.2) * dots
    strip = picture.crop(
        (int(code_left - 0.6 * stock.gutter * dots), int(below), int(code_left), height)
    )

    assert ink is not None
    assert ink[0] >= stock.pad_x * dots - 2
    assert ink[1] >= stock.pad_y * dots - 2
    assert ink[2] <= (stock.width - stock.pad_x) * dots + 2
    assert ink[3] <= (stock.height - stock.pad_y) * dots + 2
    assert ImageOps.invert(strip).getbbox() is None


def test_three_hundred_labels_are_a_matter_of_seconds() -> None:
    """A room's labels are there before one has walked to the printer.

    Counted is the time that the processor works for them, about two seconds, not its other work.
    """
    labels = [sample_label(index) for index in range(300)]
    started = time.process_time()
    pdf = labels_pdf(labels)

    assert pdf.startswith(b"%PDF-")
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    ("size", "count", "used_up", "sheets"),
    [
        ("60x40", 3, 0, 3),
        ("60x40", 3, 5, 3),
        ("a4-24", 24, 0, 1),
        ("a4-24", 24, 1, 2),
        ("a4-40", 41, 0, 2),
        ("a4-40", 1, 39, 1),
        ("a4-40", 1, 40, 1),
    ],
)
def test_sheets_are_filled_in_order(
    tmp_path: Path, size: str, count: int, used_up: int, sheets: int
) -> None:
    """A sheet begun earlier is used to its end: the places used up stay empty."""
    pdf = labels_pdf([sample_label(i) for i in range(count)], size, used_up=used_up)
    (tmp_path / "sheet.pdf").write_bytes(pdf)

    assert sheets == len(pages(tmp_path / "sheet.pdf"))


def test_one_label_is_drawn_as_png_and_svg_in_its_real_size() -> None:
    """60 mm at 300 dpi are 709 pixels, and the SVG says its size in points."""
    png = Image.open(io.BytesIO(label_png(sample_label())))
    svg = label_svg(sample_label(), "a4-24").decode()

    assert png.size == (709, 472)
    assert svg.startswith("<svg")
    assert 'width="198.' in svg


@pytest.mark.parametrize(
    ("labels", "size", "code"),
    [
        ([], "60x40", "E_LABEL_COUNT"),
        ([sample_label()], "70x50", "E_LABEL_SIZE"),
    ],
)
def test_what_cannot_be_printed_is_refused(labels: list[Label], size: str, code: str) -> None:
    """No label, or a size that does not exist."""
    with pytest.raises(ScanError) as refused:
        labels_pdf(labels, size)

    assert code == refused.value.notice.code


def test_without_a_font_the_command_that_installs_one_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No boxes in place of Chinese: printing stops with a sentence."""
    monkeypatch.setattr(fonts, "_candidates", lambda: iter(()))
    with pytest.raises(ScanError) as refused:
        fonts.find_fonts({})

    assert refused.value.notice.code == "E_FONT_MISSING"
    assert "apt-get install" in refused.value.notice.zh


def test_the_font_of_the_setting_comes_first(tmp_path: Path) -> None:
    """`TAIZHANG_FONT` names a file; one that is no font is refused."""
    usual = fonts.find_fonts({})
    named = fonts.find_fonts({fonts.SETTING: str(usual.paths[-1])})
    (tmp_path / "no.ttf").write_bytes(b"no font")
    with pytest.raises(ScanError) as refused:
        fonts.find_fonts({fonts.SETTING: str(tmp_path / "no.ttf")})

    assert usual.paths[-1] == named.paths[0]
    assert refused.value.notice.code == "E_FONT_SETTING"
