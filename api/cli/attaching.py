"""`attachments verify`, and the files that `do --attach` sends with a command."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import rich_click as click

from api.attachments.receiving import receive
from api.attachments.upkeep import Findings
from api.attachments.upkeep import verify as verify_files
from api.auth.identity import Principal
from api.bootstrap import Works
from api.cli.desk import Desk, ends_well, json_flag
from api.cli.output import REFUSED, note, say, table, to_json
from api.cli.progress import Steps
from api.cli.words import t
from domain.commands.command import Command
from domain.envelope import Attachment

attach_option = click.option(
    "--attach", "attached", multiple=True, metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=t("随业务附上的文件，可多次给出", "a file to go with the command; may be repeated"),
)  # fmt: skip


def with_attached(
    works: Works, principal: Principal, command: Command, paths: Sequence[Path]
) -> Command:
    """`command` with these files brought in and added to its attachments."""
    more = []
    for path in paths:
        with path.open("rb") as file:
            upload = receive(works.house, principal.person_id, file, path.name)
        more.append(Attachment(sha256=upload.sha256, name=upload.name, size=upload.size))
    if not more:
        return command
    return msgspec.structs.replace(command, attachments=(*command.attachments, *more))


@click.group("attachments", help=t("附件", "Attachments"))
def attachments() -> None:
    """Attachments."""


@attachments.command("verify", help=t("逐个核对附件与登记的摘要", "Hash every file again"))
@click.option(
    "--prune", is_flag=True,
    help=t("删除七天以上无人引用的文件", "remove files that no event names for seven days"),
)  # fmt: skip
@json_flag
@click.pass_obj
@ends_well
def verify(desk: Desk, *, prune: bool, as_json: bool) -> None:
    """Name missing and altered files with the events that name them; exits 1 when there are any."""
    with desk.works() as works, Steps(t("核对附件", "checking files")) as steps:
        found = verify_files(works.house, prune=prune, progress=steps.count)
    say(to_json(found)) if as_json else _tell(found)
    if found.damages:
        raise SystemExit(REFUSED)


def _tell(found: Findings) -> None:
    words = {"missing": t("缺失", "missing"), "altered": t("被改动", "altered")}
    rows: list[dict[str, Any]] = []
    for damage in found.damages:
        named = damage.events or [{}]
        rows += [
            {"sha256": damage.sha256, "what": words[damage.what], "name": event.get("name"),
             "position": event.get("position"), "event_id": event.get("event_id"),
             "unit_id": event.get("unit_id"), "asset_id": event.get("asset_id")}
            for event in named
        ]  # fmt: skip
    if rows:
        table(rows)
    for orphan in found.orphans:
        state = t("已删除", "removed") if orphan.removed else t("无引用", "unused")
        note(f"{state}: {orphan.sha256} {orphan.name or ''} {orphan.person_id or ''}".rstrip())
    files, named_ = found.files, found.referenced
    wrong, lone = len(found.damages), len(found.orphans)
    say(t(f"文件 {files} 个，业务引用 {named_} 个，缺失或被改动 {wrong} 个，无引用 {lone} 个。",
          f"{files} files, {named_} named by events, {wrong} missing or altered, "
          f"{lone} named by none."))  # fmt: skip
