"""Requests of the experiment of conftest, some of them strange."""

from __future__ import annotations

import random


def requests(count: int, seed: int = 1) -> list[dict[str, object]]:
    chance = random.Random(seed)
    countries = ["us", "gb", "de", "jp", "fr", "br", "elsewhere", "", None]
    topics = ["food", "fashion", "home", "travel", "café", ""]
    found = []
    for i in range(count):
        request: dict[str, object] = {
            "ctr_30d": chance.uniform(0, 0.2),
            "session_depth": chance.choice([None, chance.gauss(8, 3)]),
            "hour": chance.uniform(0, 24),
            "country": chance.choice(countries),
            "user": chance.choice([f"u{i}", i, None]),
            "interests": chance.choice([None, [chance.choice(topics) for _ in range(chance.randrange(5))]]),
        }
        found.append({name: value for name, value in request.items() if value is not None})
    return found
