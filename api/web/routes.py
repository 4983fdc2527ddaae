"""Every page of the product; each group of pages brings its list of handlers."""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

from api.labelling.routes import LABELLING
from api.web.accounts import ACCOUNTS
from api.web.card import CARD
from api.web.command_forms import command_pages
from api.web.correction import CORRECTION
from api.web.delegations import DELEGATIONS
from api.web.export import EXPORT_PAGES
from api.web.guide import GUIDE
from api.web.imports import IMPORTS
from api.web.issues import ISSUES
from api.web.labels import LABELS
from api.web.ledger import LEDGER
from api.web.periods import PERIODS
from api.web.processes import PROCESSES
from api.web.register import REGISTER
from api.web.requests import REQUEST_PAGES
from api.web.rules import RULES
from api.web.scan import SCAN
from api.web.stocktakes import STOCKTAKES
from api.web.system import SYSTEM
from api.web.warehouse import WAREHOUSE
from api.web.workbench import WORKBENCH


def page_routes() -> list[HTTPRouteHandler]:
    """The handlers of all pages."""
    return [
        *WORKBENCH,
        *GUIDE,
        *REGISTER,
        *CARD,
        *LEDGER,
        *PERIODS,
        *PROCESSES,
        *REQUEST_PAGES,
        *RULES,
        *DELEGATIONS,
        *ISSUES,
        *EXPORT_PAGES,
        *IMPORTS,
        *command_pages(),
        *CORRECTION,
        *LABELLING,
        *SCAN,
        *LABELS,
        *WAREHOUSE,
        *STOCKTAKES,
        *SYSTEM,
        *ACCOUNTS,
    ]
