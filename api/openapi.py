"""The OpenAPI 3.1 document at /schema, made from the same registries as the routes.

The page that shows it is our own: it needs no script from anywhere, and prints well.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import msgspec
from litestar import Response, get

from api import product_version
from api.attachments import routes as attachments_
from api.auth.guards import Call, house_of
from api.auth.powers import POWERS, SIGNED_IN, Thing, holds
from api.commands import routes as commands_
from api.commands.examples import example_of
from api.problem_codes import PROBLEMS
from api.problems import MEDIA_TYPE
from api.queries import routes as queries_
from api.web.pages import page_of
from domain.refusals import REFUSALS

_REF: Final = "#/components/schemas/{name}"
_KEY_EXAMPLE: Final = "7d0c3d0e-3f1a-4b52-9a55-0a6c1f1f3d10"

_PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["type", "code", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "code": {"type": "string", "description": "Stable; never translated."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "source": {"type": "string", "description": "The rule behind a refusal."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer"},
                    "detail": {"type": "string"},
                    "code": {"type": "string"},
                },
            },
        },
    },
}

_RECEIPT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["position", "replayed", "dry_run"],
    "properties": {
        "position": {"type": "integer", "description": "Last position of what was appended."},
        "versions": {"type": "object", "additionalProperties": {"type": "integer"}},
        "flags": {"type": "array", "items": {"type": "string"}},
        "created": {"description": "Ids that the command made."},
        "replayed": {"type": "boolean", "description": "The answer of an earlier same request."},
        "dry_run": {"type": "boolean"},
        "shown": {
            "type": ["boolean", "null"],
            "description": "With wait=true: whether pages and questions hold it already; false "
            "when they did not within ten seconds. It is recorded all the same: do not send it "
            "anew, ask until the answer's position has passed this one. Null without wait.",
        },
    },
}

_ANSWER: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["rows", "totals", "next_cursor", "as_of", "known_at", "position"],
    "properties": {
        "rows": {"type": "array", "items": {"type": "object"}},
        "totals": {"type": "object"},
        "next_cursor": {"type": ["string", "null"], "description": "Opaque; null on the last."},
        "as_of": {"type": "string", "format": "date"},
        "known_at": {"type": ["string", "null"], "format": "date-time"},
        "position": {"type": "integer", "description": "The log's position of this answer."},
    },
}


def document(commands: Mapping[str, Any], queries: Mapping[str, Any]) -> dict[str, Any]:
    """The whole OpenAPI document."""
    structs = {spec.struct for spec in commands.values()}
    _, components = msgspec.json.schema_components(structs, ref_template=_REF)
    schemas = components | {"Problem": _PROBLEM, "Receipt": _RECEIPT, "Answer": _ANSWER}
    paths: dict[str, Any] = {}
    for name, spec in sorted(commands.items()):
        paths[f"{commands_.PREFIX}/{name}"] = {"post": _command(name, spec)}
    for name, query in sorted(queries.items()):
        paths[f"{queries_.PREFIX}/{name}"] = {"get": _query(name, query)}
    paths["/api/v1/session"] = _SESSION
    paths[attachments_.PREFIX] = _ATTACHING
    paths[attachments_.PREFIX + "/{sha256}"] = _ATTACHED
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "台账 Taizhang",
            "version": product_version(),
            "description": "Money is integer fen in fields ending in `_fen`; quantities and "
            "areas are hundredths in fields ending in `_centi` and `_centi_m2`. Fractions and "
            "exponents are refused. Every write needs an Idempotency-Key.",
        },
        "security": [{"token": []}, {"cookie": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "taizhang"},
            },
        },
    }


def _command(name: str, spec: Any) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": {"$ref": _REF.format(name=spec.struct.__name__)}}
    content["example"] = example_of(spec.struct)
    return {
        "operationId": f"command-{name}",
        "tags": [f"commands: {spec.event.partition('.')[0]}"],
        "summary": f"{spec.zh} · {spec.en}",
        "description": (spec.struct.__doc__ or "").strip(),
        "x-roles": _roles(spec),
        "parameters": _COMMAND_PARAMETERS,
        "requestBody": {"required": True, "content": {"application/json": content}},
        "responses": {
            "200": {
                "description": "Recorded, or recorded earlier under the same key.",
                "headers": {
                    "Idempotency-Replayed": {"schema": {"enum": ["true", "false"]}},
                    "Wait-Completed": {
                        "schema": {"enum": ["true", "false"]},
                        "description": "With wait=true only: the `shown` of the receipt.",
                    },
                },
                "content": {"application/json": {"schema": {"$ref": _REF.format(name="Receipt")}}},
            },
            **_problems("400", "401", "403", "404", "409", "412", "413", "415", "422", "503"),
        },
    }


def _roles(spec: Any) -> list[str]:
    thing = Thing(spec.subject)
    return [role for role in POWERS[thing] if holds(role, thing, spec.action)]


def _query(name: str, query: Any) -> dict[str, Any]:
    return {
        "operationId": f"query-{name}",
        "tags": ["queries"],
        "summary": f"{query.title_zh} · {query.title_en}",
        "description": (query.params.__doc__ or "").strip(),
        "parameters": [*_own_parameters(query.params), *_QUERY_PARAMETERS],
        "responses": {
            "200": {
                "description": "One page of the answer.",
                "content": {"application/json": {"schema": {"$ref": _REF.format(name="Answer")}}},
            },
            **_problems("400", "401", "403", "404"),
        },
    }


def _own_parameters(params: type[Any]) -> list[dict[str, Any]]:
    (schema,), components = msgspec.json.schema_components([params], ref_template="{name}")
    body = components[schema["$ref"]] if "$ref" in schema else schema
    required = set(body.get("required", ()))
    return [
        {"name": name, "in": "query", "required": name in required, "schema": field}
        for name, field in body.get("properties", {}).items()
    ]


def _parameter(name: str, place: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "in": place, "required": False, "schema": schema, **more}


def _problems(*statuses: str) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": _REF.format(name="Problem")}}}
    return {status: {"description": "Refused.", "content": content} for status in statuses}


_COMMAND_PARAMETERS: Final = [
    {
        "name": "Idempotency-Key", "in": "header", "required": True, "example": _KEY_EXAMPLE,
        "schema": {"type": "string", "format": "uuid"},
        "description": "The command id. The same key and body give the first answer again.",
    },
    _parameter("If-Match", "header", {"type": "string"}, example='"asset:A1=3"',
               description="Versions that the caller has read, by stream: from receipts, or"
                           " `stream` and `version` of a row of the query `card`."),
    _parameter("On-Behalf-Of", "header", {"type": "string"}, example="p-0012",
               description="Id of the person for whom the caller acts, in that person's role and"
                           " unit; refused with E_DELEGATION unless a delegation is in force on"
                           " the business day. The event names both."),
    _parameter("dry_run", "query", {"type": "boolean", "default": False},
               description="The same checks and answer; nothing is recorded."),
    _parameter("wait", "query", {"type": "boolean", "default": False},
               description="Answer when every read model has passed the new position, or after "
               "ten seconds; `shown` and the header Wait-Completed say which of both."),
]  # fmt: skip

_QUERY_PARAMETERS: Final = [
    _parameter("as_of", "query", {"type": "string", "format": "date"}, example="2026-03-31",
               description="The business day; today when left out."),
    _parameter("known_at", "query", {"type": "string", "format": "date-time"},
               example="2026-03-31T18:00:00+08:00",
               description="As it was known at this instant; now when left out."),
    _parameter("lang", "query", {"enum": ["zh", "en"]}),
]  # fmt: skip

_ATTACHING: Final[dict[str, Any]] = {
    "post": {
        "operationId": "attach", "tags": ["attachments"], "summary": "上传附件 · Send a file",
        "description": "Kept once by the SHA-256 of its bytes; sending it again answers the same. "
        "PDF, OFD, JPEG, PNG, WebP, HEIC, docx, xlsx, txt and csv. A command then names it in "
        "`attachments`.",
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": {
            "type": "object", "required": ["file"], "properties": {
                "file": {"type": "string", "format": "binary"}}}}}},
        "responses": {
            "201": {"description": "Kept.", "content": {"application/json": {
                "schema": {"type": "object", "properties": {
                    "sha256": {"type": "string"}, "size": {"type": "integer"},
                    "type": {"type": "string"}, "name": {"type": "string"}}}}}},
            **_problems("400", "401", "403", "413", "415", "503", "507"),
        },
    },
}  # fmt: skip

_ATTACHED: Final[dict[str, Any]] = {
    method: {
        "operationId": f"{method}-attachment", "tags": ["attachments"],
        "summary": summary,
        "description": "For who may see an event that names the file. Altered bytes are never "
        "served: E_ATTACHMENT_DAMAGED.",
        "parameters": [{"name": "sha256", "in": "path", "required": True,
                        "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"}}],
        "responses": {"200": {"description": "The bytes as they were brought in."},
                      **_problems("401", "403", "404", "409", "410", "503")},
    }
    for method, summary in (
        ("get", "下载附件 · Fetch a file"), ("head", "附件是否可读 · Ask for a file"),
    )
}  # fmt: skip

_SESSION: Final[dict[str, Any]] = {
    "post": {
        "operationId": "sign-in", "tags": ["session"], "summary": "登录 · Sign in", "security": [],
        "requestBody": {"required": True, "content": {"application/json": {
            "schema": {"type": "object", "required": ["username", "password"], "properties": {
                "username": {"type": "string"}, "password": {"type": "string"}}},
            "example": {"username": "officer", "password": "…"},
        }}},
        "responses": {"204": {"description": "Signed in; the cookie is set."},
                      **_problems("400", "401", "415", "429", "503")},
    },
    "get": {
        "operationId": "who-am-i", "tags": ["session"], "summary": "当前用户 · Who am I",
        "responses": {"200": {"description": "The caller, his grants, the CSRF token."},
                      **_problems("401")},
    },
}  # fmt: skip


def document_of(request: Call) -> dict[str, Any]:
    """The document of this server, made once."""
    state = request.app.state
    if not hasattr(state, "openapi"):
        house = house_of(request)
        state.openapi = document(house.commands, house.queries)
    made: dict[str, Any] = state.openapi
    return made


@get("/schema/openapi.json", opt=SIGNED_IN, sync_to_thread=True)
def openapi_json(request: Call) -> Response[bytes]:
    """The document itself."""
    body = msgspec.json.encode(document_of(request), enc_hook=_plain)
    return Response(body, media_type="application/vnd.oai.openapi+json")


@get("/schema", opt=SIGNED_IN, sync_to_thread=True)
def schema_page(request: Call) -> Response[str]:
    """The operations for people to read, with their examples and refusal codes."""
    made = document_of(request)
    operations = [
        {"path": path, "method": method.upper(), **operation}
        for path, methods in made["paths"].items()
        for method, operation in methods.items()
    ]
    tags = list(dict.fromkeys(tag for operation in operations for tag in operation["tags"]))
    codes = [(code, zh, en, status) for code, (status, zh, en) in PROBLEMS.items()]
    codes += [(code, rule.zh, rule.en, rule.status) for code, rule in REFUSALS.items()]
    return page_of(request).render(
        "schema.html",
        operations=operations,
        tags=tags,
        codes=codes,
        schemas=made["components"],
        example=_example_text,
    )


def _example_text(operation: dict[str, Any]) -> str:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    example = content.get("example")
    if example is None:
        return ""
    encoded = msgspec.json.encode(example, enc_hook=_plain)
    return msgspec.json.format(encoded, indent=2).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


SCHEMA: Final = [openapi_json, schema_page]
