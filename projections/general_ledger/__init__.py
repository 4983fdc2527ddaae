"""The books: vouchers, balances and depreciation of every unit, and the money of every card."""

from projections.general_ledger.fold import GeneralLedger as GeneralLedger
