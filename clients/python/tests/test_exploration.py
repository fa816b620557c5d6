"""The same requests explore in every language."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from drlput_client import Exploration

GOLDEN = Path(__file__).parent / "golden" / "exploration.json"


def test_java_chooses_the_same_requests_and_the_same_actions() -> None:
    cases = json.loads(GOLDEN.read_text())["cases"]

    assert len(cases) > 100
    for case in cases:
        chance = Exploration(case["share"], case["salt"])
        name = case["requestId"]
        assert chance.explores(name) == case["explores"], case
        assert [chance.uniform_action(name, actions) for actions in (2, 125, 5_000)] == case["uniformAction"], case
        assert chance.sample(name) == case["sample"], case


def test_share_and_actions_are_as_declared() -> None:
    chance = Exploration(0.1)
    explored = [f"request-{i}" for i in range(20_000) if chance.explores(f"request-{i}")]
    actions = Counter(chance.uniform_action(name, 5) for name in explored)

    # 2,000 expected, 5 standard errors of 42; each action 400, of 18
    assert len(explored) == pytest.approx(2_000, abs=212)
    assert sorted(actions) == [0, 1, 2, 3, 4]
    assert all(count == pytest.approx(len(explored) / 5, abs=95) for count in actions.values())


def test_a_share_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="share is 1.5, expected 0 to 1"):
        Exploration(1.5)
