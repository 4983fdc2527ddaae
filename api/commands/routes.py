"""One POST route per command, with Idempotency-Key, dry_run, If-Match and wait."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Response, post
from litestar.handlers import HTTPRouteHandler

from api.auth.guards import Call, house_of
from api.auth.powers import Guard, Thing
from api.commands.bodies import read_body
from api.commands.running import run_command
from api.problems import Problem, parameter_problem

PREFIX = "/api/v1/commands"


def command_routes(commands: Mapping[str, Any]) -> list[HTTPRouteHandler]:
    """The routes of all commands; each guard is the cell of the powers matrix in its row."""
    return [_route(name, spec) for name, spec in sorted(commands.items())]


def guard_of(spec: Any) -> Guard:
    """The guard of a command: the object and the action that its row names."""
    return Guard(Thing(spec.subject), spec.action)


def _route(name: str, spec: Any) -> HTTPRouteHandler:
    def handle(request: Call) -> Response[bytes]:
        return _handle(request, name, spec.struct)

    handle.__name__ = f"command_{name.replace('-', '_')}"
    opt = {"guard": guard_of(spec), "deputies": True}
    return post(f"{PREFIX}/{name}", opt=opt, sync_to_thread=True, status_code=200)(handle)


def _handle(request: Call, name: str, struct: type[Any]) -> Response[bytes]:
    assert request.user is not None, "the guard lets nobody pass without a principal"
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Problem("E_MEDIA_TYPE")
    dry_run = flag(request, "dry_run")
    command_id = idempotency_key(request)
    receipt = run_command(
        house_of(request), request.user, name, read_body(request.state.body, struct),
        command_id=command_id, dry_run=dry_run, expected=if_match(request),
        wait=flag(request, "wait"),
    )  # fmt: skip
    headers = {"Idempotency-Key": command_id, "Idempotency-Replayed": _word(receipt.replayed)}
    if receipt.shown is not None:
        headers["Wait-Completed"] = _word(receipt.shown)
    return Response(
        msgspec.json.encode(receipt_json(receipt, dry_run=dry_run)),
        media_type="application/json", headers=headers,
    )  # fmt: skip


def receipt_json(receipt: Any, *, dry_run: bool) -> dict[str, Any]:
    """The answer to a command."""
    answer: dict[str, Any] = msgspec.to_builtins(receipt)
    return answer | {"dry_run": dry_run}


def idempotency_key(request: Call) -> str:
    """The command id that the client gave: a UUID in its usual form."""
    given = request.headers.get("idempotency-key", "").strip().strip('"')
    try:
        return str(uuid.UUID(given))
    except ValueError as error:
        raise Problem("E_IDEMPOTENCY_KEY") from error


def if_match(request: Call) -> dict[str, int] | None:
    """Expected versions from `If-Match: "asset:A1=3", "org:U1=1"`; None without the header."""
    header = request.headers.get("if-match")
    if header is None:
        return None
    expected: dict[str, int] = {}
    for part in header.split(","):
        stream, _, version = part.strip().strip('"').rpartition("=")
        if not stream or not version.isascii() or not version.isdigit() or len(version) > 9:
            raise Problem("E_IF_MATCH")
        expected[stream] = int(version)
    return expected


def flag(request: Call, name: str) -> bool:
    """A yes-or-no query parameter: `true` or `false`, false when left out."""
    value = request.query_params.get(name, "false")
    if value not in ("true", "false"):
        raise parameter_problem(name, f"{name} 须为 true 或 false。", f"{name} is true or false.")
    return bool(value == "true")


def _word(yes: bool) -> str:
    return "true" if yes else "false"
