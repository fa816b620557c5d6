"""What is logged is what training reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path

import pyarrow.ipc
import pytest
from conftest import EXPERIMENT, Server, drlput
from requests_of_market import requests

from drlput_client import Counts, Decision, DecisionLog, Exploration, LoggedDecision, PolicyClient, Version

EXAMPLE = Version.read(Path(__file__).parent / "golden" / "versions" / "000000000007").experiment
DECISION = Decision(7, 0, 0.5, EXAMPLE.actions.hyperparameters(0), "policy", None, EXAMPLE)


def row(name: str, features: Mapping[str, object], time: datetime = datetime(2026, 1, 2, tzinfo=timezone.utc)) -> LoggedDecision:
    return LoggedDecision(name, time, features, DECISION)


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
    drlput("train", "--experiment", experiment, "--logs", tmp_path / "log", "--out", tmp_path / "next", "--parallelism", 1)
    summary = json.loads((tmp_path / "next" / "summary.json").read_text())
    assert summary["rows"] == 3_000
    assert summary["rejectedRows"] == {}


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


def test_a_disk_that_takes_nothing_stops_nothing(tmp_path: Path) -> None:
    log = DecisionLog(tmp_path, rows_per_file=2, waiting_rows=4)
    folder = tmp_path / f"{EXAMPLE.name}-{EXAMPLE.sha256[:8]}"
    folder.write_text("in the way")

    taken = [log.add(row(f"r{i}", {"hour": i})) for i in range(6)]

    assert taken == [True, True, True, True, False, False]
    assert log.counts() == Counts(written=0, dropped=2)
    with pytest.raises(OSError):
        log.flush()
    folder.unlink()
    log.flush()
    assert log.counts() == Counts(written=4, dropped=2)
    (file,) = folder.iterdir()
    assert pyarrow.ipc.open_file(file).read_all().column("request_id").to_pylist() == ["r0", "r1", "r2", "r3"]


def test_whatever_stands_in_a_request_its_row_is_logged(tmp_path: Path) -> None:
    with DecisionLog(tmp_path) as log:
        log.add(row("half \ud800 a pair", {"hour": "noon", "country": "\udfff", "interests": "no list", "user": 10**5000}))
        with pytest.raises(ValueError, match="expected a datetime with a time zone"):
            log.add(row("local", {}, datetime(2026, 1, 2)))
        with pytest.raises(ValueError, match="could not convert string to float"):
            log.add(LoggedDecision("r", datetime.now(timezone.utc), {}, DECISION, {EXAMPLE.outcomes[0].name: "much"}))  # type: ignore[dict-item]

    (file,) = tmp_path.rglob("*.arrow")
    (found,) = pyarrow.ipc.open_file(file).read_all().to_pylist()
    assert found["request_id"] == "half ? a pair"
    assert found["country"] == "?"
    assert found["hour"] is None and found["interests"] is None and found["user"] is None
