"""The rules of approval as commands: routes, limits of amounts, and who stands in for whom."""

from __future__ import annotations

from domain.approval import ASSET_KINDS, OFFICE_OF_ROLE, RANKS
from domain.commands.approving import Delegate, EndDelegation, SetLimits, SetRoute
from domain.decisions.decision import Decision, frame_fact
from domain.events import Body, Delegated, DelegationEnded, Limit, LimitsSet, RouteSet
from domain.process import APPLICANT
from domain.refusals import refuse_unless
from domain.world import World

CITY = "city"


def set_route(command: SetRoute, world: World) -> Decision:
    """Set the steps of a kind of request; earlier routes stay in force for earlier days."""
    codes = [found.code for found in command.steps]
    refuse_unless(len(set(codes)) == len(codes), "E_EXISTS", "步骤代码重复", field="steps")
    refuse_unless(APPLICANT not in codes, "E_EXISTS", APPLICANT, field="steps")
    for number, found in enumerate(command.steps):
        known = found.role in OFFICE_OF_ROLE
        refuse_unless(known, "E_SUB_KIND", found.role, field=f"steps.{number}.role")
        refuse_unless(found.signers >= 1, "E_AMOUNT", field=f"steps.{number}.signers")
    _require_scope(world, command.scope)
    body = RouteSet(
        kind=command.kind,
        scope=command.scope,
        valid_from=command.valid_from,
        steps=command.steps,
        valid_to=command.valid_to,
        valid_months=command.valid_months,
        source=command.source,
    )
    return _ruled(command, world, "rule.route_set/1", "RULE.ROUTE", body)


def set_limits(command: SetLimits, world: World) -> Decision:
    """Set the approval limits of a kind of request (审批权限)."""
    _require_scope(world, command.scope)
    for number, row in enumerate(command.rows):
        _check_limit(row, f"rows.{number}")
    body = LimitsSet(
        kind=command.kind,
        scope=command.scope,
        valid_from=command.valid_from,
        rows=command.rows,
        valid_to=command.valid_to,
        source=command.source,
    )
    return _ruled(command, world, "rule.limits_set/1", "RULE.LIMITS", body)


def _check_limit(row: Limit, place: str) -> None:
    refuse_unless(row.office in RANKS, "E_SUB_KIND", row.office, field=f"{place}.office")
    fits = row.filing_to is None or row.filing_to in RANKS
    refuse_unless(fits, "E_SUB_KIND", row.filing_to or "", field=f"{place}.filing_to")
    fits = row.basis in {"single", "batch"}
    refuse_unless(fits, "E_SUB_KIND", row.basis, field=f"{place}.basis")
    fits = set(row.asset_kinds) <= set(ASSET_KINDS)
    refuse_unless(fits, "E_SUB_KIND", field=f"{place}.asset_kinds")
    fits = row.min_fen >= 0 and (row.below_fen is None or row.below_fen > row.min_fen)
    refuse_unless(fits, "E_AMOUNT", field=f"{place}.below_fen")


def _require_scope(world: World, scope: str) -> None:
    what, _, name = scope.partition(":")
    if what == "unit":
        world.unit(name)
    fits = scope == "*" or (what in {"unit", "level"} and bool(name))
    refuse_unless(fits, "E_SUB_KIND", scope, field="scope")


def _ruled(
    command: SetRoute | SetLimits, world: World, event: str, sub_kind: str, body: Body
) -> Decision:
    ordered = command.valid_to is None or command.valid_to >= command.valid_from
    refuse_unless(ordered, "E_DATE", field="valid_to")
    world.approval_rules()
    return Decision(facts=(frame_fact(command, "approval:rules", event, sub_kind, CITY, body),))


def delegate(command: Delegate, world: World) -> Decision:
    """Let somebody stand in; nobody hands on what he was only lent."""
    actor = world.actor
    refuse_unless(actor.on_behalf_of is None, "E_DELEGATION", "不得转授权", "no passing on")
    refuse_unless(command.to_person != actor.person_id, "E_DELEGATION", field="to_person")
    own = command.role == actor.role and command.role in OFFICE_OF_ROLE
    refuse_unless(own, "E_DELEGATION", command.role, field="role")
    fits = command.occurred_on <= command.valid_from <= command.valid_to
    refuse_unless(fits, "E_DATE", field="valid_from")
    world.delegations(actor.person_id)
    body = Delegated(
        to_person=command.to_person,
        role=command.role,
        valid_from=command.valid_from,
        valid_to=command.valid_to,
    )
    stream = f"delegation:{actor.person_id}"
    unit_id = actor.unit_id or CITY
    return Decision(
        facts=(frame_fact(command, stream, "org.delegated/1", "ORG.DELEGATE", unit_id, body),)
    )


def end_delegation(command: EndDelegation, world: World) -> Decision:
    """End a delegation from this day on."""
    actor = world.actor
    refuse_unless(actor.on_behalf_of is None, "E_DELEGATION")
    asked = world.delegations(actor.person_id)
    running = asked.covers(command.to_person, command.role, command.occurred_on)
    refuse_unless(running, "E_DELEGATION", command.to_person, field="to_person")
    body = DelegationEnded(to_person=command.to_person, role=command.role)
    stream = f"delegation:{actor.person_id}"
    unit_id = actor.unit_id or CITY
    ended = frame_fact(
        command, stream, "org.delegation_ended/1", "ORG.DELEGATION_END", unit_id, body
    )
    return Decision(facts=(ended,))
