"""Opens a photo that anybody may have sent: limits first, then pixels, upright and grey."""

from __future__ import annotations

import io

from PIL import Image, ImageOps, UnidentifiedImageError

from scanners.notices import Notice, ScanError

BYTES_MAX = 30_000_000
PIXELS_MAX = 60_000_000
PIXELS_WORKED = 16_000_000  # larger photos are reduced to this before reading
SIDE_MAX = 30_000
FORMATS = ("JPEG", "PNG", "WEBP", "BMP")

Image.MAX_IMAGE_PIXELS = PIXELS_MAX


def open_photo(image_bytes: bytes) -> tuple[Image.Image, float]:
    """Return the upright grey photo and by how much it was reduced; raise `ScanError`."""
    if not image_bytes:
        raise ScanError(_EMPTY)
    if len(image_bytes) > BYTES_MAX:
        raise ScanError(_too_many_bytes(len(image_bytes)))
    photo = _load(image_bytes)
    upright = ImageOps.exif_transpose(photo)
    grey = _grey(upright)
    pixels = grey.width * grey.height
    if pixels <= PIXELS_WORKED:
        return grey, 1.0
    scale = (pixels / PIXELS_WORKED) ** 0.5
    size = (max(1, int(grey.width / scale)), max(1, int(grey.height / scale)))
    return grey.resize(size, Image.Resampling.BOX), scale


def _load(image_bytes: bytes) -> Image.Image:
    try:
        photo = Image.open(io.BytesIO(image_bytes), formats=FORMATS)
        _check_size(photo)
        photo.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ScanError(_TOO_MANY_PIXELS) from error
    except UnidentifiedImageError as error:
        raise ScanError(_NOT_A_PHOTO) from error
    # Pillow answers damaged files with many kinds of exception, by format and place.
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError) as error:
        raise ScanError(_DAMAGED) from error
    return photo


def _check_size(photo: Image.Image) -> None:
    if photo.width * photo.height == 0:
        raise ScanError(_NOT_A_PHOTO)
    if photo.width * photo.height > PIXELS_MAX or max(photo.size) > SIDE_MAX:
        raise ScanError(_TOO_MANY_PIXELS)


def _grey(photo: Image.Image) -> Image.Image:
    """Turn to grey; what is transparent counts as white paper."""
    if "A" in photo.getbands() or "transparency" in photo.info:
        layered = photo.convert("RGBA")
        paper = Image.new("RGBA", layered.size, "white")
        return Image.alpha_composite(paper, layered).convert("L")
    return photo.convert("L")


_EMPTY = Notice(
    "E_IMAGE_EMPTY",
    "收到的照片是空文件，请重新拍摄或上传。",
    "The photo is an empty file: take or upload it again.",
)
_NOT_A_PHOTO = Notice(
    "E_IMAGE_FORMAT",
    "这不是可读取的照片：请用 JPEG、PNG、WebP 或 BMP（苹果手机请在相机设置中选“兼容性最佳”）。",
    "Not a readable photo: use JPEG, PNG, WebP or BMP "
    "(on an iPhone choose “Most Compatible” in the camera settings).",
)
_DAMAGED = Notice(
    "E_IMAGE_DAMAGED",
    "照片文件不完整或已损坏，请重新上传。",
    "The photo file is cut short or damaged: upload it again.",
)
_TOO_MANY_PIXELS = Notice(
    "E_IMAGE_PIXELS",
    "照片超过 6000 万像素（或一边超过 3 万），请降低分辨率后再上传。",
    "The photo has more than 60 million pixels (or a side over 30,000): send a smaller one.",
)


def _too_many_bytes(size: int) -> Notice:
    return Notice(
        "E_IMAGE_BYTES",
        f"照片文件 {size // 1_000_000} MB，超过上限 {BYTES_MAX // 1_000_000} MB，请压缩后再上传。",
        f"The photo file has {size // 1_000_000} MB, the limit is {BYTES_MAX // 1_000_000} MB: "
        "send a smaller one.",
    )
