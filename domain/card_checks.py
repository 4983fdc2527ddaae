"""What may be wrong with a card: each rule of the data dictionary (handbook 3.1-3.8) in turn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from domain.card_fields import BY_CODE, FIELDS
from domain.card_look import Look
from domain.cards import Card, Finding, OpeningFacts
from domain.catalogue import accounts, capitalisation, classes, lives
from domain.money import yuan
from domain.trait_checks import check_traits

DATE_MIN = date(1900, 1, 1)
NAME_MIN = 2
NOMINAL_FEN = 100
# The field system refuses these: they do not say what the thing is (V(N2 style)).
GENERIC_NAMES = frozenset({"电脑", "设备", "家具", "物品", "资产", "东西", "办公用品", "其他"})
# Ways of acquiring a used thing: its life is what remained, not the table's minimum.
USED_WAYS = frozenset({"TRANSFER_IN", "DONATION", "EXCHANGE", "STOCKTAKE_GAIN", "OTHER"})
# Styles a class may also stand under, besides its usual one.
_OTHER_STYLES: dict[str, frozenset[str]] = {
    "A01": frozenset({"land", "infrastructure", "housing", "ppp", "construction", "other_fixed"}),
    "A03": frozenset({"cultural"}),
    "A07": frozenset({"reserve", "other_fixed", "equipment"}),
    "A08": frozenset({"intangible"}),
}
_TEXTS: tuple[tuple[str, int], ...] = tuple(
    (one.code, one.max_length)
    for one in FIELDS
    if one.part == "card" and one.kind in {"text", "code", "dept", "person"}
)
_TERMS: tuple[tuple[str, frozenset[str]], ...] = tuple(
    (one.code, frozenset(term.code for term in one.terms))
    for one in FIELDS
    if one.part == "card" and one.kind == "term"
)
_STYLES = frozenset(style.code for style in classes.CARD_TYPES)


def check_card(
    card: Card,
    today: date,
    opening: OpeningFacts | None = None,
    known_bad: frozenset[str] = frozenset(),
) -> list[Finding]:
    """Every finding on one card; errors that only follow from another in it are left out.

    `opening` is given for a card that comes with old books, None for a new acquisition.
    `known_bad` are fields whose text could not be read: what depends on them is not judged.
    """
    look = Look(card, today, opening, set(known_bad), [])
    for check in _CHECKS:
        check(look)
    return look.found


def _check_texts(look: Look) -> None:
    card = look.card
    for code in ("card_no", "name", "class_code"):
        if look.sound(code) and not getattr(card, code).strip():
            zh = BY_CODE[code].zh
            look.error(code, "E_REQUIRED", f"{zh}必填", f"{BY_CODE[code].en} is required")
    for code, most in _TEXTS:
        text = getattr(card, code)
        if text and len(text) > most and look.sound(code):
            zh = f"{BY_CODE[code].zh}超过{most}字"
            look.error(code, "E_TOO_LONG", zh, f"longer than {most} characters")
    if look.sound("name") and len(card.name) < NAME_MIN:
        look.error("name", "E_TOO_SHORT", "资产名称至少2字", "the name has less than 2 characters")
    elif look.sound("name") and card.name in GENERIC_NAMES:
        zh = f"资产名称“{card.name}”过于笼统,请写具体名称"
        look.warn("name", "W_NAME_GENERIC", zh, "the name is too general")


def _check_terms(look: Look) -> None:
    """Fields with a list of values hold one of them."""
    for code, known in _TERMS:
        value = getattr(look.card, code)
        if value is not None and value not in known and look.sound(code):
            zh = f"{BY_CODE[code].zh}不能取值 {value[:40]}"
            look.error(code, "E_TERM", zh, f"{BY_CODE[code].en} cannot be {value[:40]}")
    if look.card.card_type not in _STYLES and look.sound("card_type"):
        zh, en = f"没有卡片类型 {look.card.card_type[:40]}", "no such type of card"
        look.error("card_type", "E_CARD_TYPE", zh, en)


def _check_class(look: Look) -> None:
    if not look.sound("class_code", "class_std"):
        return
    odd = classes.check_code(look.card.class_std, look.card.class_code)
    if odd is None:
        return
    if odd.severity == "error":
        field = "class_std" if odd.code == "E_CLASS_STD" else "class_code"
        look.error(field, odd.code, odd.zh, odd.en)
    else:
        look.warn("class_code", odd.code, odd.zh, odd.en)


def _check_style_and_account(look: Look) -> None:
    card = look.card
    if card.account_code not in accounts.CARD_ACCOUNTS and look.sound("account_code"):
        zh = f"{card.account_code} 不是资产卡片可用的会计科目"
        look.error("account_code", "E_ACCOUNT", zh, "no account for asset cards")
    if card.class_std != classes.STD_2022 or not look.sound("class_code"):
        return
    usual = classes.card_type(card.class_code)
    others = _OTHER_STYLES.get(card.class_code[:3], frozenset())
    if card.card_type != usual and card.card_type not in others and look.sound("card_type"):
        zh, en = "卡片类型与资产分类不一致", "card type does not fit the class"
        look.error("card_type", "E_CARD_TYPE", zh, en)
    if look.sound("account_code") and (card.account_code == "1701") != (
        classes.account_of(card.class_code) == "1701"
    ):
        zh, en = "会计科目与资产分类通常不这样对应", "an unusual account for this class"
        look.warn("account_code", "W_ACCOUNT", zh, en)


def _check_quantity(look: Look) -> None:
    card = look.card
    if not look.sound("qty_centi"):
        return
    if card.qty_centi <= 0:
        look.error("qty_centi", "E_QTY", "数量必须大于0", "the quantity must be above zero")
    elif card.qty_centi != 100 and look.sound("class_code") and one_card_a_piece(card):
        zh, en = "设备应一物一卡,数量为1", "equipment has one card a piece"
        look.fault("qty_centi", "BATCH_CARD", zh, en)


def one_card_a_piece(card: Card) -> bool:
    """Batch cards are for furniture and books only (product); houses and land count areas."""
    if card.card_type == "equipment":
        return not classes.is_furniture(card.class_code)
    return card.card_type == "vehicle"


def _check_days(look: Look) -> None:
    card, acquired = look.card, look.card.acquired_on
    if not look.sound("acquired_on"):
        return
    if acquired > look.today:
        look.error("acquired_on", "E_DATE_FUTURE", "取得日期在将来", "acquired in the future")
        return
    if acquired < DATE_MIN:
        look.error("acquired_on", "E_DATE_RANGE", "取得日期早于1900年", "acquired before 1900")
        return
    if look.opening is not None and acquired > look.opening.opening_on:
        zh, en = "取得日期晚于期初日期,请确认是否属于期初卡片", "acquired after the opening date"
        look.warn("acquired_on", "W_AFTER_OPENING", zh, en)
    pairs = (
        ("in_service_on", card.in_service_on, "E_IN_SERVICE", "投入使用日期早于取得日期"),
        ("warranty_end", card.warranty_end, "E_WARRANTY", "保修截止日期早于取得日期"),
    )
    for code, day, error, zh in pairs:
        if day is not None and day < acquired and look.sound(code):
            look.error(code, error, zh, f"{BY_CODE[code].en} lies before the acquisition")


def _check_booked(look: Look) -> None:
    booked = look.opening.booked_on if look.opening else None
    if booked is None or look.opening is None or not look.sound("booked_on"):
        return
    if booked > look.today and look.today > look.opening.opening_on:
        look.error("booked_on", "E_DATE_FUTURE", "财务入账日期在将来", "booked in the future")
    elif booked > look.opening.opening_on:
        zh, en = "财务入账日期晚于期初日期", "booked after the opening date"
        look.warn("booked_on", "W_BOOKED_AFTER_OPENING", zh, en)
    elif not look.sound("acquired_on"):
        return
    elif booked < look.card.acquired_on:
        zh, en = "财务入账日期早于取得日期", "booked before the acquisition"
        look.error("booked_on", "E_BOOKED_BEFORE", zh, en)
    elif _months_between(look.card.acquired_on, booked) > 1:
        zh, en = "取得后一个多月才入账", "booked more than a month after the acquisition"
        look.warn("booked_on", "W_BOOKED_LATE", zh, en)


def _months_between(earlier: date, later: date) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def _check_value(look: Look) -> None:
    card = look.card
    if not look.sound("gross_fen"):
        return
    if card.gross_fen < 0:
        look.error("gross_fen", "E_NEGATIVE", "价值不能为负数", "the value is negative")
    elif card.value_type == "NOMINAL" and card.gross_fen != NOMINAL_FEN:
        if look.sound("value_type"):
            zh, en = "名义金额应为1.00元", "a nominal amount is 1.00"
            look.error("gross_fen", "E_NOMINAL", zh, en)
    elif card.gross_fen == 0 and look.sound("class_code") and card.card_type != "land":
        zh, en = "只有划拨土地的价值可以为0", "only allocated land may have no value"
        look.error("gross_fen", "E_ZERO", zh, en)


def _check_funds(look: Look) -> None:
    card = look.card
    for code in ("fiscal_fen", "nonfiscal_fen"):
        if getattr(card, code) < 0 and look.sound(code):
            zh = f"{BY_CODE[code].zh}不能为负数"
            look.error(code, "E_NEGATIVE", zh, f"{BY_CODE[code].en} are negative")
    if not look.sound("gross_fen", "fiscal_fen", "nonfiscal_fen"):
        return
    total = card.fiscal_fen + card.nonfiscal_fen
    if total != card.gross_fen:
        # One part alone equal to the value points at the other as the wrong cell.
        field = "nonfiscal_fen" if card.fiscal_fen == card.gross_fen else "fiscal_fen"
        zh = f"财政拨款与非财政拨款之和{yuan(total)}不等于价值{yuan(card.gross_fen)}"
        look.error(field, "E_FUNDS_SUM", zh, "the funds do not add up to the value")


def _check_capitalisation(look: Look) -> None:
    card = look.card
    if card.card_type not in ("equipment", "vehicle"):
        return
    if not look.sound("gross_fen", "acquired_on", "class_code", "qty_centi"):
        return
    rule = capitalisation.capitalisation_rule(capitalisation.INSTITUTION, card.acquired_on)
    if rule is None or card.value_type == "NOMINAL":
        return
    if card.gross_fen * 100 < rule.min_unit_fen * card.qty_centi:
        zh = f"单价低于固定资产标准{yuan(rule.min_unit_fen)}元,请确认是否大批同类物资"
        en = "unit value below the capitalisation line"
        look.warn("gross_fen", "W_BELOW_CAPITALISATION", zh, en)


def _exempt(card: Card) -> bool:
    exempt = lives.exempt_reason(card.class_code, card.class_std) is not None
    return exempt or card.value_type == "NOMINAL"


def _check_dep_status(look: Look) -> None:
    card = look.card
    if not look.sound("dep_status", "class_code", "value_type"):
        return
    if _exempt(card) and card.dep_status != "EXEMPT":
        zh, en = "该类资产或名义金额资产不提折旧", "this asset is not depreciated"
        look.error("dep_status", "E_DEP_STATUS", zh, en)
    elif card.dep_status == "EXEMPT" and not _exempt(card) and not _life_uncertain(card):
        zh, en = "该类资产一般应提折旧", "assets of this class are usually depreciated"
        look.warn("dep_status", "W_DEP_EXEMPT", zh, en)
    if card.dep_status != "COMPLETED" or look.opening is None:
        return
    if look.sound("accum_fen", "gross_fen") and look.opening.accum_fen != card.gross_fen:
        zh, en = "已完成折旧,但累计折旧不等于价值", "complete, but accumulated ≠ value"
        look.error("dep_status", "E_DEP_COMPLETED", zh, en)


def _life_uncertain(card: Card) -> bool:
    land = card.card_type == "land"
    return land or card.traits.get("life_uncertain") == "是"


def _check_life(look: Look) -> None:
    card = look.card
    fields = ("life_months", "class_code", "dep_status")
    if card.dep_status == "EXEMPT" or not look.sound(*fields):
        return
    if card.life_months is None or card.life_months < 1:
        zh, en = "提折旧的资产须有折旧年限(月)", "a depreciated asset needs a life in months"
        look.error("life_months", "E_LIFE", zh, en)
        return
    structure = card.traits.get("structure")
    rule = lives.life_rule(card.class_code, str(structure or ""), card.class_std)
    if rule is None:
        return
    if card.life_months < rule.min_months:
        _life_too_short(look, card.life_months, rule)
    elif rule.max_months is not None and card.life_months > rule.max_months:
        zh = f"折旧年限{card.life_months}个月高于{rule.category}的上限{rule.max_months}个月"
        look.warn("life_months", "W_LIFE_LONG", zh, f"above {rule.max_months} months")


def _life_too_short(look: Look, months: int, rule: lives.LifeRule) -> None:
    zh = f"折旧年限{months}个月低于{rule.category}的最低{rule.min_months}个月"
    en = f"below the minimum of {rule.min_months} months"
    if look.card.acq_way in USED_WAYS and _is_remaining_life(look, months):
        look.warn("life_months", "W_LIFE_SHORT", zh, en)
    else:
        look.error("life_months", "E_LIFE_BELOW_MINIMUM", zh, en)


def _is_remaining_life(look: Look, months: int) -> bool:
    """Whether the old books really charge over this short life, as for a used thing."""
    opening = look.opening
    if opening is None or (opening.done_months == 0 and opening.accum_fen == 0):
        return True
    if opening.done_months > months or not look.sound("accum_fen", "done_months", "gross_fen"):
        return False
    return _charge_fits(look.card.gross_fen, months, opening)


def _charge_fits(gross_fen: int, months: int, opening: OpeningFacts) -> bool:
    """Whether accumulated is what the months done would charge, give or take a month."""
    return abs(opening.accum_fen * months - gross_fen * opening.done_months) <= gross_fen


def _check_accumulated(look: Look) -> None:
    opening, card = look.opening, look.card
    if opening is None or not look.sound("accum_fen"):
        return
    if opening.accum_fen < 0:
        look.error("accum_fen", "E_NEGATIVE", "累计折旧不能为负数", "accumulated is negative")
    elif look.sound("gross_fen") and opening.accum_fen > card.gross_fen:
        zh, en = "累计折旧大于价值", "accumulated depreciation exceeds the value"
        look.error("accum_fen", "E_ACCUM_EXCEEDS", zh, en)
    elif opening.accum_fen > 0 and card.dep_status == "EXEMPT" and look.sound("dep_status"):
        zh, en = "不提折旧的资产有累计折旧", "not depreciated, but depreciation accumulated"
        look.warn("accum_fen", "W_ACCUM_EXEMPT", zh, en)


def _check_months_done(look: Look) -> None:
    opening, life = look.opening, look.card.life_months
    if opening is None or not opening.months_known or not look.sound("done_months", "life_months"):
        return
    if opening.done_months < 0:
        zh, en = "已提折旧月数不能为负数", "months done are negative"
        look.error("done_months", "E_NEGATIVE", zh, en)
        return
    if life is None or look.card.dep_status == "EXEMPT" or not look.sound("dep_status"):
        return
    if opening.done_months > life:
        zh, en = "已提折旧月数大于折旧年限", "months done exceed the life"
        look.error("done_months", "E_DONE_EXCEEDS", zh, en)
        return
    if not look.sound("accum_fen", "gross_fen"):
        return
    if not _charge_fits(look.card.gross_fen, life, opening):
        zh, en = "累计折旧与已提月数不符", "accumulated does not fit the months done"
        look.warn("done_months", "W_ACCUM_MONTHS", zh, en)
    else:
        _check_calendar(look, opening, life)


def _check_calendar(look: Look, opening: OpeningFacts, life: int) -> None:
    """Months done against the calendar: from the month of addition to the opening (5.3)."""
    if not look.sound("booked_on", "acquired_on"):
        return
    days = (opening.booked_on or look.card.acquired_on, look.card.acquired_on)
    due, due_acquired = (
        min(life, max(0, _months_between(begun, opening.opening_on))) for begun in days
    )
    if opening.done_months not in (due, due_acquired):
        zh = f"按入账月份到期初应提{due}个月,表中为{opening.done_months}个月"
        en = f"{due} months would be due by the calendar, {opening.done_months} are given"
        look.warn("done_months", "W_DONE_CALENDAR", zh, en)


_CHECKS: tuple[Callable[[Look], None], ...] = (
    _check_texts,
    _check_terms,
    _check_class,
    _check_style_and_account,
    _check_quantity,
    _check_days,
    _check_booked,
    _check_value,
    _check_funds,
    _check_capitalisation,
    _check_dep_status,
    _check_life,
    _check_accumulated,
    _check_months_done,
    check_traits,
)
