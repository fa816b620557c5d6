"""Requests of an example of the project get from numpy and from ONNX Runtime what the Java library gives them."""

from __future__ import annotations

import os
from pathlib import Path

import numpy
import pyarrow.ipc
import pytest

from drlput_client import NumpyPolicy, OnnxPolicy, Version

MADE = os.environ.get("DRLPUT_EXAMPLE")


@pytest.mark.skipif(MADE is None, reason="a version and a log by it are made by PythonPolicyTest of the Java build")
def test_ten_thousand_requests_are_judged_as_java_judges_them() -> None:
    made = Path(str(MADE))
    table = pyarrow.ipc.open_file(made / "log.arrow").read_all()
    ours = NumpyPolicy(Version.read(made / "policy.arrow"))
    onnx = OnnxPolicy(made / "policy.onnx")
    requests = table.select([feature.name for feature in ours.experiment.features]).to_pylist()
    rows = numpy.arange(table.num_rows)
    actions = table.column("action_id").to_numpy()
    # Java drew each action by its probability, and logged that
    java = table.column("propensity").to_numpy()

    by_numpy = ours.probabilities(requests)
    by_onnx = onnx.probabilities(requests)

    assert table.num_rows == 10_000
    assert numpy.abs(by_numpy[rows, actions] - java).max() < 1e-5
    assert numpy.abs(by_onnx[rows, actions] - java).max() < 1e-5
    assert numpy.abs(by_onnx - by_numpy).max() < 1e-5
    # the comparison is worth something: what is chosen depends on the request
    assert len(set(by_numpy.argmax(axis=1))) >= min(4, ours.experiment.actions.size)
