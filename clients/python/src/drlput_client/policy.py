"""Policies: from requests to probabilities of actions, by numpy or by ONNX Runtime."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy

from . import experiment as experiments
from .encoder import Columns, RequestReader, numeric_input
from .errors import ClientError, VersionError
from .experiment import Experiment
from .version import Floats, Version, parse_manifest

# Batch norm's.
_EPSILON = 1e-5
# Is in no vocabulary: control characters are not in experiment files.
_UNKNOWN = "\x01"


@dataclass(frozen=True)
class Choice:
    """What a policy chooses for a request: the most probable action, the first of equals."""

    version: int
    action_id: int
    probability: float
    hyperparameters: dict[str, float]
    probabilities: Floats


class Policy(Protocol):
    """A version at work. Any thread."""

    @property
    def number(self) -> int: ...

    @property
    def experiment(self) -> Experiment: ...

    def probabilities(self, requests: Sequence[Mapping[str, object]], unknown: str = "refuse") -> Floats:
        """float32 ``[requests, actions]``. Raises RequestError with every problem of the requests."""
        ...


def decide(policy: Policy, request: Mapping[str, object]) -> Choice:
    """What to do with one request. Raises RequestError with every problem of it."""
    probabilities = policy.probabilities([request])[0]
    action = int(numpy.argmax(probabilities))
    if not numpy.isfinite(probabilities[action]):
        raise VersionError(f"version {policy.number}: probabilities are not finite for {request}: use another version")
    return Choice(
        policy.number,
        action,
        float(probabilities[action]),
        policy.experiment.actions.hyperparameters(action),
        probabilities,
    )


class NumpyPolicy:
    """A version, computed with numpy."""

    def __init__(self, version: Version) -> None:
        self.version = version
        self._reader = RequestReader(version.experiment)
        self._levels = None if version.experiment.head == "plain" else version.experiment.actions.levels()

    @property
    def number(self) -> int:
        return self.version.number

    @property
    def experiment(self) -> Experiment:
        return self.version.experiment

    def probabilities(self, requests: Sequence[Mapping[str, object]], unknown: str = "refuse") -> Floats:
        x = self._input(self._reader.read(requests, unknown))
        members = [softmax(self._logits(prefix, x)) for prefix in self.experiment.prefixes()]
        return members[0] if len(members) == 1 else numpy.mean(members, axis=0, dtype=numpy.float32)

    def _logits(self, prefix: str, x: Floats) -> Floats:
        for i in range(len(self.experiment.hidden)):
            x = numpy.maximum(self._hidden(f"{prefix}layer{i}.", x), 0)
        weights = self.version.weights
        logits: Floats = numpy.zeros((len(x), self.experiment.actions.size), numpy.float32)
        if self.experiment.head != "factored":
            logits = logits + x @ weights[f"{prefix}output.weight"] + weights[f"{prefix}output.bias"][:, 0]
        if self._levels is not None:
            axes: Floats = x @ weights[f"{prefix}output.axes.weight"] + weights[f"{prefix}output.axes.bias"][:, 0]
            logits = logits + axes @ self._levels
        return logits

    def _hidden(self, layer: str, x: Floats) -> Floats:
        weights = self.version.weights
        h: Floats = x @ weights[f"{layer}weight"]
        if not self.experiment.batch_norm:
            return h + weights[f"{layer}bias"][:, 0]
        mean, variance = weights[f"{layer}statistics"].T
        scale = (1 / numpy.sqrt(variance.astype(numpy.float64) + _EPSILON)).astype(numpy.float32)
        normalized: Floats = (h - mean) * scale
        scaled: Floats = normalized * weights[f"{layer}gamma"][:, 0] + weights[f"{layer}beta"][:, 0]
        return scaled

    def _input(self, columns: Columns) -> Floats:
        e = self.experiment
        parts = [numeric_input(e.numeric, self.version.statistics, columns)]
        for feature, rows in zip(e.categorical, columns.categorical):
            parts.append(self.version.weights[f"embedding.{feature.name}"][rows])
        for feature, (rows, counts) in zip(e.multi_categorical, columns.bags):
            embedded = self.version.weights[f"embedding.{feature.name}"][rows]
            counted = numpy.arange(rows.shape[1]) < counts[:, None]
            pooled = numpy.where(counted[:, :, None], embedded, numpy.float32(0)).sum(axis=1, dtype=numpy.float32)
            if feature.pooling == "mean":
                pooled = pooled / numpy.maximum(counts, 1).astype(numpy.float32)[:, None]
            parts.append(pooled)
        return numpy.concatenate(parts, axis=1)


def softmax(logits: Floats) -> Floats:
    exponentials = numpy.exp((logits - logits.max(axis=1, keepdims=True)).astype(numpy.float64))
    probabilities: Floats = (exponentials / exponentials.sum(axis=1, keepdims=True)).astype(numpy.float32)
    return probabilities


class OnnxPolicy:
    """A file of ``drlput versions export --format onnx``, computed with ONNX Runtime."""

    def __init__(self, file: str | os.PathLike[str]) -> None:
        try:
            import onnxruntime
        except ImportError as e:
            raise ClientError(f"there is no ONNX Runtime: {e}: pip install onnxruntime, or use NumpyPolicy") from e

        name = os.fspath(file)
        try:
            self._session = onnxruntime.InferenceSession(name, providers=["CPUExecutionProvider"])
        except Exception as e:  # of several unrelated types
            raise VersionError(f"{name}: can not be read by ONNX Runtime: {e}") from e
        metadata: Mapping[str, str] = self._session.get_modelmeta().custom_metadata_map
        if metadata.get("drlput.format") != "onnx/1":
            raise VersionError(f"{name}: is no onnx/1 of drlput: export it again")
        self.manifest = parse_manifest(metadata["drlput.manifest"].encode(), f"{name}: drlput.manifest")
        self._experiment = experiments.parse(metadata["drlput.experiment"], f"{name}: drlput.experiment")
        self._features = json.loads(metadata["drlput.encoder"])["features"]
        self._reader = RequestReader(self._experiment)

    @property
    def number(self) -> int:
        return int(self.manifest["version"])

    @property
    def experiment(self) -> Experiment:
        return self._experiment

    def probabilities(self, requests: Sequence[Mapping[str, object]], unknown: str = "refuse") -> Floats:
        columns = self._reader.read(requests, unknown)
        inputs: dict[str, Any] = {}
        for feature, numbers in zip(self._of("numeric"), columns.numeric):
            inputs[feature["input"]] = numbers
        for feature, rows in zip(self._of("categorical"), columns.categorical):
            inputs[feature["input"]] = _words(feature, rows)
        for feature, (rows, counts) in zip(self._of("multiCategorical"), columns.bags):
            inputs[feature["input"]] = _words(feature, rows)
            inputs[feature["count"]] = counts
        found: Floats = self._session.run(["probabilities"], inputs)[0]
        return found

    def _of(self, kind: str) -> list[dict[str, Any]]:
        return [feature for feature in self._features if feature["type"] == kind]


def _words(feature: Mapping[str, Any], rows: Any) -> Any:
    """Table rows as the model takes them: itself, or the words that they stand for."""
    if "vocabulary" not in feature:
        return rows
    return numpy.array([*feature["vocabulary"], _UNKNOWN], dtype=object)[rows]
