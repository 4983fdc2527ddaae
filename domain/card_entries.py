"""What a split or a merger of cards posts: value moves from card to card, no account changes.

The handbook has no pattern for it (5.2): the entry is the product's, so that each card's own
lines add up to its value. Debits and credits of one account are equal in it.
"""

from __future__ import annotations

from collections.abc import Sequence

from domain.events import Line
from domain.postings import Booked, entry


def moved_between_cards(given: Sequence[Booked], taken: Sequence[Booked]) -> tuple[Line, ...]:
    """Return the entry that takes value and accumulated off `given` and puts it on `taken`.

    Asserts that every account stands after it as before.
    """
    lines = entry(
        "FA",
        [(item.account, item.gross_fen, item.asset_id) for item in taken]
        + [(item.contra, item.accum_fen, item.asset_id) for item in given],
        [(item.account, item.gross_fen, item.asset_id) for item in given]
        + [(item.contra, item.accum_fen, item.asset_id) for item in taken],
    )
    sums: dict[str, int] = {}
    for line in lines:
        sums[line.account] = sums.get(line.account, 0) + (
            line.fen if line.side == "D" else -line.fen
        )
    assert not any(sums.values()), "an account would change"
    return lines


def shares(total_fen: int, weights: Sequence[int]) -> list[int]:
    """Return `total_fen` shared by `weights` to the fen; no share passes its weight's part by one.

    Shares are differences of running sums: each is at most its weight where the total is at most
    the sum of the weights, and together they are the total; the last takes the rest.
    """
    whole, reached, given = sum(weights), 0, 0
    found: list[int] = []
    for weight in weights:
        reached += weight
        upto = total_fen * reached // whole
        found.append(upto - given)
        given = upto
    return found
