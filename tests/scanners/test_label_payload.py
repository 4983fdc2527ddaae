"""The label payload: what is written is read back in every form, and nothing else is."""

from __future__ import annotations

import random
import string
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.labels import ALPHABET, check_sign, is_label_no, new_label_no
from scanners.keyring import KeyRing, new_keyring, rotated
from scanners.notices import ScanError
from scanners.payload import Parsed, PayloadError, Verdict, format, grouped, parse, verify

KEYRING = KeyRing("1", {"1": bytes(range(32))})
BASE_URL = "https://zc.linjiang.gov.cn"

label_numbers = st.binary(min_size=1, max_size=40).map(new_label_no)


def _full_width(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


VARIANTS: dict[str, Callable[[str], str]] = {
    "as printed": lambda text: text,
    "AIM identifier": lambda text: "]Q1" + text,
    "byte order mark": lambda text: "\ufeff" + text,
    "CR": lambda text: text + "\r",
    "CR LF": lambda text: text + "\r\n",
    "Tab": lambda text: text + "\t",
    "group separator": lambda text: text + "\x1d",
    "blanks around": lambda text: f"  {text} ",
    "small letters": str.lower,
    "full width": _full_width,
    "full width, small, CR": lambda text: _full_width(text.lower()) + "\r",
    "Chinese input method": lambda text: text.replace(".", "。").replace("/", "、"),
    "all at once": lambda text: "\ufeff]Q1" + _full_width(text.lower()) + "\r\n",
}
NUMBER_VARIANTS = VARIANTS | {
    "groups with dashes": grouped,
    "groups with blanks": lambda text: grouped(text).replace("-", " "),
    "groups with long dashes": lambda text: grouped(text).replace("-", "—"),
    "letters for digits": lambda text: text.replace("0", "O").replace("1", "I"),
}


@pytest.mark.parametrize("variant", VARIANTS)
@given(label_no=label_numbers)
@settings(max_examples=25)
def test_a_code_is_read_back_in_every_variant(variant: str, label_no: str) -> None:
    """parse(variant(format(x))) is x, and the key says that it is genuine."""
    parsed = parse(VARIANTS[variant](format(label_no, KEYRING, BASE_URL)))

    assert isinstance(parsed, Parsed)
    assert (label_no, "url") == (parsed.label_no, parsed.form)
    assert Verdict.GENUINE is verify(parsed, KEYRING)


@pytest.mark.parametrize("variant", NUMBER_VARIANTS)
@given(label_no=label_numbers)
@settings(max_examples=25)
def test_a_typed_number_is_read_back_in_every_variant(variant: str, label_no: str) -> None:
    """A number typed from the label is the same label, without a signature."""
    parsed = parse(NUMBER_VARIANTS[variant](label_no))

    assert Parsed(label_no, "", "", "number") == parsed
    assert Verdict.UNSIGNED is verify(parsed, KEYRING)


def test_the_code_stays_in_the_alphanumeric_mode_and_near_forty_signs() -> None:
    """Capitals, digits and `$%*+-./:` only, so that the code stays small."""
    text = format(new_label_no(b"x"), KEYRING, "https://zc.local")

    assert set(text) <= set(string.ascii_uppercase + string.digits + "-./:")
    assert len(text) == 41


@given(label_no=label_numbers, place=st.integers(0, 11), sign=st.sampled_from(ALPHABET))
def test_one_wrong_sign_is_always_found(label_no: str, place: int, sign: str) -> None:
    """The check sign catches every single substitution."""
    wrong = label_no[:place] + sign + label_no[place + 1 :]

    assert (wrong == label_no) == is_label_no(wrong)


@given(label_no=label_numbers, first=st.integers(0, 10), second=st.integers(0, 10))
def test_two_swapped_signs_are_always_found(label_no: str, first: int, second: int) -> None:
    """The check sign catches every swap of two signs of the number, neighbours or not."""
    signs = list(label_no)
    signs[first], signs[second] = signs[second], signs[first]
    wrong = "".join(signs)

    assert (wrong == label_no) == is_label_no(wrong)


def test_the_check_is_that_of_gb_32100() -> None:
    """The worked example 91350100M000100Y43 ends in its own check sign."""
    body = "91350100M000100Y4"

    assert check_sign(body) == "3"


@given(label_no=label_numbers, place=st.integers(0, 8), sign=st.sampled_from(ALPHABET))
def test_a_changed_signature_is_a_forgery(label_no: str, place: int, sign: str) -> None:
    """Any other MAC than the keyed one is refused, online."""
    text = format(label_no, KEYRING, BASE_URL)
    at = len(text) - 9 + place
    forged = text[:at] + sign + text[at + 1 :]
    parsed = parse(forged)

    assert isinstance(parsed, Parsed)
    assert (Verdict.GENUINE if forged == text else Verdict.FORGED) is verify(parsed, KEYRING)


def test_a_signature_moved_to_another_number_is_a_forgery() -> None:
    """The MAC covers the number."""
    genuine = format(new_label_no(b"a"), KEYRING, BASE_URL)
    parsed = parse(genuine.replace(new_label_no(b"a"), new_label_no(b"b")))

    assert isinstance(parsed, Parsed)
    assert Verdict.FORGED is verify(parsed, KEYRING)


def test_old_labels_stay_genuine_after_the_key_is_rotated() -> None:
    """Rotation signs new labels with a new key and keeps verifying with the old one."""
    before = new_keyring()
    after = rotated(before)
    old = parse(format(new_label_no(b"a"), before, BASE_URL))
    new = parse(format(new_label_no(b"a"), after, BASE_URL))

    assert isinstance(old, Parsed)
    assert isinstance(new, Parsed)
    assert (old.key_id, new.key_id) == ("1", "2")
    assert Verdict.GENUINE is verify(old, after)
    assert Verdict.GENUINE is verify(new, after)
    assert Verdict.FORGED is verify(new, before)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "E_LABEL_FORM"),
        ("   ", "E_LABEL_FORM"),
        ("ZY2019000029", "E_LABEL_FORM"),
        ("CL2024000001", "E_LABEL_CHECK"),
        ("A02030501-0001", "E_LABEL_FORM"),
        ("临江市机关事务管理局 台式计算机 TY2019000029", "E_LABEL_FORM"),
        ("http://weixin.qq.com/r/abcdef", "E_LABEL_FORM"),
        ("https://zc.linjiang.gov.cn/b/7K3M9QWX2A4B", "E_LABEL_FORM"),
        ("https://zc.linjiang.gov.cn/A/7K3M9Q", "E_LABEL_CUT"),
        ("HTTPS://ZC.LINJI", "E_LABEL_CUT"),
        ("6901234567892", "E_LABEL_FORM"),
        ("x" * 10_000, "E_LABEL_FORM"),
        ("Ⅷ" * 12, "E_LABEL_FORM"),
    ],
)
def test_foreign_and_broken_texts_are_answered_with_a_code(text: str, code: str) -> None:
    """Old labels of others, codes on goods, and half codes each get their answer."""
    answer = parse(text)

    assert isinstance(answer, PayloadError)
    assert code == answer.code


@given(text=st.text(max_size=80))
@settings(max_examples=400)
def test_random_text_is_never_accepted(text: str) -> None:
    """Whatever comes in, parse answers with a value; random text is not a label."""
    assert isinstance(parse(text), PayloadError)


def test_no_random_address_is_genuine() -> None:
    """Of 3,000 invented addresses of the right form, one in 31 passes the check, none the key."""
    dice = random.Random(7)
    invented = ["HTTPS://ZC.LOCAL/A/" + "".join(dice.choices(ALPHABET, k=22)) for _ in range(3_000)]
    formed = [parsed for text in invented if isinstance(parsed := parse(text), Parsed)]

    assert 40 < len(formed) < 160
    assert {Verdict.FORGED} == {verify(parsed, KEYRING) for parsed in formed}


def test_equal_seeds_give_equal_numbers_and_others_differ() -> None:
    """Numbers are made from bytes alone: no clock, no chance."""
    numbers = [new_label_no(b"%d" % index) for index in range(2_000)]

    assert new_label_no(b"0") == numbers[0]
    assert len(set(numbers)) == 2_000
    assert all(map(is_label_no, numbers))


@pytest.mark.parametrize("base_url", ["zc.gov.cn", "https://zc.gov.cn/tz", "https://资产.cn", ""])
def test_an_address_that_would_not_survive_capitals_is_refused(base_url: str) -> None:
    """Only scheme, host and port can be written in capitals."""
    with pytest.raises(ScanError) as refused:
        format(new_label_no(b"a"), KEYRING, base_url)

    assert refused.value.notice.code == "E_LABEL_BASE_URL"
