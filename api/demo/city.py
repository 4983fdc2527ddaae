"""Who holds, keeps and approves in the demo city: its sixty units and their people."""

from __future__ import annotations

import random
from collections.abc import Iterator

import msgspec

from api.demo import names
from api.directory.people import Person
from domain.commands.structs import RegisterUnit
from domain.envelope import Actor
from domain.organisation import ADMINISTRATIVE, INSTITUTION, TEMPORARY
from domain.periods import first_day

CITY_LEVEL = "city"
KEEPERS = 6
"""People of a unit who keep things, besides officer, accountant and head."""

# How much a unit of each sort holds, next to an organ.
_WEIGHTS = {"organ": 1.0, "school": 2.4, "hospital": 5.0, "institution": 1.0}
_WEIGHTS |= {"subordinate": 0.5, "temporary": 0.1}


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A unit of the demo city; `sort` says what it buys, `weight` how much it holds."""

    unit_id: str
    name: str
    sort: str
    kind: str
    level: str
    parent_id: str | None
    roles: tuple[str, ...]
    weight: float
    headcount: int
    credit_code: str
    keepers: tuple[str, ...]
    departments: tuple[str, ...]

    @property
    def officer(self) -> Actor:
        """The asset officer."""
        return self._actor("officer", "unit_asset_officer")

    @property
    def accountant(self) -> Actor:
        """The accountant."""
        return self._actor("accountant", "unit_accountant")

    @property
    def head(self) -> Actor:
        """The head of the unit."""
        return self._actor("head", "unit_head")

    def office(self, role: str) -> Actor:
        """The one who acts for an office that the unit holds: finance, organ_affairs …"""
        return self._actor(role.replace("_", "-"), role)

    def _actor(self, post: str, role: str) -> Actor:
        return Actor(person_id=f"{self.unit_id}.{post}", role=role, unit_id=self.unit_id)


class City(msgspec.Struct, frozen=True, kw_only=True):
    """The units in the order in which they are registered, and everybody by id."""

    places: tuple[Place, ...]
    people: tuple[Person, ...]

    def by_id(self, unit_id: str) -> Place:
        """The unit with this id."""
        return next(place for place in self.places if place.unit_id == unit_id)

    def office(self, level: str, role: str) -> Actor:
        """Who acts for the office `role` of a level."""
        found = next(p for p in self.places if p.level == level and role in p.roles)
        return found.office(role)


def _rows() -> Iterator[tuple[str, str, str, str, str | None, tuple[str, ...]]]:
    """Yield id, name, sort, level, parent and offices of every unit, parents first."""
    for unit_id, name, roles in names.CITY_ORGANS:
        yield unit_id, names.CITY + name.removeprefix("市"), "organ", CITY_LEVEL, None, roles
    for county, title in names.COUNTIES:
        for unit_id, name, roles in names.COUNTY_ORGANS:
            yield f"{county}-{unit_id}", title + name, "organ", county, None, roles
    for sort, rows, above in (
        ("school", names.SCHOOLS, "education"),
        ("hospital", names.HOSPITALS, "health"),
    ):
        for unit_id, name, county in rows:
            parent = f"{county}-{above}" if county else above
            yield unit_id, _full(name), sort, county or CITY_LEVEL, parent, ()
    for sort, rows in (
        ("institution", names.INSTITUTIONS),
        ("temporary", (names.TEMPORARY,)),
        ("subordinate", names.SUBORDINATES),
    ):
        for unit_id, name, parent in rows:
            county = parent.split("-")[0] if "-" in parent else CITY_LEVEL
            yield unit_id, _full(name), sort, county, parent, ()


def _full(name: str) -> str:
    return names.CITY + name.removeprefix("市") if name.startswith("市") else name


def _kind(sort: str, unit_id: str) -> str:
    if sort == "temporary":
        return TEMPORARY
    administrative = sort == "organ" or unit_id.endswith("brigade")
    return ADMINISTRATIVE if administrative else INSTITUTION


def build_city(rng: random.Random) -> City:
    """The city with its people; the same generator gives the same city."""
    everybody = [surname + given for surname in names.SURNAMES for given in names.GIVEN]
    rng.shuffle(everybody)
    fresh = iter(everybody)
    places: list[Place] = []
    people: list[Person] = []
    for number, (unit_id, name, sort, level, parent, roles) in enumerate(_rows()):
        weight = _WEIGHTS[sort] * rng.uniform(0.7, 1.4)
        posts = ["officer", "accountant", "head", *(role.replace("_", "-") for role in roles)]
        keepers = tuple(f"{unit_id}.k{n}" for n in range(1, KEEPERS + 1))
        ids = [*(f"{unit_id}.{post}" for post in posts), *keepers]
        people += [Person(person_id=i, name=next(fresh), unit_id=unit_id) for i in ids]
        place = Place(
            unit_id=unit_id, name=name, sort=sort, kind=_kind(sort, unit_id), level=level,
            parent_id=parent, roles=roles, weight=weight, headcount=int(40 * weight) + 8,
            credit_code=f"11QZ0000{number:08d}AA", keepers=keepers,
            departments=names.DEPARTMENTS_OF.get(sort, names.DEPARTMENTS),
        )  # fmt: skip
        places.append(place)
    return City(places=tuple(places), people=tuple(people))


def registration(place: Place, period: str) -> RegisterUnit:
    """The command that registers a unit in the first month of the story."""
    return RegisterUnit(
        occurred_on=first_day(period), unit_id=place.unit_id, name=place.name, kind=place.kind,
        level=place.level, parent_id=place.parent_id, credit_code=place.credit_code,
        headcount=place.headcount, roles=place.roles,
    )  # fmt: skip
