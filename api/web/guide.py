"""The `?` page: keys, words, and what the badges mean."""

from __future__ import annotations

from typing import Final

from litestar import Response, get

from api.auth.guards import Call
from api.auth.powers import SIGNED_IN
from api.web.pages import page_of


@get("/help", opt=SIGNED_IN, sync_to_thread=True)
def shortcuts(request: Call) -> Response[str]:
    """Keyboard shortcuts and the two clocks explained."""
    return page_of(request).render("help.html")


GUIDE: Final = [shortcuts]
