"""The outer shell: HTTP, pages, sign-in, imports, exports and the command line."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def product_version() -> str:
    """The installed version; a source tree that was never installed says so."""
    try:
        return version("taizhang")
    except PackageNotFoundError:
        return "0+source"
