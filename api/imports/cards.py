"""One row to one card: cells read, gaps derived or filled by the batch, every error with place."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec

from api.imports import cells, headings
from api.imports.batch import Batch, ClassChoice, ImportedCard
from api.imports.mapping import Column, choice_key, split_name
from api.imports.reading import Cell
from api.imports.refusals import CellError, RowError
from domain.card_checks import check_card
from domain.card_fields import BY_CODE
from domain.card_traits import trait
from domain.cards import Card, OpeningFacts
from domain.catalogue import accounts, classes, lives, ways
from domain.catalogue.crosswalk import Candidate, by_name, crosswalk
from domain.money import yuan

LIFE_ASSUMED_MONTHS = 120
"""Life where the table has no line (software, trades not mapped): ten years, with a warning."""
MONTH_WILL_DO = ("acquired_on", "in_service_on", "booked_on")
"""Dates of which the books count months only (handbook 5.3): a month stands for its first day."""


class RowReader:
    """Reads rows of one sheet; gathers errors, warnings and class choices as it goes."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.errors: list[RowError] = []
        self.warnings: list[RowError] = []
        self.choices: dict[str, ClassChoice] = {}
        self._columns = {c.target: c for c in batch.mapping.columns if c.target}
        self._readers = [
            (column, column.target, _reader_of(column, batch))
            for column in batch.mapping.columns
            if column.target
        ]
        if headings.NAME_AND_MODEL in self._columns:
            for part in ("name", "model"):
                self._columns.setdefault(part, self._columns[headings.NAME_AND_MODEL])

    def read(self, number: int, row: list[Cell], uncalculated: set[int]) -> ImportedCard | None:
        """The card of row `number`, or None when the row has errors."""
        reading = _Reading(self, number, row)
        reading.take(self._readers, uncalculated)
        reading.derive()
        return reading.finish()

    def column(self, field: str) -> Column | None:
        """The column that a finding on `field` points at."""
        found = self._columns.get(field)
        if found is None and field == "gross_fen":
            return self._columns.get("unit_price_fen")
        return found

    def has(self, field: str) -> bool:
        """Whether the file has a column for the field."""
        return field in self._columns


def _reader_of(column: Column, batch: Batch) -> Callable[[Cell], Any]:
    field = BY_CODE.get(column.target or "")
    if field is None:
        return cells.text
    if field.code == "class_code":
        return cells.class_code
    if field.kind in ("term", "flag"):
        return lambda cell: cells.term(cell, field.terms, field.zh)
    if field.kind == "money":
        computed = field.code in ("net_fen", "unit_price_fen")
        return lambda cell: cells.money(cell, column.unit_yuan, computed=computed)
    if field.kind == "int":
        return lambda cell: cells.integer(cell, column.months_each)
    readers: dict[str, Callable[[Cell], Any]] = {
        "code": cells.code,
        "date": lambda cell: cells.day(cell, epoch_1904=batch.epoch_1904),
        "month": lambda cell: cells.day_or_month(cell, epoch_1904=batch.epoch_1904),
        "qty": cells.quantity,
    }
    return readers.get("month" if field.code in MONTH_WILL_DO else field.kind, cells.text)


class _Reading:
    """One row on its way to a card."""

    def __init__(self, reader: RowReader, number: int, row: list[Cell]) -> None:
        self.reader, self.number, self.row = reader, number, row
        self.values: dict[str, Any] = {}
        self.bad: set[str] = set()
        self.old_class: tuple[str, str] | None = None
        self.written: list[str] = []
        self.months_known = True

    # --- findings -------------------------------------------------------------------------

    def _place(self, field: str, code: str, severity: str, zh: str, en: str) -> RowError:
        column = self.reader.column(field)
        known = BY_CODE.get(field)
        heading = column.heading if column else (known.zh if known else field)
        at = column.index if column else -1
        value = cells.shown(self.row[at]) if 0 <= at < len(self.row) else ""
        letter = column.letter if column else ""
        sheet = self.reader.batch.sheet
        return RowError(
            sheet, self.number, heading, letter, value[:200], code, zh, en, field, severity
        )

    def error(self, field: str, code: str, zh: str, en: str) -> None:
        self.bad.add(field)
        self.reader.errors.append(self._place(field, code, "error", zh, en))

    def warn(self, field: str, code: str, zh: str, en: str) -> None:
        self.reader.warnings.append(self._place(field, code, "warning", zh, en))

    # --- cells ----------------------------------------------------------------------------

    def take(
        self,
        readers: list[tuple[Column, str, Callable[[Cell], Any]]],
        uncalculated: set[int],
    ) -> None:
        row = self.row
        for column, target, read in readers:
            cell = row[column.index] if column.index < len(row) else None
            if cells.is_blank(cell):
                if column.index in uncalculated:
                    self._uncalculated(target)
                continue
            try:
                self.values[target] = read(cell)
            except CellError as refused:
                self._refuse(target, refused)

    def _uncalculated(self, target: str) -> None:
        zh = "公式没有计算结果或是错误值,请用表格软件改正、保存后再导入"
        en = "a formula without a value or an error value; correct and save it in a spreadsheet"
        memo = target in BY_CODE and BY_CODE[target].part == "memo"
        (self.warn if memo else self.error)(target, "E_FORMULA", zh, en)

    def _refuse(self, target: str, refused: CellError) -> None:
        field = "name" if target == headings.NAME_AND_MODEL else target
        if field in BY_CODE and BY_CODE[field].part == "memo":
            self.warn(field, refused.code, refused.zh, refused.en)
        else:
            self.error(field, refused.code, refused.zh, refused.en)

    # --- derivation -----------------------------------------------------------------------

    def derive(self) -> None:
        self._derive_months_only()
        self._derive_names()
        self._derive_value()
        self._derive_class()
        self._derive_days_and_words()
        self._derive_depreciation()

    def _derive_months_only(self) -> None:
        """Dates written as a month: its first day, or the acquisition's if that lies in it."""
        values = self.values
        acquired = values["acquired_on"][0] if "acquired_on" in values else None
        for field in MONTH_WILL_DO:
            if field not in values:
                continue
            day, written = values[field]
            if written is not None:
                if acquired is not None and acquired.replace(day=1) == day:
                    day = acquired
                self._note_month_only(field, day, written)
            values[field] = day

    def _note_month_only(self, field: str, day: date, written: str) -> None:
        self.written.append(f"{BY_CODE[field].zh}原填{written}")
        zh = f"“{written}”只有年月,按 {day} 处理,原文记入备注;折旧按月计算,不受影响"
        en = f"only a month: taken as {day}, the text is kept in the remark; months decide the rest"
        self.warn(field, "W_DATE_MONTH", zh, en)

    def _derive_names(self) -> None:
        both = self.values.pop(headings.NAME_AND_MODEL, None)
        if both:
            name, model = split_name(both)
            self.values.setdefault("name", name)
            if model:
                self.values.setdefault("model", model)
        for target in ("keeper", "user"):
            if target in self.values:
                self.values[target] = "".join(self.values[target].split())

    def _derive_value(self) -> None:
        values = self.values
        values.setdefault("qty_centi", 100)
        price = values.pop("unit_price_fen", None)
        if "gross_fen" not in values and not self.reader.has("gross_fen") and price is not None:
            values["gross_fen"] = price * values["qty_centi"] // 100
        elif price is not None and {"gross_fen", "qty_centi"} <= values.keys() - self.bad:
            self._compare_price(price)
        if "gross_fen" not in values and "gross_fen" not in self.bad:
            self.error("gross_fen", "E_REQUIRED", "价值必填", "gross value is required")
        gross, fiscal, other = (values.get(c) for c in ("gross_fen", "fiscal_fen", "nonfiscal_fen"))
        self._derive_funds(gross, fiscal, other)

    def _compare_price(self, price: int) -> None:
        gross, qty = self.values["gross_fen"], self.values["qty_centi"]
        # Prices are rounded to a fen: the product may differ by half a fen a piece.
        if abs(price * qty - gross * 100) > qty:
            zh = f"单价×数量为{yuan(price * qty // 100)},与价值{yuan(gross)}不符"
            self.warn("gross_fen", "W_UNIT_PRICE", zh, "unit price times quantity ≠ value")

    def _derive_funds(self, gross: int | None, fiscal: int | None, other: int | None) -> None:
        if gross is None or self.bad & {"fiscal_fen", "nonfiscal_fen"}:
            return
        if fiscal is None and other is None:
            self.values["fiscal_fen"] = max(gross, 0)
        elif fiscal is None:
            self.values["fiscal_fen"] = max(gross - (other or 0), 0)
        elif other is None and not self.reader.has("nonfiscal_fen"):
            self.values["nonfiscal_fen"] = max(gross - fiscal, 0)

    def _derive_class(self) -> None:
        values = self.values
        stated = values.pop("class_std", None)
        named = values.pop("class_name", None)
        std = self._standard(stated)
        code, name = values.get("class_code"), values.get("name", "")
        if self.bad & {"class_code", "class_std"}:
            return
        if code is None and not self.reader.has("class_code"):
            self._place_class("", "", named or name)
        elif code is not None:
            self._place_class(std, code, name, named)

    def _standard(self, stated: str | None) -> str:
        if stated is None:
            return self.reader.batch.class_std or classes.STD_2022
        found = standard_from_text(stated)
        if found is None:
            zh = f"不认识的国标版本“{stated[:40]}”"
            self.error("class_std", "E_CLASS_STD", zh, "unknown class standard")
        return found or stated

    def _place_class(self, std: str, code: str, name: str, named: str | None = None) -> None:
        """Settle on a 2022 class: as given, or from an old code and the thing's name."""
        # Files mix editions: digits can only be of 2010 or 1994, a letter only of later ones.
        if code and code[0].isdigit() and std not in (classes.STD_2010, classes.STD_1994):
            std = classes.STD_2010 if len(code) == 7 else std
        elif code[:1] == "A" and std in (classes.STD_2010, classes.STD_1994):
            std = classes.STD_2022
        if std == classes.STD_2022:
            self.values["class_std"] = std
            return
        self.old_class = (std, code)
        form = classes.CODE_FORMS.get(std)
        if form is not None and not form.fullmatch(code):
            zh = f"资产分类代码 {code} 不符合 {std} 的形式"
            self.error("class_code", "E_CLASS_FORM", zh, f"not of the form of {std}")
            return
        self._cross(std, code, name, named)

    def _cross(self, std: str, code: str, name: str, named: str | None) -> None:
        chosen = self.reader.batch.mapping.class_choices.get(choice_key(code, name))
        if chosen is None:
            found = crosswalk(std, code, name) if std else by_name(name)
            if len(found) != 1 and named:
                found = by_name(named) or found
            if len(found) == 1:
                chosen = found[0].row.code
            else:
                self._ask(std, code, name, found)
                return
        self.values["class_std"], self.values["class_code"] = classes.STD_2022, chosen

    def _ask(self, std: str, code: str, name: str, found: tuple[Candidate, ...]) -> None:
        key = choice_key(code, name)
        self.reader.choices.setdefault(key, ClassChoice(key, std, code, name, found))
        options = "、".join(f"{one.row.code} {one.row.name}" for one in found[:5])
        zh = f"旧分类 {code} {name} 对应的2022版分类须由人确认" + (f":{options}" if options else "")
        self.error("class_code", "E_CLASS_CHOICE", zh, "a person must choose the 2022 class")

    def _derive_days_and_words(self) -> None:
        values, given = self.values, self.reader.batch.defaults
        if "acquired_on" not in values and "acquired_on" not in self.bad:
            self.error(
                "acquired_on", "E_REQUIRED", "取得日期必填", "date of acquisition is required"
            )
        if "acq_way" not in values and self.reader.has("acq_way") and "acq_way" not in self.bad:
            self.error("acq_way", "E_REQUIRED", "取得方式必填", "way of acquisition is required")
        if "acquired_on" in values and "in_service_on" not in self.bad:
            values.setdefault("in_service_on", values["acquired_on"])
        for code in ("value_type", "acq_way", "use_status", "use_direction"):
            values.setdefault(code, getattr(given, code))
        for code in ("manage_dept", "use_dept", "place", "keeper", "user"):
            if code not in values and getattr(given, code):
                values[code] = getattr(given, code)
        if "user" not in values and "keeper" in values and not self.reader.has("user"):
            values["user"] = values["keeper"]
        if "keeper" not in values and "user" in values:
            values["keeper"] = values["user"]
        if values.pop("booked_status", None) == "NOT_BOOKED":
            zh, en = "标为未入账,期初导入会按已入账处理", "marked as not booked"
            self.warn("booked_status", "W_NOT_BOOKED", zh, en)

    # --- depreciation ---------------------------------------------------------------------

    def _derive_depreciation(self) -> None:
        if self.bad & {"class_code", "class_std"} or "class_code" not in self.values:
            return
        values = self.values
        exempt = lives.exempt_reason(values["class_code"]) is not None
        exempt = exempt or values.get("value_type") == "NOMINAL"
        if exempt:
            values.setdefault("dep_status", "EXEMPT")
        known = "life_months" in values or "life_months" in self.bad
        if not known and values.get("dep_status") != "EXEMPT":
            values["life_months"] = self._least_life()
        self._derive_accumulated(exempt or values.get("dep_status") == "EXEMPT")
        if not exempt and "dep_status" not in values and "dep_status" not in self.bad:
            complete = values.get("accum_fen") == values.get("gross_fen") != 0
            values["dep_status"] = "COMPLETED" if complete else "DEPRECIATE"

    def _least_life(self) -> int:
        structure = self.values.get(headings.TRAIT_PREFIX + "structure")
        rule = lives.life_rule(self.values["class_code"], structure)
        if rule is lives.HOUSE_UNKNOWN:
            rule = lives.HOUSE_LIVES["钢筋混凝土结构"]
            zh = "建筑结构未知,折旧年限暂按钢筋混凝土结构50年"
            self.warn("life_months", "W_LIFE_ASSUMED", zh, "structure unknown: fifty years assumed")
        if rule is None:
            zh = "该分类没有最低折旧年限,暂按120个月"
            self.warn("life_months", "W_LIFE_ASSUMED", zh, "no table life: 120 months assumed")
            return LIFE_ASSUMED_MONTHS
        return rule.min_months

    def _derive_accumulated(self, exempt: bool) -> None:
        values = self.values
        net, gross = values.pop("net_fen", None), values.get("gross_fen")
        if gross is None or "accum_fen" in self.bad:
            return
        if "accum_fen" in values:
            if net is not None and gross - values["accum_fen"] != net:
                zh = f"净值{yuan(net)}不等于价值减累计折旧{yuan(gross - values['accum_fen'])}"
                self.warn("net_fen", "W_NET", zh, "net ≠ value − accumulated")
        elif net is not None:
            values["accum_fen"] = gross - net
        elif not exempt and not self.reader.has("accum_fen"):
            self._compute_accumulated(gross)
        self._derive_months(gross)

    def _compute_accumulated(self, gross: int) -> None:
        values, batch = self.values, self.reader.batch
        begun = values.get("booked_on") or values.get("acquired_on")
        life = values.get("life_months")
        if batch.defaults.accumulated != "computed" or not begun or not life or gross < 0:
            return
        opening = batch.opening_on
        months = (opening.year - begun.year) * 12 + opening.month - begun.month
        done = values.get("done_months", max(0, min(life, months)))
        charged = gross if done >= life else min(gross, done * ((2 * gross + life) // (2 * life)))
        values["accum_fen"], values["done_months"] = charged, done

    def _derive_months(self, gross: int) -> None:
        """Months done from what has accumulated, where the file does not count them."""
        values = self.values
        life, accum = values.get("life_months"), values.get("accum_fen", 0)
        if "done_months" in values or "done_months" in self.bad:
            return
        self.months_known = False
        if life and gross > 0 and 0 <= accum <= gross:
            values["done_months"] = (2 * accum * life + gross) // (2 * gross)

    # --- the card -------------------------------------------------------------------------

    def finish(self) -> ImportedCard | None:
        card = self._card()
        opening = OpeningFacts(
            opening_on=self.reader.batch.opening_on,
            accum_fen=self.values.get("accum_fen", 0),
            done_months=self.values.get("done_months", 0),
            booked_on=self.values.get("booked_on"),
            use_status=self.values["use_status"],
            months_known=self.months_known,
        )
        for found in check_card(card, self.reader.batch.today, opening, frozenset(self.bad)):
            report = self.error if found.severity == "error" else self.warn
            report(found.field, found.code, found.zh, found.en)
        if self.bad:
            return None
        return self._imported(card, opening)

    def _card(self) -> Card:
        values = self.values
        code = values.get("class_code", "")
        self._account(code)
        fields = {name: values[name] for name in Card.__struct_fields__ if name in values}
        fields["classified"] = values.get("classified") == "YES"
        fields["card_type"] = style = classes.card_type(code) or "other"
        fields["traits"] = self._traits(style)
        # What could not be read stands as a blank, marked bad, until the row is refused.
        blanks: dict[str, Any] = {
            "card_no": "",
            "name": "",
            "class_code": "",
            "class_std": classes.STD_2022,
            "account_code": "1601",
            "acquired_on": self.reader.batch.opening_on,
            "gross_fen": 0,
            "acq_way": "PURCHASE",
        }
        return Card(**(blanks | fields))

    def _account(self, code: str) -> None:
        written = self.values.get("account_code")
        found = accounts.account_for_text(written) if written else None
        if written and found is None:
            zh, en = f"不认识的会计科目“{written[:40]}”", "unknown account"
            self.error("account_code", "E_ACCOUNT", zh, en)
        self.values["account_code"] = found.code if found else classes.account_of(code) or "1601"

    def _traits(self, style: str) -> dict[str, str | int]:
        traits: dict[str, str | int] = {}
        for target, value in self.values.items():
            if not target.startswith(headings.TRAIT_PREFIX):
                continue
            known = trait(style, target.removeprefix(headings.TRAIT_PREFIX))
            if known is None:
                continue
            try:
                traits[known.code] = _trait_value(known.kind, value)
            except CellError as refused:
                self.warn(target, refused.code, refused.zh, refused.en)
        return traits

    def _imported(self, card: Card, opening: OpeningFacts) -> ImportedCard:
        values, person_id = self.values, self.reader.batch.person_id
        memo = (values.get("voucher_no"), values.get("label_no"), self.old_class)
        # As tuples: a Struct that leaves out its defaults leaves out the same objects only, and a
        # word that was read from a file is never the same object.
        said = msgspec.json.encode((msgspec.structs.astuple(card), opening, memo))
        names = card.keeper, card.user
        ids = [person_id(name, card.use_dept) if name else None for name in names]
        old_std, old_code = self.old_class or (None, None)
        return ImportedCard(
            row=self.number,
            card=msgspec.structs.replace(card, keeper=ids[0], user=ids[1]),
            opening=opening,
            state=ways.STATE_OF_USE[opening.use_status],
            voucher_no=values.get("voucher_no"),
            label_no=values.get("label_no"),
            old_class_std=old_std,
            old_class_code=old_code,
            keeper_name=names[0],
            user_name=names[1],
            written=tuple(self.written),
            digest=hashlib.sha256(said).hexdigest(),
        )


def _trait_value(kind: str, value: str) -> str | int:
    if kind == "int":
        return cells.integer(value)
    if kind == "area":
        return cells.quantity(value)
    if kind == "money":
        return cells.money(value)
    if kind == "date":
        return cells.day(value).isoformat()
    return value


def standard_from_text(written: str) -> str | None:
    """The class standard that a clerk names: 2022版, GB/T14885-2010, 2013品目."""
    for year, std in (
        ("2022", classes.STD_2022),
        ("2010", classes.STD_2010),
        ("1994", classes.STD_1994),
        ("2013", classes.STD_2013),
    ):
        if year in written:
            return std
    return None
