"""Corrections that make a damaged code readable again, on grey pictures with Pillow alone."""

from __future__ import annotations

from PIL import Image, ImageChops, ImageFilter, ImageOps

THRESHOLD_OFFSET = 7  # grey levels below the surroundings that count as ink


def median(photo: Image.Image) -> Image.Image:
    """Take away specks of one pixel: sensor noise, dust."""
    return photo.filter(ImageFilter.MedianFilter(3))


def stretched(photo: Image.Image) -> Image.Image:
    """Spread the greys over the whole range: dim rooms, fog on the lens."""
    return ImageOps.autocontrast(photo, cutoff=1)


def half_size(photo: Image.Image) -> Image.Image:
    """Blur and halve: gaps and dirt inside the modules close."""
    size = (max(1, photo.width // 2), max(1, photo.height // 2))
    return photo.filter(ImageFilter.GaussianBlur(1)).resize(size, Image.Resampling.BOX)


def doubled(photo: Image.Image) -> Image.Image:
    """Enlarge twice with smooth edges: labels far away."""
    return photo.resize((photo.width * 2, photo.height * 2), Image.Resampling.BICUBIC)


def local_contrast(photo: Image.Image) -> Image.Image:
    """Raise each place against its surroundings: shadows and glare across a label."""
    wide = max(8, min(photo.size) // 30)
    raised = photo.filter(ImageFilter.UnsharpMask(radius=wide, percent=180, threshold=0))
    return raised.filter(ImageFilter.UnsharpMask(radius=2, percent=120, threshold=0))


def adaptive_threshold(photo: Image.Image) -> Image.Image:
    """Make ink black and the rest white by comparison with the surroundings."""
    wide = max(8, min(photo.size) // 40)
    around = photo.filter(ImageFilter.BoxBlur(wide))
    darker = ImageChops.subtract(around, photo)
    return darker.point([255 if level < THRESHOLD_OFFSET else 0 for level in range(256)])
