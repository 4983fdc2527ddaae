"""`serve` and `demo`: bring the pages up and keep them until Ctrl-C."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import rich_click as click

from api.bootstrap import open_works
from api.cli.desk import Desk, ends_well
from api.cli.output import fail, note, say
from api.cli.progress import Steps
from api.cli.words import t
from api.demo.accounts import account_lines
from api.demo.running import (
    DemoMade,
    DemoRunsError,
    NotADemoError,
    find_demo,
    make_demo,
    prepare_directory,
    remove_demo,
)
from api.demo.telling import ASSETS, ASSETS_MAX, SEED
from api.house import SHANGHAI, Settings
from api.installation import Installation, demo_directory
from api.serving import HOST, PORT, free_port
from api.serving import serve as serve_works

host_option = click.option("--host", default=HOST, show_default=True, help=t("监听地址", "address"))
port_option = click.option("--port", default=PORT, show_default=True, help=t("端口", "port"))


@click.command("serve", help=t("启动网页与接口", "Serve the pages and the API"))
@host_option
@port_option
@click.option("--base-url", help=t("对外地址，如 https://zc.example", "address that readers use"))
@click.pass_obj
@ends_well
def serve(desk: Desk, host: str, port: int, base_url: str | None) -> None:
    """Serve until Ctrl-C."""
    with desk.installation() as installation:
        made = find_demo(installation.data_dir)
        settings = installation.settings(
            base_url=base_url or f"http://{host}:{port}", demo=made is not None
        )
        _serve(settings, host, port, lambda: say(_ready(settings)))


@click.command("demo", help=t("演示城市", "The demo city"))
@click.option(
    "--assets",
    default=ASSETS,
    show_default=True,
    type=click.IntRange(1, ASSETS_MAX),
    help=t("卡片数", "cards"),
)
@click.option("--seed", default=SEED, show_default=True, help=t("种子", "seed"))
@host_option
@port_option
@click.option("--no-serve", is_flag=True, help=t("只生成数据", "make the data only"))
@click.option("--remove", is_flag=True, help=t("删除演示数据", "remove the demo's data"))
@click.pass_obj
@ends_well
def demo(
    desk: Desk, assets: int, seed: int, host: str, port: int, *, no_serve: bool, remove: bool
) -> None:
    """Make the demo city where it is missing, and serve it."""
    named = desk.installation()
    installation = named if desk.named else Installation(demo_directory())
    if remove:
        _remove(installation)
        return
    with installation:
        made = _city(installation, assets, seed)
        if no_serve:
            say(_city_line(made))
            return
        port = free_port(host, port)
        settings = installation.settings(base_url=f"http://{host}:{port}", demo=True)
        _serve(settings, host, port, lambda: _welcome(settings, made))


def _remove(installation: Installation) -> None:
    """Remove the demo's data; a running demo and other data are left alone."""
    place = installation.data_dir
    try:
        removed = remove_demo(installation)
    except NotADemoError as other:
        fail("E_NOT_A_DEMO", other.zh, other.en)
    except DemoRunsError as runs:
        fail("E_DEMO_RUNS", runs.zh, runs.en)
    if removed:
        say(t(f"已删除 {place}。", f"Removed {place}."))
    else:
        say(t("没有演示数据。", "There is no demo data."))


def _city(installation: Installation, assets: int, seed: int) -> DemoMade:
    """The demo city that is there, or a new one."""
    made = find_demo(installation.data_dir)
    if made is not None:
        if (made.assets, made.seed) != (assets, seed) and (assets, seed) != (ASSETS, SEED):
            note(
                t(
                    "已有演示城市，按原有数据启动；重新生成请先 make clean-demo。",
                    "A demo city exists and is used as it is; make clean-demo removes it.",
                )
            )
        return made
    try:
        prepare_directory(installation)
        settings = installation.settings(demo=True)
        note(t(f"正在生成演示城市（{assets} 张卡片）…", f"Making the demo city ({assets} cards) …"))
        return _make(settings, assets, seed)
    except NotADemoError as other:
        fail("E_NOT_A_DEMO", other.zh, other.en)
    except DemoRunsError as runs:
        fail("E_DEMO_RUNS", runs.zh, runs.en)


def _make(settings: Settings, assets: int, seed: int) -> DemoMade:
    from api.cli.output import utc_now

    titles = {"tell": t("办理业务", "telling"), "fold": t("生成账簿", "folding")}
    with Steps(titles["tell"]) as steps:

        def progress(step: str, part: float, events: int) -> None:
            steps.turn_to(titles[step])
            steps.part(part, events)

        today = utc_now().astimezone(SHANGHAI).date()
        return make_demo(settings, assets=assets, seed=seed, today=today, progress=progress)


def _serve(settings: Settings, host: str, port: int, ready: Callable[[], None]) -> None:
    with open_works(settings) as works:
        serve_works(works, host, port, ready)


def _ready(settings: Settings) -> str:
    url = settings.base_url
    return t(f"已就绪：{url}（Ctrl-C 停止）", f"Ready: {url} (Ctrl-C stops)")


def _city_line(made: DemoMade) -> str:
    return t(f"演示城市：60 个单位，{made.cards} 张卡片，{made.position} 个事件。",
             f"Demo city: 60 units, {made.cards} cards, {made.position} events.")  # fmt: skip


def _welcome(settings: Settings, made: DemoMade) -> None:
    say(_city_line(made))
    say(t("演示账号（用户名 岗位 口令）：", "Demo accounts (user, role, password):"))
    for username, title, password in account_lines():
        say(f"  {username:<11} {title}  {password}")
    say(_data_line(settings.data_dir))
    say(_ready(settings))


def _data_line(data_dir: Path | None) -> str:
    return t(f"数据目录：{data_dir}", f"Data: {data_dir}")
