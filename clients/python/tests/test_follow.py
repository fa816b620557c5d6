"""Following the real server: swaps, the local copy, fallbacks."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import EXPERIMENT, Server, drlput, eventually
from requests_of_market import requests

from drlput_client import ClientError, Exploration, NumpyPolicy, PolicyClient, Version, VersionServer, decide

REQUEST = requests(1)[0]
NOBODY = Exploration(0)


def test_a_promotion_is_followed_and_decides_as_the_version_does(server: Server, versions: list[Path]) -> None:
    first, second = int(versions[0].name), int(versions[1].name)
    server.move("stable", first, 0)
    with PolicyClient.follow("stable", server.address, exploration=NOBODY, start_timeout=60) as client:
        before = client.decide("r1", REQUEST)
        server.move("stable", second, first)
        eventually(lambda: client.decide("r1", REQUEST).version == second, "the swap")
        after = client.decide("r1", REQUEST)
        status = client.status()

    assert before.version == first and before.reason == "policy" and before.probability == 1
    for path, decision in ((versions[0], before), (versions[1], after)):
        assert decision.action_id == decide(NumpyPolicy(Version.read(path)), REQUEST).action_id
    assert status.swaps == 2
    assert status.problem is None


def test_the_last_good_version_outlives_server_and_client(server: Server, versions: list[Path], tmp_path: Path) -> None:
    number = int(versions[0].name)
    server.move("stable", number, 0)
    store = tmp_path / "store"
    with PolicyClient.follow("stable", server.address, store=store, start_timeout=60) as client:
        eventually(lambda: (store / "current.json").exists(), "the local copy")
        with pytest.raises(ClientError, match="another client keeps its version here"):
            PolicyClient.follow("stable", server.address, store=store)
        server.kill()
        assert client.decide("r1", REQUEST).version == number

    with PolicyClient.follow("stable", server.address, store=store, start_timeout=1) as client:
        assert client.decide("r1", REQUEST).version == number
        assert client.status().problem is not None
        server.start()
        eventually(lambda: client.status().problem is None, "the server again")


def test_a_version_that_is_too_old_decides_nothing(server: Server, versions: list[Path]) -> None:
    server.move("stable", int(versions[0].name), 0)
    with PolicyClient.follow("stable", server.address, exploration=NOBODY, max_age=3, start_timeout=60) as client:
        server.kill()
        eventually(lambda: client.decide("r1", REQUEST).reason == "fallback", "the fallback")
        decision = client.decide("r1", REQUEST)

    assert decision.cause == "tooOld"
    assert decision.why == "fallback: tooOld"
    assert decision.hyperparameters == {"w_click": 1.0, "reserve_price": 0.2}


def test_a_damaged_version_is_refused_and_the_one_before_stays(server: Server, versions: list[Path], tmp_path: Path) -> None:
    first, second = int(versions[0].name), int(versions[1].name)
    data = tmp_path / "data"
    server.move("stable", first, 0)
    with PolicyClient.follow("stable", server.address, exploration=NOBODY, start_timeout=60) as client:
        # a server moves no alias to a damaged version: it is damaged afterwards, while nobody reads it
        server.kill()
        drlput("versions", "promote", second, "--dir", data, "--force", "--reason", "a test of the client")
        damaged = data / "versions" / versions[1].name / "weights-0.arrow"
        content = bytearray(damaged.read_bytes())
        content[len(content) // 2] ^= 1
        damaged.write_bytes(content)
        server.start()
        eventually(lambda: "weights-0.arrow: its SHA-256 is" in str(client.status().problem), "the refusal")
        assert client.decide("r1", REQUEST).version == first
        # whole again, it is taken
        damaged.write_bytes((versions[1] / "weights-0.arrow").read_bytes())
        eventually(lambda: client.decide("r1", REQUEST).version == second, "the swap")
        eventually(lambda: client.status().problem is None, "no problem any more")


def test_without_any_version_the_manual_setting_decides(server: Server, tmp_path: Path) -> None:
    experiment = tmp_path / "small.yaml"
    experiment.write_text(EXPERIMENT)
    with PolicyClient.follow("stable", server.address, manual=experiment, exploration=NOBODY) as client:
        decision = client.decide("r1", REQUEST)
    with pytest.raises(ClientError, match="alias 'stable': there is no version to start with"):
        PolicyClient.follow("stable", server.address)

    assert decision.version is None
    assert decision.why == "fallback: noVersion"
    assert decision.probability == 1


def test_requests_that_can_not_be_decided_get_the_manual_setting(
    server: Server, versions: list[Path], caplog: pytest.LogCaptureFixture
) -> None:
    server.move("stable", int(versions[0].name), 0)
    with PolicyClient.follow("stable", server.address, exploration=Exploration(1), start_timeout=60) as client:
        assert client.decide("r1", {"hour": 3}).why == "fallback: missingFeatures"
        assert client.decide("r1", {**REQUEST, "hour": "noon"}).why == "fallback: invalidFeatures"
        assert client.decide("r1", {**REQUEST, "hour": 10**400}).why == "fallback: invalidFeatures"
        assert client.decide("r1", {**REQUEST, "user": 10**5000}).why == "fallback: invalidFeatures"
        assert client.decide("r1", {**REQUEST, "country": "\ud800"}).reason == "exploration"
        assert client.decide("\ud800", REQUEST).reason == "exploration"
        assert client.manual().why == "fallback: timeOut"
        explored = client.decide("r1", {**REQUEST, "never heard of": 1})
    told = [record.message for record in caplog.records if "manual setting" in record.message]
    assert told == [
        "alias stable: a request gets the manual setting, missingFeatures: feature 'ctr_30d' is missing: expected a number",
        "alias stable: a request gets the manual setting, invalidFeatures: feature 'hour' is 'noon': expected a number",
    ]
    assert explored.reason == "exploration"
    assert explored.probability == pytest.approx(1 / 12)


def test_a_delta_is_the_whole_version(server: Server, versions: list[Path], tmp_path: Path) -> None:
    first, second = int(versions[0].name), int(versions[1].name)
    reader = VersionServer(server.address)
    try:
        known = reader.fetch(first)
        assert reader.fetch(second, first, known) == reader.fetch(second)
        assert reader.versions() == [int(path.name) for path in versions]
    finally:
        reader.close()
    for name, content in known.items():
        (tmp_path / "copy").mkdir(exist_ok=True)
        (tmp_path / "copy" / name).write_bytes(content)
    shutil.move(tmp_path / "copy", tmp_path / versions[0].name)
    assert Version.read(tmp_path / versions[0].name).number == first
