"""Requests as columns, judged as ``drlput`` judges them: the same in front of numpy and of ONNX Runtime."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy
import numpy.typing
import xxhash

from .errors import RequestError
from .experiment import Category, Experiment, Numeric
from .version import Floats, Statistics

Rows = numpy.typing.NDArray[numpy.int64]


def utf8(text: str) -> bytes:
    """Its bytes as Java has them: half a surrogate pair, which JSON can bring, is a question mark, and no error."""
    return text.encode("utf-8", "replace")


@dataclass(frozen=True)
class Columns:
    """Features of requests, each list in the experiment's order.

    ``numeric``: float32 ``[rows]``, NaN where missing; ``categorical``: table rows ``[rows]``; ``bags``: per multi-categorical
    feature the table rows ``[rows, longest]``, padded with 0, and how many of each row count.
    """

    rows: int
    numeric: list[Floats]
    categorical: list[Rows]
    bags: list[tuple[Rows, Rows]]


class CategoryTable:
    """From the values of a category to rows of its table."""

    def __init__(self, feature: Category) -> None:
        self._buckets = feature.hash_buckets
        self._words = {word: i for i, word in enumerate(feature.vocabulary)}
        self._unknown = len(self._words)

    def row(self, value: str | None) -> int:
        """Position in the vocabulary, the last row for others and None; or xxh64 (seed 0) of the UTF-8 text modulo the buckets."""
        if self._buckets > 0:
            return int(xxhash.xxh64_intdigest(utf8(value or ""), seed=0) % self._buckets)
        return self._unknown if value is None else self._words.get(value, self._unknown)


class RequestReader:
    """Reads requests of one experiment. Immutable after construction: any thread."""

    def __init__(self, experiment: Experiment) -> None:
        self._experiment = experiment
        self._names = {feature.name for feature in experiment.features}
        self._tables = {
            f.name: CategoryTable(f) for f in experiment.categorical + experiment.multi_categorical
        }

    def read(self, requests: Sequence[Mapping[str, object]], unknown: str = "refuse") -> Columns:
        """The columns of requests; ``unknown``: features that the experiment does not name are to ``refuse`` or ``ignore``.

        Raises RequestError with every problem.
        """
        problems: list[str] = []
        missing: list[str] = []
        if unknown == "refuse":
            for request in requests:
                for name in request:
                    if name not in self._names:
                        problems.append(f"feature '{name}' is none of this policy's")
        numeric = [self._numbers(f, requests, problems, missing) for f in self._experiment.numeric]
        categorical = [
            numpy.array([self._row(f.name, request.get(f.name), problems) for request in requests], numpy.int64)
            for f in self._experiment.categorical
        ]
        bags = [self._bags(f.name, requests, problems) for f in self._experiment.multi_categorical]
        if problems or missing:
            raise RequestError(problems + missing, malformed=bool(problems))
        return Columns(len(requests), numeric, categorical, bags)

    @staticmethod
    def _numbers(
        feature: Numeric, requests: Sequence[Mapping[str, object]], problems: list[str], missing: list[str]
    ) -> Floats:
        values = numpy.empty(len(requests), numpy.float32)
        for i, request in enumerate(requests):
            value = request.get(feature.name)
            if value is None:
                value = math.nan
            if not isinstance(value, (int, float, numpy.integer, numpy.floating, numpy.bool_)):
                problems.append(f"feature '{feature.name}' is {_shown(value)}: expected a number")
                continue
            with numpy.errstate(over="ignore"):
                try:
                    values[i] = numpy.float32(value)
                except OverflowError:
                    # a whole number of more than 300 digits
                    values[i] = numpy.inf
            if numpy.isinf(values[i]):
                problems.append(f"feature '{feature.name}' is {_shown(value)}: infinite as float32")
            elif feature.missing == "reject" and numpy.isnan(values[i]):
                missing.append(f"feature '{feature.name}' is missing: expected a number")
        return values

    def _row(self, name: str, value: object, problems: list[str]) -> int:
        if value is None or isinstance(value, str):
            return self._tables[name].row(value)
        # training knows whole numbers of 64 bits
        if isinstance(value, (int, numpy.integer)) and not isinstance(value, bool) and -(2**63) <= value < 2**63:
            return self._tables[name].row(str(int(value)))
        problems.append(f"feature '{name}' is {_shown(value)}: expected text or a whole number")
        return 0

    def _bags(
        self, name: str, requests: Sequence[Mapping[str, object]], problems: list[str]
    ) -> tuple[Rows, Rows]:
        bags: list[list[int]] = []
        for request in requests:
            value = request.get(name)
            if value is None:
                bags.append([])
            elif isinstance(value, Collection) and not isinstance(value, (str, bytes, Mapping)):
                bags.append([self._row(name, item, problems) for item in value])
            else:
                problems.append(f"feature '{name}' is {_shown(value)}: expected a list of text or whole numbers")
                bags.append([])
        counts = numpy.array([len(bag) for bag in bags], numpy.int64)
        padded = numpy.zeros((len(bags), int(counts.max(initial=0))), numpy.int64)
        for i, bag in enumerate(bags):
            padded[i, : len(bag)] = bag
        return padded, counts


def _shown(value: object) -> str:
    """A value as an error shows it: short, whatever somebody sent."""
    try:
        text = repr(value)
    except ValueError:
        return "a number of thousands of digits"
    return text if len(text) <= 100 else text[:100] + "..."


def numeric_input(numeric: Sequence[Numeric], statistics: Mapping[str, Statistics], columns: Columns) -> Floats:
    """The numeric part of the network's input: float32 ``[rows, columns]``, computed in float64 as ``drlput`` does."""
    found: list[Floats] = []
    for feature, values in zip(numeric, columns.numeric):
        wide = values.astype(numpy.float64)
        absent = numpy.isnan(values)
        if feature.period > 0:
            angle = wide * (2 * math.pi / feature.period)
            encoded = [numpy.sin(angle), numpy.cos(angle)]
            replacement = 0.0
        else:
            s = statistics[feature.name]
            scale = 1 / s.deviation
            encoded = [(wide - s.mean) * scale]
            replacement = -s.mean * scale if feature.missing == "zero" else 0.0
        found += [numpy.where(absent, replacement, column).astype(numpy.float32) for column in encoded]
        if feature.missing != "reject":
            found.append(absent.astype(numpy.float32))
    return numpy.stack(found, axis=1) if found else numpy.empty((columns.rows, 0), numpy.float32)
