"""Which entries each event posts: the lines of every voucher, with the source of the rule.

Financial accounting (FA, 财务会计) and budget accounting (BA, 预算会计) balance each by itself.
Accounts are those of 政府会计制度 (财会〔2017〕25号); patterns and cases by handbook 5.2 and 5.8.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec

from domain.envelope import Fact
from domain.events import Line, VoucherPosted
from domain.organisation import INSTITUTION

VERSION = "2026-1"
"""Version of this table; every voucher carries it."""

CONTRA = {"1601": "1602", "1701": "1702", "1801": "1802", "1831": "1832"}
PENDING_VALUE, PENDING_INCOME = "1902.01", "1902.02"
IMPROVING = "1613"
"""Where a thing stands while it is built or rebuilt (2.8)."""

Amount = tuple[str, int] | tuple[str, int, str | None]
"""(account, fen) or (account, fen, asset id)."""


def contra_account(account: str) -> str:
    """Return the account of accumulated depreciation or amortisation of an asset account."""
    return CONTRA.get(account, "1602")


class Booked(msgspec.Struct, frozen=True):
    """What the books hold for one holding: gross and accumulated in fen, and its accounts.

    Costs never join the value of a thing at `nominal` amount (名义金额).
    """

    asset_id: str
    account: str
    gross_fen: int
    accum_fen: int = 0
    nominal: bool = False

    @property
    def net_fen(self) -> int:
        """Net book value in fen."""
        return self.gross_fen - self.accum_fen

    @property
    def contra(self) -> str:
        """The account of accumulated depreciation or amortisation."""
        return contra_account(self.account)

    @property
    def bears_costs(self) -> bool:
        """Tell whether costs of a transfer become part of the receiver's value (5.2)."""
        return self.net_fen > 0 and not self.nominal


def entry(book: str, debit: Iterable[Amount], credit: Iterable[Amount]) -> tuple[Line, ...]:
    """Return the lines of one entry; amounts of zero leave no line."""
    sides = [("D", amount) for amount in debit] + [("C", amount) for amount in credit]
    return tuple(
        Line(
            book=book,
            account=amount[0],
            side=side,
            fen=amount[1],
            asset_id=amount[2] if len(amount) > 2 else None,
        )
        for side, amount in sides
        if amount[1] != 0
    )


def balance_fen(lines: Iterable[Line], book: str) -> int:
    """Return debits less credits of one book, in fen; 0 when it balances."""
    return sum(line.fen if line.side == "D" else -line.fen for line in lines if line.book == book)


def voucher(
    unit_id: str,
    voucher_id: str,
    rule: str,
    summary: str,
    lines: tuple[Line, ...],
    *,
    occurred_on: date,
    booked_on: date,
    process_id: str | None = None,
    asset_id: str | None = None,
    reverses: str | None = None,
) -> Fact:
    """Return the voucher as a fact of the unit's ledger; asserts that each book balances."""
    assert lines, "a voucher has lines"
    assert balance_fen(lines, "FA") == 0, f"{rule}: financial accounting does not balance"
    assert balance_fen(lines, "BA") == 0, f"{rule}: budget accounting does not balance"
    assert reverses or all(line.fen > 0 for line in lines), "only a reversal holds negatives"
    return Fact(
        stream=f"ledger:{unit_id}",
        type="ledger.voucher_posted/1",
        sub_kind=rule,
        unit_id=unit_id,
        asset_id=asset_id,
        process_id=process_id,
        occurred_on=occurred_on,
        booked_on=booked_on,
        rule_version=VERSION,
        at_end=True,
        body=VoucherPosted(
            voucher_id=voucher_id, summary=summary, rule=rule, lines=lines, reverses=reverses
        ),
    )


def posted(
    unit_id: str,
    voucher_id: str,
    rule: str,
    summary: str,
    lines: tuple[Line, ...],
    *,
    occurred_on: date,
    booked_on: date,
    process_id: str | None = None,
    asset_id: str | None = None,
    reverses: str | None = None,
) -> tuple[Fact, ...]:
    """Return the voucher; none where there is nothing to post (land carried without a value)."""
    if not lines:
        return ()
    return (
        voucher(
            unit_id,
            voucher_id,
            rule,
            summary,
            lines,
            occurred_on=occurred_on,
            booked_on=booked_on,
            process_id=process_id,
            asset_id=asset_id,
            reverses=reverses,
        ),
    )


def left_of(lines: Iterable[Line], reversals: Iterable[Line]) -> tuple[Line, ...]:
    """Return what is left of an entry after reversals of parts of it; empty when it is all undone.

    A thing found again takes back its part of the loss that others are still in.
    """
    taken: dict[tuple[str, str, str, str | None], int] = {}
    for line in reversals:
        key = (line.book, line.account, line.side, line.asset_id)
        taken[key] = taken.get(key, 0) - line.fen
    left = []
    for line in lines:
        key = (line.book, line.account, line.side, line.asset_id)
        part = min(line.fen, taken.get(key, 0))
        taken[key] = taken.get(key, 0) - part
        left.append(msgspec.structs.replace(line, fen=line.fen - part))
    return tuple(line for line in left if line.fen)


def reversed_lines(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return the lines of a reversal (红字冲销): same sides, negative fen."""
    return tuple(msgspec.structs.replace(line, fen=-line.fen) for line in lines)


def spending_account(unit_kind: str) -> str:
    """Return the budget account of spending: 7201 for institutions, 7101 for the others."""
    return "7201" if unit_kind == INSTITUTION else "7101"


def expense_account(unit_kind: str, use_direction: str) -> str:
    """Return the expense account of use: 5001, in institutions also 5101 and 5201 (5.1).

    An institution's administration and logistics are 5101, what it runs for income is 5201.
    """
    if unit_kind != INSTITUTION:
        return "5001"
    if use_direction in {"ADMIN", "LOGISTICS"}:
        return "5101"
    return "5201" if use_direction == "OPERATING" else "5001"


def paid(unit_kind: str, fiscal_fen: int, own_fen: int) -> tuple[Line, ...]:
    """Return the budget entry of cash spent on running the unit (E01, E03, E22)."""
    spending = spending_account(unit_kind)
    return entry(
        "BA", [(spending, fiscal_fen + own_fen)], [("6001", fiscal_fen), ("8001", own_fen)]
    )


def other_spending(fen: int) -> tuple[Line, ...]:
    """Return the budget entry of costs of gifts, transfers and disposals (E04-E11)."""
    return entry("BA", [("7901", fen)], [("8001", fen)])


def purchase(
    items: list[Booked], unit_kind: str, own_fen: int, retention_fen: int
) -> tuple[Line, ...]:
    """E01, E03: cards at cost against 4001, own money 1002, retention 2302."""
    total = sum(item.gross_fen for item in items)
    fiscal = total - own_fen - retention_fen
    return entry(
        "FA",
        [(item.account, item.gross_fen, item.asset_id) for item in items],
        [("4001", fiscal), ("1002", own_fen), ("2302", retention_fen)],
    ) + paid(unit_kind, fiscal, own_fen)


def retention_paid(unit_kind: str, fen: int) -> tuple[Line, ...]:
    """E03: the retention is paid by the treasury."""
    return entry("FA", [("2302", fen)], [("4001", fen)]) + paid(unit_kind, fen, 0)


def donation(
    items: list[Booked], costs_fen: int, *, nominal: bool, source: str = "4603"
) -> tuple[Line, ...]:
    """E04, E05: value and costs on the card; at nominal amount the costs are an expense.

    A transfer from outside this system has the same form against `source` 3401 (5.2).
    """
    total = sum(item.gross_fen for item in items)
    debit: list[Amount] = [(item.account, item.gross_fen, item.asset_id) for item in items]
    if nominal:
        lines = entry("FA", debit, [(source, total)])
        lines += entry("FA", [("5901", costs_fen)], [("1002", costs_fen)])
    else:
        lines = entry("FA", debit, [(source, total - costs_fen), ("1002", costs_fen)])
    return lines + other_spending(costs_fen)


def transfer_out(items: list[Booked]) -> tuple[Line, ...]:
    """E06, E07 at the giver: 3401 takes the net value."""
    return entry(
        "FA",
        [("3401", sum(item.net_fen for item in items))]
        + [(item.contra, item.accum_fen, item.asset_id) for item in items],
        [(item.account, item.gross_fen, item.asset_id) for item in items],
    )


def transfer_in(items: list[Booked], freight: dict[str, int]) -> tuple[Line, ...]:
    """E06, E07 at the receiver; `items` as the giver held them, `freight` in fen per asset.

    The receiver's gross is the giver's net plus freight; a card worth nothing keeps gross and
    accumulated, and its freight is an expense, as it is for a card at nominal amount.
    """
    debit: list[Amount] = []
    credit: list[Amount] = []
    for item in items:
        cost = freight.get(item.asset_id, 0)
        if item.bears_costs:
            debit.append((item.account, item.net_fen + cost, item.asset_id))
            credit += [("3401", item.net_fen), ("1002", cost)]
        elif item.net_fen > 0:
            debit += [(item.account, item.net_fen, item.asset_id), ("5901", cost)]
            credit += [("3401", item.net_fen), ("1002", cost)]
        else:
            debit += [(item.account, item.gross_fen, item.asset_id), ("5901", cost)]
            credit += [(item.contra, item.gross_fen, item.asset_id), ("1002", cost)]
    return entry("FA", debit, _merged(credit)) + other_spending(sum(freight.values()))


def _merged(amounts: list[Amount]) -> list[Amount]:
    """Add up amounts of one account that belong to no asset."""
    sums: dict[tuple[str, str | None], int] = {}
    for amount in amounts:
        key = (amount[0], amount[2] if len(amount) > 2 else None)
        sums[key] = sums.get(key, 0) + amount[1]
    return [(account, fen, asset_id) for (account, asset_id), fen in sums.items()]


def opening(items: list[Booked]) -> tuple[Line, ...]:
    """Opening balance on the unit's opening date: gross, accumulated, net to 3001."""
    return entry(
        "FA",
        [(item.account, item.gross_fen, item.asset_id) for item in items],
        [(item.contra, item.accum_fen, item.asset_id) for item in items]
        + [("3001", sum(item.net_fen for item in items))],
    )


def into_pending(items: list[Booked]) -> tuple[Line, ...]:
    """E10, E11, E12: net value into 1902.01, accumulated and gross off the books."""
    return entry(
        "FA",
        [(PENDING_VALUE, sum(item.net_fen for item in items))]
        + [(item.contra, item.accum_fen, item.asset_id) for item in items],
        [(item.account, item.gross_fen, item.asset_id) for item in items],
    )


def written_off(net_fen: int) -> tuple[Line, ...]:
    """E11, E12, E16 on approval: the pending value becomes a disposal expense."""
    return entry("FA", [("5301", net_fen)], [(PENDING_VALUE, net_fen)])


def derecognised(items: list[Booked]) -> tuple[Line, ...]:
    """E08, E09, E17, E21: net value straight to 5301 (sale, donation, intangibles)."""
    return entry(
        "FA",
        [("5301", sum(item.net_fen for item in items))]
        + [(item.contra, item.accum_fen, item.asset_id) for item in items],
        [(item.account, item.gross_fen, item.asset_id) for item in items],
    )


def sale_settled(proceeds_fen: int, costs_fen: int) -> tuple[Line, ...]:
    """E08, E09: proceeds less costs are owed to the treasury; a net cost is the unit's."""
    net = proceeds_fen - costs_fen
    return entry(
        "FA",
        [("1002", proceeds_fen), ("5301", max(-net, 0))],
        [("1002", costs_fen), ("2103", max(net, 0))],
    ) + other_spending(max(-net, 0))


def pending_income(fen: int) -> tuple[Line, ...]:
    """E10: money received for scrap."""
    return entry("FA", [("1002", fen)], [(PENDING_INCOME, fen)])


def pending_cost(fen: int) -> tuple[Line, ...]:
    """E10, E11: costs of scrapping."""
    return entry("FA", [(PENDING_INCOME, fen)], [("1002", fen)])


def compensation_claimed(fen: int) -> tuple[Line, ...]:
    """E12: the person liable must pay."""
    return entry("FA", [("1218", fen)], [(PENDING_INCOME, fen)])


def compensation_received(fen: int) -> tuple[Line, ...]:
    """E12: he paid."""
    return entry("FA", [("1002", fen)], [("1218", fen)])


def pending_settled(net_fen: int) -> tuple[Line, ...]:
    """E10, E11, E12 at the end: net income to 2103, net cost to 5301 with its budget entry."""
    if net_fen >= 0:
        return entry("FA", [(PENDING_INCOME, net_fen)], [("2103", net_fen)])
    return entry("FA", [("5301", -net_fen)], [(PENDING_INCOME, -net_fen)]) + other_spending(
        -net_fen
    )


def rent_owed(fen: int) -> tuple[Line, ...]:
    """E20: rent that is owed to the treasury."""
    return entry("FA", [("1002", fen)], [("2103", fen)])


def rent_kept(due_fen: int, advance_fen: int) -> tuple[Line, ...]:
    """E20, where an institution may keep its rent: 4605 when due, 2305 when in advance (5.2)."""
    total = due_fen + advance_fen
    return entry("FA", [("1002", total)], [("4605", due_fen), ("2305", advance_fen)]) + entry(
        "BA", [("8001", total)], [("6609", total)]
    )


def rent_recognised(fen: int) -> tuple[Line, ...]:
    """Rent received in advance has fallen due; its budget entry was made when it came in."""
    return entry("FA", [("2305", fen)], [("4605", fen)])


def treasury_paid(fen: int) -> tuple[Line, ...]:
    """E08, E10, E12, E20: what was owed is paid over."""
    return entry("FA", [("2103", fen)], [("1002", fen)])


def gain_found(item: Booked) -> tuple[Line, ...]:
    """E13: the found thing against 1902.01."""
    return entry(
        "FA", [(item.account, item.gross_fen, item.asset_id)], [(PENDING_VALUE, item.gross_fen)]
    )


def gain_of_earlier_years(fen: int) -> tuple[Line, ...]:
    """E13 on verification: 3501."""
    return entry("FA", [(PENDING_VALUE, fen)], [("3501", fen)])


def gain_to_surplus(fen: int) -> tuple[Line, ...]:
    """E13: 3501 to 3001 in the same command."""
    return entry("FA", [("3501", fen)], [("3001", fen)])


def repair(unit_kind: str, expense: str, fiscal_fen: int, own_fen: int) -> tuple[Line, ...]:
    """E22: a repair that does not improve the asset is an expense."""
    return entry(
        "FA", [(expense, fiscal_fen + own_fen)], [("4001", fiscal_fen), ("1002", own_fen)]
    ) + paid(unit_kind, fiscal_fen, own_fen)


def invested(items: list[Booked], appraisal_fen: int, fees_fen: int) -> tuple[Line, ...]:
    """E23: appraisal and fees on 1501, the balance a gain (4609) or an expense (5301)."""
    gain = appraisal_fen - sum(item.net_fen for item in items)
    return entry(
        "FA",
        [("1501", appraisal_fen + fees_fen)]
        + [(item.contra, item.accum_fen, item.asset_id) for item in items]
        + [("5301", max(-gain, 0))],
        [(item.account, item.gross_fen, item.asset_id) for item in items]
        + [("1002", fees_fen), ("4609", max(gain, 0))],
    ) + other_spending(fees_fen)


def improvement_started(item: Booked) -> tuple[Line, ...]:
    """E16 start: the net value into 1613, accumulated and gross off the books."""
    return entry(
        "FA",
        [(IMPROVING, item.net_fen, item.asset_id), (item.contra, item.accum_fen, item.asset_id)],
        [(item.account, item.gross_fen, item.asset_id)],
    )


def improvement_spent(
    asset_id: str, unit_kind: str, fiscal_fen: int, own_fen: int
) -> tuple[Line, ...]:
    """E16 spend: what is spent joins the value in 1613."""
    return entry(
        "FA",
        [(IMPROVING, fiscal_fen + own_fen, asset_id)],
        [("4001", fiscal_fen), ("1002", own_fen)],
    ) + paid(unit_kind, fiscal_fen, own_fen)


def parts_removed(asset_id: str, fen: int) -> tuple[Line, ...]:
    """E16 removed parts: their book value waits in 1902.01 for its approval (U-M)."""
    return entry("FA", [(PENDING_VALUE, fen)], [(IMPROVING, fen, asset_id)])


def improvement_delivered(asset_id: str, account: str, fen: int) -> tuple[Line, ...]:
    """E16 delivered: what stands in 1613 is the new cost."""
    return entry("FA", [(account, fen, asset_id)], [(IMPROVING, fen, asset_id)])


def depreciation(totals: dict[tuple[str, str], int]) -> tuple[Line, ...]:
    """E02: totals of a run by (expense account, accumulated account)."""
    return entry(
        "FA",
        [(expense, fen) for (expense, _), fen in sorted(totals.items())],
        [(contra, fen) for (_, contra), fen in sorted(totals.items())],
    )
