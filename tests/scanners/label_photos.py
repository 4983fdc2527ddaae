"""Makes labels and damages their pictures as phones, corridors and printers do."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
from datetime import date
from pathlib import Path

from PIL import Image, ImageFilter

from domain.labels import new_label_no
from scanners.keyring import KeyRing
from scanners.labels import Label, label_png, labels_pdf
from scanners.payload import format as qr_text

KEYRING = KeyRing("1", {"1": bytes(range(32))})
BASE_URL = "https://zc.linjiang.gov.cn"
WALL = 205  # grey of what stands around a label


def sample_label(index: int = 0, **changes: object) -> Label:
    """A usual label; `changes` replace fields."""
    label_no = new_label_no(b"label %d" % index)
    fields: dict[str, object] = {
        "unit_name": "临江市机关事务管理局",
        "asset_name": "台式计算机",
        "display_no": f"TY2024{index:06d}",
        "label_no": label_no,
        "qr_text": qr_text(label_no, KEYRING, BASE_URL),
        "model": "联想启天 M455",
        "dept_keeper": "信息科 张晓明",
        "in_service_on": date(2024, 3, 1),
    }
    return Label(**(fields | changes))  # type: ignore[arg-type]


def raster(label: Label, size: str, folder: Path) -> Image.Image:
    """The label at 300 dpi: from its PDF by poppler where it is installed, else by typst."""
    if shutil.which("pdftoppm") is None:
        return Image.open(io.BytesIO(label_png(label, size))).convert("L")
    (folder / "label.pdf").write_bytes(labels_pdf([label], size))
    return pages(folder / "label.pdf")[0]


def pages(pdf: Path) -> list[Image.Image]:
    """The pages of a PDF at 300 dpi in grey."""
    out = pdf.with_suffix("")
    subprocess.run(["pdftoppm", "-r", "300", "-gray", str(pdf), str(out)], check=True)
    return [Image.open(page).convert("L") for page in sorted(pdf.parent.glob(f"{out.name}-*.pgm"))]


def jpeg(picture: Image.Image, quality: int = 80) -> bytes:
    """The bytes a phone would send."""
    out = io.BytesIO()
    picture.save(out, format="JPEG", quality=quality)
    return out.getvalue()


def framed(picture: Image.Image) -> Image.Image:
    """The label on a wall, with room around it."""
    wide = Image.new("L", (picture.width * 3 // 2, picture.height * 3 // 2), WALL)
    wide.paste(picture, (picture.width // 4, picture.height // 4))
    return wide


def in_perspective(picture: Image.Image, lean: float = 0.18) -> Image.Image:
    """The label seen from the lower left; `lean` is the part of a side that is lost."""
    wide = framed(picture)
    w, h = wide.size
    seen = [(0, h * 0.1), (w, h * lean), (w * (1 - lean / 2), h * (1 - lean)), (w * 0.06, h)]
    return wide.transform(
        wide.size,
        Image.Transform.PERSPECTIVE,
        _homography(seen, [(0, 0), (w, 0), (w, h), (0, h)]),
        Image.Resampling.BICUBIC,
        fillcolor=WALL,
    )


def _homography(seen: list[tuple[float, float]], flat: list[tuple[float, float]]) -> list[float]:
    """The eight numbers that take points of the picture seen to points of the flat label."""
    rows = []
    for (x, y), (u, v) in zip(seen, flat, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for at in range(8):
        best = max(range(at, 8), key=lambda row: abs(rows[row][at]))
        rows[at], rows[best] = rows[best], rows[at]
        rows[at] = [value / rows[at][at] for value in rows[at]]
        for other in range(8):
            if other != at:
                factor = rows[other][at]
                rows[other] = [a - factor * b for a, b in zip(rows[other], rows[at], strict=True)]
    return [row[8] for row in rows]


def rotated(picture: Image.Image, degrees: float = 27) -> Image.Image:
    """The label turned by `degrees`."""
    return framed(picture).rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=WALL)


def blurred(picture: Image.Image, radius: float = 2.0) -> Image.Image:
    """The label out of focus by `radius` pixels."""
    return framed(picture).filter(ImageFilter.GaussianBlur(radius))


def dim(picture: Image.Image) -> Image.Image:
    """The label in a dark room with a noisy sensor."""
    dark = framed(picture).point([int(40 + level * 0.12) for level in range(256)])
    noise = Image.effect_noise(dark.size, 12)
    return Image.blend(dark, noise, 0.15)


def dirty(picture: Image.Image, share: float = 0.02, seed: int = 5) -> Image.Image:
    """The label with grey blots on `share` of its area."""
    wide, chance = framed(picture), random.Random(seed)
    blot = Image.new("L", (9, 9), 90)
    for _ in range(int(wide.width * wide.height * share / 81)):
        wide.paste(blot, (chance.randrange(wide.width), chance.randrange(wide.height)))
    return wide
