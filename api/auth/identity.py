"""Who calls: a person with grants, each a role and how far it reaches."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from api.auth.powers import ADMINISTRATORS, SUPERVISORS, TITLES, Role, Thing, holds
from domain.envelope import Actor

Reach = Literal["own", "subtree", "level", "all"]


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """One role within a reach; `purpose` is the number of the project or case, if any."""

    role: str
    unit_id: str | None = None
    reach: Reach = "own"
    purpose: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is signed in, with the grants in force today.

    Acting for somebody, `on_behalf_of` names him, and unit and grants are his.
    """

    account_id: int
    username: str
    person_id: str
    name: str
    unit_id: str | None = None
    grants: tuple[Grant, ...] = ()
    on_behalf_of: str | None = None

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles held, each once."""
        return tuple(dict.fromkeys(grant.role for grant in self.grants))

    @property
    def is_administrator(self) -> bool:
        """One of the three administrators, who see no business data."""
        return any(role in ADMINISTRATORS for role in self.roles)

    @property
    def is_supervisor(self) -> bool:
        """Whose reads of other units are recorded whatever the standing scope is."""
        return any(role in SUPERVISORS for role in self.roles)

    @property
    def keeps_only_own(self) -> bool:
        """A custodian without another role sees what he keeps, nothing else."""
        return self.roles == (Role.CUSTODIAN,)

    def titles(self, lang: str) -> str:
        """The roles in words."""
        words = [TITLES[Role(role)][0 if lang == "zh" else 1] for role in self.roles]
        return ("、" if lang == "zh" else ", ").join(words)

    def grants_for(self, thing: Thing, action: str) -> tuple[Grant, ...]:
        """The grants that give `action` over `thing`: only they say how far it reaches."""
        return tuple(grant for grant in self.grants if holds(grant.role, thing, action))

    def actor(self, thing: Thing, action: str) -> Actor:
        """Who the log will name: the person in the first role that gives the power."""
        grant = self.grants_for(thing, action)[0]
        return Actor(
            person_id=self.person_id,
            role=grant.role,
            unit_id=self.unit_id,
            on_behalf_of=self.on_behalf_of,
        )
