"""Reading photos: every printed size is read through damage, and broken files get an answer."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from math import isqrt
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from label_photos import (
    KEYRING,
    WALL,
    blurred,
    dim,
    dirty,
    in_perspective,
    jpeg,
    pages,
    raster,
    rotated,
    sample_label,
)
from PIL import Image

from scanners import decoders, photos
from scanners.images import ZBAR_MISSING, Reading, decode
from scanners.label_sizes import SIZES
from scanners.labels import labels_pdf, qr_png
from scanners.notices import ScanError
from scanners.payload import Parsed, Verdict, parse, verify

DAMAGE: dict[str, Callable[[Image.Image], Image.Image]] = {
    "perspective": in_perspective,
    "rotation": rotated,
    "blur": blurred,
    "dim and noisy": dim,
    "far away": lambda photo: in_perspective(photo.resize((photo.width // 2, photo.height // 2))),
}


def _texts(reading: Reading) -> list[str]:
    return sorted(hit.text for hit in reading.hits)


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, format="PNG")
    return out.getvalue()


@pytest.fixture(scope="module")
def rasters(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Image.Image]:
    """The sample label in every size at 300 dpi, on A4 sheets cut to its corner of the page."""
    label, folder = sample_label(1), tmp_path_factory.mktemp("rasters")
    whole = {name: raster(label, name, folder) for name in SIZES}
    return {
        name: picture.crop((0, 0, int(SIZES[name].width * 11.8), int(SIZES[name].height * 11.8)))
        for name, picture in whole.items()
    }


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("size", SIZES)
def test_every_printed_size_is_read_through_damage(
    rasters: dict[str, Image.Image], size: str, damage: str
) -> None:
    """A 300 dpi print, photographed badly, gives exactly the text printed, and it is genuine."""
    reading = decode(jpeg(DAMAGE[damage](rasters[size])))
    parsed = parse(reading.hits[0].text)

    assert [sample_label(1).qr_text] == _texts(reading)
    assert isinstance(parsed, Parsed)
    assert Verdict.GENUINE is verify(parsed, KEYRING)


def test_dirt_on_a_small_label_is_read_by_a_later_stage(rasters: dict[str, Image.Image]) -> None:
    """The cascade goes on where the first decoder fails, and says which stage read it."""
    reading = decode(jpeg(dirty(rasters["40x30"])))

    assert [sample_label(1).qr_text] == _texts(reading)
    assert reading.hits[0].stage != "zxing-global"
    assert reading.hits[0].stage in reading.stages_tried


@pytest.mark.parametrize(("size", "count"), [("a4-24", 24), ("a4-40", 40)])
@pytest.mark.parametrize("damage", [in_perspective, rotated])
def test_all_labels_of_a_sheet_are_read_from_one_photo(
    tmp_path: Path, size: str, count: int, damage: Callable[[Image.Image], Image.Image]
) -> None:
    """The finds of the stages are united when a photo holds several labels."""
    labels = [sample_label(index) for index in range(count)]
    (tmp_path / "sheet.pdf").write_bytes(labels_pdf(labels, size))
    page = pages(tmp_path / "sheet.pdf")[0]
    reading = decode(jpeg(damage(page.resize((page.width // 2, page.height // 2)))))

    assert sorted(label.qr_text for label in labels) == _texts(reading)


def test_the_box_lies_where_the_code_is(rasters: dict[str, Image.Image]) -> None:
    """Corners are pixels of the photo as sent, also when a larger photo is reduced first."""
    label = rasters["60x40"]
    photo = Image.new("L", (6000, 4000), WALL)
    photo.paste(label, (5000, 3000))
    box = decode(jpeg(photo)).hits[0].box

    assert all(5300 < x < 5800 and 3050 < y < 3500 for x, y in box)


def test_a_photo_on_its_side_is_turned_upright_first(rasters: dict[str, Image.Image]) -> None:
    """The orientation that a phone writes into the file is followed."""
    exif = Image.Exif()
    exif[0x0112] = 6
    upright = rasters["60x40"]
    out = io.BytesIO()
    upright.rotate(90, expand=True).save(out, format="JPEG", exif=exif)
    box = decode(out.getvalue()).hits[0].box

    assert min(x for x, _ in box) > upright.width / 2


def test_a_maker_code_does_not_end_the_search(rasters: dict[str, Image.Image]) -> None:
    """A clear foreign code beside a label is reported, and the label is still found."""
    label = dirty(rasters["40x30"])
    maker = Image.open(io.BytesIO(qr_png("SN:8812-可追溯", pixels_per_module=6))).convert("L")
    photo = Image.new("L", (label.width + maker.width + 60, label.height), WALL)
    photo.paste(label, (0, 0))
    photo.paste(maker, (label.width + 30, 30))

    assert sorted(["SN:8812-可追溯", sample_label(1).qr_text]) == _texts(decode(jpeg(photo)))


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_chinese_in_old_labels_is_read_as_printed(encoding: str) -> None:
    """Codes of older domestic software, without a mark of their encoding, come out as printed."""
    content = "资产编号：A0203-001".encode(encoding)
    code = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCodeModel2, ec_level="Q")
    drawn: Any = code.to_image(scale=6)
    pixels = memoryview(drawn).tobytes()
    side = isqrt(len(pixels))
    photo = _png(Image.frombytes("L", (side, side), pixels))

    assert _texts(decode(photo, thorough=True)) == ["资产编号：A0203-001"]


def test_transparent_and_inverted_pictures_are_read() -> None:
    """A screenshot with a transparent ground, and white print on black."""
    code = Image.open(io.BytesIO(qr_png(sample_label(1).qr_text, pixels_per_module=5))).convert("L")
    clear = Image.new("RGBA", code.size, (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), mask=code.point([255] * 128 + [0] * 128))
    inverted = code.point([255 - level for level in range(256)])

    assert [sample_label(1).qr_text] == _texts(decode(_png(clear)))
    assert [sample_label(1).qr_text] == _texts(decode(_png(inverted)))


def test_zbar_reads_what_zxing_writes(rasters: dict[str, Image.Image]) -> None:
    """The code is right by a decoder that does not share the writer's source."""
    assert [sample_label(1).qr_text] == [text for text, _ in decoders.read_zbar(rasters["60x40"])]


def test_without_libzbar_the_cascade_goes_on_and_says_so(
    rasters: dict[str, Image.Image], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One warning with the command that installs it; the other decoder still reads."""
    monkeypatch.setattr(decoders, "_load_zbar", lambda: None)
    reading = decode(jpeg(in_perspective(rasters["40x30"])), thorough=True)

    assert [sample_label(1).qr_text] == _texts(reading)
    assert reading.warnings == (ZBAR_MISSING,)
    assert "apt-get install" in reading.warnings[0].zh


def test_noise_gives_no_label() -> None:
    """Random pictures give nothing that passes for a label."""
    dice = random.Random(11)
    for _ in range(25):
        noise = Image.frombytes("L", (160, 120), dice.randbytes(160 * 120))
        reading = decode(_png(noise))

        assert not any(isinstance(parse(hit.text), Parsed) for hit in reading.hits)


def _truncated() -> bytes:
    whole = jpeg(Image.effect_noise((400, 300), 60))
    return whole[: len(whole) // 2]


def _damaged_png() -> bytes:
    whole = bytearray(_png(Image.effect_noise((200, 100), 60)))
    whole[100:140] = b"\0" * 40
    return bytes(whole)


BROKEN = {
    "empty": (b"", "E_IMAGE_EMPTY"),
    "text": (b"not a photo at all", "E_IMAGE_FORMAT"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "E_IMAGE_FORMAT"),
    "gif": (b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00;", "E_IMAGE_FORMAT"),
    "cut jpeg": (_truncated(), "E_IMAGE_DAMAGED"),
    "damaged png": (_damaged_png(), "E_IMAGE_DAMAGED"),
    "100 MP": (_png(Image.new("1", (10_000, 10_000))), "E_IMAGE_PIXELS"),
    "400 MP": (_png(Image.new("1", (20_000, 20_000))), "E_IMAGE_PIXELS"),
    "long strip": (_png(Image.new("1", (40_000, 2))), "E_IMAGE_PIXELS"),
    "too many bytes": (b"\xff\xd8" + bytes(photos.BYTES_MAX), "E_IMAGE_BYTES"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_what_cannot_be_read_is_refused_with_a_code(kind: str) -> None:
    """Files of every broken kind are refused with a sentence in both languages."""
    content, code = BROKEN[kind]
    with pytest.raises(ScanError) as refused:
        decode(content)
    notice = refused.value.notice

    assert code == notice.code
    assert notice.zh
    assert notice.en


def test_cut_and_changed_files_never_raise_anything_else() -> None:
    """Bytes changed at random give a reading or a refusal."""
    dice, whole = random.Random(3), jpeg(Image.effect_noise((120, 90), 60))
    for _ in range(60):
        changed = bytearray(whole)
        for _ in range(6):
            changed[dice.randrange(len(changed))] = dice.randrange(256)
        try:
            answer: object = decode(bytes(changed))
        except ScanError as refused:
            answer = refused.notice.code.startswith("E_IMAGE_")

        assert answer


def test_one_pixel_is_a_photo_without_labels() -> None:
    """The smallest photo is read without an error."""
    assert decode(_png(Image.new("L", (1, 1)))).hits == ()
