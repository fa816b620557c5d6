"""What is logged is what training reads."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pyarrow.ipc
import pytest
from conftest import EXPERIMENT, Server, drlput
from requests_of_market import requests

from drlput_client import DecisionLog, Exploration, LoggedDecision, PolicyClient


def test_drlput_accepts_the_log_of_a_client(server: Server, versions: list[Path], tmp_path: Path) -> None:
    number = int(versions[0].name)
    server.move("stable", number, 0)
    experiment = tmp_path / "small.yaml"
    # what the policy took is not uniform
    experiment.write_text(EXPERIMENT.replace("actions:\n", "actions:\n  behaviour: logged\n"))
    batch = requests(3_000)
    with PolicyClient.follow(
        "stable", server.address, exploration=Exploration(0.5), acting="sampled", start_timeout=60
    ) as client, DecisionLog(tmp_path / "log", rows_per_file=1_000) as log:
        decisions = [client.decide(f"r{i}", request) for i, request in enumerate(batch)]
        for i, (request, decision) in enumerate(zip(batch, decisions)):
            seen = {"conversion": 1.0, "revenue": 1.5} if i % 3 == 0 else {}
            delay = {"conversion": 5_000} if i % 3 == 0 else {}
            log.add(
                LoggedDecision(f"r{i}", datetime(2026, 1, 2, tzinfo=timezone.utc), request, decision, seen, delay)
            )

    files = sorted((tmp_path / "log").rglob("*.arrow"))
    assert len(files) == 3
    assert files[0].parent.name == f"small-market-{decisions[0].experiment.sha256[:8]}"
    table = pyarrow.ipc.open_file(files[0]).read_all()
    assert table.column("policy_version").to_pylist() == [number] * 1_000
    assert table.column("propensity").to_pylist() == [d.probability for d in decisions[:1_000]]
    assert table.column("explored").to_pylist() == [d.explored for d in decisions[:1_000]]
    validated = drlput("validate", experiment, "--logs", tmp_path / "log")
    assert "3,000" in validated


def test_explored_rows_alone_have_the_probability_of_their_draw(server: Server, versions: list[Path], tmp_path: Path) -> None:
    server.move("stable", int(versions[0].name), 0)
    batch = requests(2_000)
    with PolicyClient.follow("stable", server.address, exploration=Exploration(0.2), start_timeout=60) as client:
        with DecisionLog(tmp_path / "log", rows="explored") as log:
            for i, request in enumerate(batch):
                decision = client.decide(f"r{i}", request)
                log.add(LoggedDecision(f"r{i}", datetime.now(timezone.utc), request, decision))
        counts = client.status().decisions

    (file,) = (tmp_path / "log").rglob("*.arrow")
    table = pyarrow.ipc.open_file(file).read_all()
    assert table.num_rows == counts["exploration"]
    assert set(table.column("propensity").to_pylist()) == {1 / 12}
    # 400 expected, 5 standard errors of 18
    assert table.num_rows == pytest.approx(400, abs=90)
