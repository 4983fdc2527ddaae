"""How a page is made: handler -> `page_of(request)` -> `page.ask(…)` -> `page.render(…)`.

    @get("/assets", opt=guard(Thing.CARD), sync_to_thread=True)
    def assets(request: Call) -> Response[str]:
        page = page_of(request)
        answer = page.ask("register", **page.values("q", "state", "cursor"))
        return page.render("assets.html", answer=answer)

Templates extend `base.html`, take their parts from `macros.html`, and wrap each Chinese text in
`_( )`; its English goes into a `.po` file of `locale/en`. A posted form is `request.state.form`
(CSRF is checked before the handler runs); `page.run(name, command)` gives it to the ledger.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request, Response

from api.auth.guards import Call, csrf_token, house_of
from api.auth.identity import Principal
from api.auth.powers import permits
from api.commands.running import run_command
from api.directory.people import names_of
from api.house import House
from api.language import Lang, counting, lang_of, translator
from api.problems import Problem
from api.queries.asking import Answered, ask, guard_of, may_narrow_to_keeper
from api.queries.clocks import Asked, read_clocks
from api.units import UnitLine
from api.web.menu import Item, menu_for
from api.web.rendering import ENVIRONMENT, instant_field
from api.web.words import places

ENVIRONMENT.filters["places"] = places

CARRIED: Final = ("as_of", "known_at", "unit")
"""Parameters that every link of a page carries on, so that a link is a report."""

LATE: Final = "late"
"""The mark in the address of a page that may not show yet what was recorded just now."""


class Page:
    """One request seen as a page: who reads, on which clocks, for which unit, in which language."""

    def __init__(self, request: Call) -> None:
        assert request.user is not None, "pages behind the sign-in have a principal"
        self.request = request
        self.principal: Principal = request.user
        self.house: House = house_of(request)
        self.lang: Lang = lang_of(request)
        self.translate: Callable[[str], str] = translator(self.lang)
        self.is_late = False
        """True when a command was recorded here that the pages do not show yet."""

    @cached_property
    def asked(self) -> Asked:
        """The clocks in the address."""
        return read_clocks(self.house, self.request.query_params, city_time=True)

    @cached_property
    def unit(self) -> str | None:
        """The unit chosen in the header, None for all within the reader's scope."""
        return self.request.query_params.get("unit") or None

    @cached_property
    def units(self) -> list[UnitLine]:
        """The units that the header offers."""
        scope = self.house.scope_of(self.principal)
        return [line for line in self.house.units.lines().values() if scope.allows(line.unit_id)]

    @cached_property
    def warehouses(self) -> dict[str, str]:
        """Names of the public warehouses by id; none for a reader who may not ask for them."""
        rows = self.ask("warehouses", unit="").rows if self.can_ask("warehouses") else []
        return {row["warehouse_id"]: row["name"] for row in rows}

    @cached_property
    def menu(self) -> list[Item]:
        """The lines of the menu that this reader may open."""
        return menu_for(self.principal.roles, self.request.app.state.paths)

    @property
    def may_be_old(self) -> bool:
        """Tell whether what was recorded just now may be missing on this page."""
        return self.is_late or self.request.query_params.get(LATE) == "1"

    def values(self, *names: str) -> dict[str, str]:
        """The given parameters of the address, empty ones left out."""
        found = {name: self.request.query_params.get(name) for name in names}
        return {name: value for name, value in found.items() if value}

    def ask(self, name: str, **values: Any) -> Answered:
        """The answer to a question, for the unit and the clocks in the header."""
        return self.ask_as(self.principal, name, **values)

    def ask_as(self, principal: Principal, name: str, **values: Any) -> Answered:
        """The same as seen by `principal`: the reader, or the reader standing in for somebody."""
        if self.unit and "unit" not in values:
            values["unit"] = self.unit
        return ask(
            self.house, principal, name, values, self.asked,
            route=self.request.url.path,
            address=self.request.client.host if self.request.client else "",
        )  # fmt: skip

    def can_ask(self, name: str) -> bool:
        """Tell whether this reader may ask the question `name`."""
        if name not in self.house.queries:
            return False
        needed = guard_of(name)
        if self.principal.keeps_only_own and needed is not None:
            return may_narrow_to_keeper(self.house.queries[name])
        return needed is not None and permits(needed, self.principal.roles)

    def run(self, name: str, command: Any, **options: Any) -> Any:
        """Run a command and wait until the pages show it; raises Problem."""
        options.setdefault("wait", True)
        receipt = run_command(self.house, self.principal, name, command, **options)
        self.is_late = self.is_late or receipt.shown is False
        return receipt

    def names(self, *person_ids: str) -> dict[str, str]:
        """Names of people by id."""
        return names_of(self.house.pool, person_ids)

    def url(self, path: str | None = None, **changes: Any) -> str:
        """An address on this site that keeps unit and clocks; None removes a parameter.

        Without `path` it is this page with its own parameters. The page that a late command leads
        to says so.
        """
        given = self.request.query_params.items() if path is None else self._carried()
        values = {key: value for key, value in given if key not in ("lang", LATE)}
        values |= {LATE: "1"} if self.is_late else {}
        if values.get("known_at") and self.asked.known_at is not None:
            values["known_at"] = instant_field(self.asked.known_at)
        values |= {key: value for key, value in changes.items() if value is not None}
        kept = {k: v for k, v in values.items() if v != "" and changes.get(k, "") is not None}
        query = urlencode(kept)
        return (path or self.request.url.path) + (f"?{query}" if query else "")

    def _carried(self) -> list[tuple[str, str]]:
        values = self.request.query_params
        return [(name, values[name]) for name in CARRIED if values.get(name)]

    def render(self, template: str, *, status: int = 200, **context: Any) -> Response[str]:
        """The page; every template sees `page`, `_`, `lang` and `csrf` besides its own values."""
        text = ENVIRONMENT.get_template(template).render(
            page=self,
            lang=self.lang,
            _=self.translate,
            _n=counting(self.lang),
            csrf=csrf_token(self.request),
            **context,
        )
        return Response(text, status_code=status, media_type="text/html")


def page_of(request: Call) -> Page:
    """The page behind a request."""
    return Page(request)


def public_page(
    request: Request[Any, Any, Any], template: str, *, status: int = 200, **context: Any
) -> Response[str]:
    """A page for somebody who is not signed in."""
    lang = lang_of(request)
    text = ENVIRONMENT.get_template(template).render(
        page=None,
        lang=lang,
        _=translator(lang),
        _n=counting(lang),
        here=request.url.path,
        **context,
    )
    return Response(text, status_code=status, media_type="text/html")


def error_page(request: Request[Any, Any, Any], problem: Problem) -> Response[str]:
    """An error in words that a clerk understands, with a way back."""
    return public_page(request, "error.html", status=problem.status, problem=problem)
