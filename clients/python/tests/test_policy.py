"""numpy and ONNX Runtime say the same, and what they say is what the Java library says."""

from __future__ import annotations

import json
from pathlib import Path

import numpy
import pytest
from conftest import drlput
from requests_of_market import requests

from drlput_client import NumpyPolicy, OnnxPolicy, RequestError, Version, decide

GOLDEN = Path(__file__).parent / "golden"


def test_onnx_runtime_and_numpy_agree_on_ten_thousand_requests(run: Path, versions: list[Path], tmp_path: Path) -> None:
    number = int(versions[-1].name)
    drlput("versions", "export", number, "--format", "onnx", "--dir", run, "--out", tmp_path / "policy.onnx")
    onnx = OnnxPolicy(tmp_path / "policy.onnx")
    ours = NumpyPolicy(Version.read(versions[-1]))
    batch = requests(10_000)

    difference = numpy.abs(onnx.probabilities(batch) - ours.probabilities(batch))

    assert onnx.number == ours.number == number
    assert difference.max() < 1e-5
    assert len(set(ours.probabilities(batch).argmax(axis=1))) > 2
    assert decide(onnx, batch[0]).hyperparameters == decide(ours, batch[0]).hyperparameters


def test_java_says_the_same() -> None:
    policy = NumpyPolicy(Version.read(GOLDEN / "versions" / "000000000007"))
    expected = json.loads((GOLDEN / "expected.json").read_text())

    for case in expected["cases"]:
        found = policy.probabilities([case["request"]])[0]
        assert numpy.allclose(found, case["probabilities"], rtol=0, atol=1e-6), case["request"]
        assert decide(policy, case["request"]).action_id == case["actionId"]
        assert decide(policy, case["request"]).hyperparameters == case["hyperparameters"]


def test_a_request_that_can_not_be_read_is_refused_with_every_problem(versions: list[Path]) -> None:
    policy = NumpyPolicy(Version.read(versions[0]))

    with pytest.raises(RequestError) as refused:
        decide(policy, {"ctr_30d": "often", "hour": 1e300, "interests": "food", "contry": "de", "user": 1.5})

    assert refused.value.malformed
    assert refused.value.problems == [
        "feature 'contry' is none of this policy's",
        "feature 'ctr_30d' is 'often': expected a number",
        "feature 'hour' is 1e+300: infinite as float32",
        "feature 'user' is 1.5: expected text or a whole number",
        "feature 'interests' is 'food': expected a list of text or whole numbers",
    ]
    with pytest.raises(RequestError, match="feature 'ctr_30d' is missing: expected a number") as missing:
        decide(policy, {"hour": 3})
    assert not missing.value.malformed
