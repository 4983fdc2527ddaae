"""One import in a process of its own: `python -m bench.importing ROWS RESULT.json`."""

from __future__ import annotations

import json
import resource
import sys
import time
from datetime import date
from io import BytesIO
from pathlib import Path

import xlsxwriter

from api.auth.powers import Role
from api.bootstrap import Works, migrate, open_works
from api.house import Settings
from api.imports.running import prepare, release, submit
from bench.serving import add_account
from domain.commands.structs import RegisterUnit
from domain.envelope import Actor
from eventstore.embedded import temporary_server

HEADINGS = [
    "资产编号", "资产名称", "资产分类代码", "国标版本", "规格型号", "计量单位", "数量", "价值",
    "财政拨款", "非财政拨款", "取得方式", "取得日期", "投入使用日期", "财务入账日期", "会计凭证号",
    "折旧年限(月)", "已提折旧月数", "累计折旧", "使用状况", "管理部门", "使用部门", "使用人",
    "存放地点", "出厂编号", "备注",
]  # fmt: skip
OPENING = date(2026, 1, 1)


def workbook(rows: int) -> bytes:
    """Return a clean workbook of desktops, 72 months of life, 24 of them done."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    sheet = book.add_worksheet("资产卡片")
    sheet.write_row(0, 0, HEADINGS)
    for number in range(1, rows + 1):
        sheet.write_row(number, 0, _row(number))
    book.close()
    return out.getvalue()


def _row(number: int) -> list[str | int]:
    return [
        f"TY2024{number:06d}", "台式计算机", "A02010105", "GB/T 14885-2022", "联想 启天M455", "台",
        1, "4320.00", "4320.00", "0.00", "新购", "2024-01-10", "2024-01-10", "2024-01-20",
        f"记-{number % 300:04d}", 72, 24, "1440.00", "在用", "资产科", "办公室",
        f"王{number % 500}", f"A座{number % 900}室", f"SN{number:08d}", "",
    ]  # fmt: skip


def _register(works: Works) -> None:
    command = RegisterUnit(unit_id="U1", name="城建局", kind="administrative",
                           occurred_on=date(2020, 1, 1))  # fmt: skip
    actor = Actor(person_id="bench", role=Role.ORGAN_AFFAIRS, unit_id="U1")
    position = works.ledger.execute(command, actor).position
    works.engine.wait_for(position, timeout=30)
    works.house.units.forget()


def main(rows: int, result: Path) -> None:
    """Prepare, submit and release one workbook; write seconds and peak memory."""
    data = workbook(rows)
    with temporary_server("bench") as server:
        urls = server.urls()
        settings = Settings(
            database_url=urls.app_url, migrate_url=urls.migrate_url,
            data_dir=server.log_path.parent, demo=True,
        )  # fmt: skip
        migrate(settings)
        with open_works(settings) as works:
            works.start()
            _register(works)
            officer = add_account(works, "officer", Role.UNIT_ASSET_OFFICER, "U1", "own")
            accountant = add_account(works, "accountant", Role.UNIT_ACCOUNTANT, "U1", "own")
            started = time.perf_counter()
            batch = prepare(works.house, officer, data, "cards.xlsx", "U1", OPENING)
            rehearsed = time.perf_counter() - started
            assert batch.errors == 0, batch
            submit(works.house, officer, batch.batch_id)
            release(works.house, accountant, batch.batch_id, lambda *_: None)
            took = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures = {"seconds": took, "rehearsal_s": rehearsed, "peak_mb": peak}
    result.write_text(json.dumps(figures))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
