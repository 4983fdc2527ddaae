"""Every version of the depreciation rule that ever made a run is kept runnable by a sample."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from domain.decisions.depreciating import depreciation_run
from domain.depreciation import RULES, VERSION
from domain.events import DepreciationRun
from domain.world import Inputs

STORED = Path(__file__).parent / "rules"


class Sample(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Inputs of a run, the version it went by, the cards it left out, and what it stored."""

    rule: str
    period: str
    late: tuple[str, ...]
    inputs: Inputs
    run: DepreciationRun


def read_sample(rule: str) -> Sample:
    """The stored sample of a version."""
    path = STORED / f"depreciation.{rule}.json"
    return msgspec.json.decode(path.read_bytes(), type=Sample)


def test_every_version_has_its_sample_and_runs_name_the_newest() -> None:
    """A new version comes with its sample; an old one never goes."""
    expected = {f"depreciation.{rule}.json" for rule in RULES}

    assert expected == {path.name for path in STORED.iterdir()}
    assert max(RULES) == VERSION


@pytest.mark.parametrize("rule", RULES)
def test_a_version_gives_the_run_that_it_gave(rule: str) -> None:
    """Totals, digest, count and skipped cards, to the fen."""
    sample = read_sample(rule)
    run = depreciation_run(sample.inputs, sample.period, sample.rule, sample.late)

    assert sample.run == run
