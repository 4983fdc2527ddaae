"""Every export by name: what the CLI, the API and the export page are generated from."""

from __future__ import annotations

from collections.abc import Sequence

from api.auth.powers import Thing
from api.exports import table_columns
from api.exports.beancount import export_beancount
from api.exports.columns import Column
from api.exports.event_archive import export_events
from api.exports.export import Export, ExportParams, TableParams
from api.exports.hledger import export_hledger
from api.exports.tables import Rows, depreciation_rows, rows_of, table

# The questions register themselves when their modules are read.
from projections.general_ledger import queries as _books  # noqa: F401
from projections.issues import queries as _issues  # noqa: F401
from projections.organisation import queries as _units  # noqa: F401
from projections.register import queries as _cards  # noqa: F401

_TABLE_FORMATS = ("xlsx", "csv")


def _table(
    name: str, zh: str, en: str, thing: Thing, columns: Sequence[Column], rows: Rows
) -> Export:
    make = table(name, (zh, en), columns, rows)
    return Export(name, zh, en, thing, TableParams, make, _TABLE_FORMATS)


_ROWS = (
    _table("cards", "资产台账", "Asset register", Thing.CARD, table_columns.REGISTER,
           rows_of("register")),
    _table("journal", "序时账", "Journal", Thing.VOUCHER, table_columns.JOURNAL,
           rows_of("journal")),
    _table("ledger", "余额表", "Trial balance", Thing.VOUCHER, table_columns.BALANCES,
           rows_of("balances")),
    _table("issues", "问题清单", "Issue list", Thing.ISSUE, table_columns.ISSUES,
           rows_of("issues")),
    _table("depreciation", "折旧表", "Depreciation table", Thing.VOUCHER,
           table_columns.DEPRECIATION, depreciation_rows),
    Export("hledger", "hledger 账簿", "hledger journal", Thing.VOUCHER, ExportParams,
           export_hledger, ("journal",)),
    Export("beancount", "Beancount 账簿", "Beancount ledger", Thing.VOUCHER, ExportParams,
           export_beancount, ("beancount",)),
    Export("events", "事件流水", "Events", Thing.VOUCHER, ExportParams, export_events, ("zip",)),
)  # fmt: skip

EXPORTS: dict[str, Export] = {export.name: export for export in _ROWS}
"""Name to export; the names are those of `taizhang export`."""
