"""What of an experiment file a consumer needs: features, actions, network, the columns of the log."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Union

import numpy
import numpy.typing
import yaml

from .errors import VersionError


@dataclass(frozen=True)
class Numeric:
    """A number. ``missing``: ``reject``, ``mean`` or ``zero``; ``period`` 0: none."""

    name: str
    missing: str
    period: float

    @property
    def columns(self) -> int:
        """Columns of the network's input that it takes."""
        return (2 if self.period > 0 else 1) + (0 if self.missing == "reject" else 1)


@dataclass(frozen=True)
class Category:
    """A value out of many (``pooling`` None), or a list of them: a vocabulary, or ``hash_buckets`` > 0."""

    name: str
    vocabulary: tuple[str, ...]
    hash_buckets: int
    dimension: int
    pooling: str | None

    @property
    def table_rows(self) -> int:
        return self.hash_buckets if self.hash_buckets > 0 else len(self.vocabulary) + 1


Feature = Union[Numeric, Category]


@dataclass(frozen=True)
class Hyperparameter:
    """An axis of the grid: the value of each of its groups, ascending; ``tied_to`` names the axis that it follows."""

    name: str
    tied_to: str | None
    values: tuple[float, ...]
    production: float


class ActionSpace:
    """The grid: an action id in [0, size) is the mixed-radix index over the axes that are not tied, the first most significant."""

    def __init__(self, axes: Sequence[Hyperparameter]) -> None:
        self.axes = tuple(axes)
        self.names = tuple(axis.name for axis in axes)
        by_name = {axis.name: i for i, axis in enumerate(axes)}
        self._leader = [i if axis.tied_to is None else by_name[axis.tied_to] for i, axis in enumerate(axes)]
        self._stride = [0] * len(self.axes)
        size = 1
        for i in reversed(range(len(self.axes))):
            if self._leader[i] == i:
                self._stride[i] = size
                size *= len(self.axes[i].values)
        self.size = size
        self.manual_action = self._find([axis.production for axis in axes])

    def values(self, action_id: int) -> list[float]:
        """The hyperparameters of an action, in the order of ``names``."""
        if not 0 <= action_id < self.size:
            raise ValueError(f"action {action_id}: expected 0 to {self.size - 1}")
        found = []
        for axis, leader in zip(self.axes, self._leader):
            group = action_id // self._stride[leader] % len(self.axes[leader].values)
            found.append(axis.values[group])
        return found

    def hyperparameters(self, action_id: int) -> dict[str, float]:
        return dict(zip(self.names, self.values(action_id)))

    def levels(self) -> numpy.typing.NDArray[numpy.float32]:
        """``[levels of all axes that are not tied, actions]``: 1 where an action has a level."""
        rows = []
        for i, axis in enumerate(self.axes):
            if self._leader[i] == i:
                group = numpy.arange(self.size) // self._stride[i] % len(axis.values)
                rows += [(group == level).astype(numpy.float32) for level in range(len(axis.values))]
        return numpy.stack(rows)

    def _find(self, wanted: Sequence[float]) -> int:
        action = 0
        for i, axis in enumerate(self.axes):
            if self._leader[i] == i:
                group = [numpy.float32(v) for v in axis.values].index(numpy.float32(wanted[i]))
                action += group * self._stride[i]
        return action


@dataclass(frozen=True)
class Outcome:
    name: str
    column: str
    delay_column: str | None


@dataclass(frozen=True)
class LogColumns:
    """Names of the log's columns; ``action_columns``: by hyperparameter, in place of ``action_id``."""

    request_id: str
    event_time: str
    user_id: str | None
    action_id: str | None
    action_columns: Mapping[str, str]
    propensity: str


@dataclass(frozen=True)
class Experiment:
    """``sha256``: of its file, lower-case hex. ``features``: all that are logged; the policy sees ``numeric``, ``categorical`` and
    ``multi_categorical``, in this order: not what is only observed.
    """

    name: str
    sha256: str
    log: LogColumns
    numeric: tuple[Numeric, ...]
    categorical: tuple[Category, ...]
    multi_categorical: tuple[Category, ...]
    features: tuple[Feature, ...]
    actions: ActionSpace
    outcomes: tuple[Outcome, ...]
    hidden: tuple[int, ...]
    batch_norm: bool
    head: str
    members: int

    @property
    def input_width(self) -> int:
        categories = [*self.categorical, *self.multi_categorical]
        return sum(f.columns for f in self.numeric) + sum(f.dimension for f in categories)

    def prefixes(self) -> list[str]:
        """Of the names of the members' tensors: the policy is the mean of their probabilities."""
        return ["" if m == 0 else f"member{m}." for m in range(self.members)]

    def tensors(self) -> dict[str, tuple[int, int]]:
        """Names and shapes of the policy's tensors. A version may have more: those of a model of the reward."""
        shapes = {f"embedding.{f.name}": (f.table_rows, f.dimension) for f in self.categorical + self.multi_categorical}
        for prefix in self.prefixes():
            width = self.input_width
            for i, units in enumerate(self.hidden):
                shapes[f"{prefix}layer{i}.weight"] = (width, units)
                if self.batch_norm:
                    shapes[f"{prefix}layer{i}.gamma"] = (units, 1)
                    shapes[f"{prefix}layer{i}.beta"] = (units, 1)
                    shapes[f"{prefix}layer{i}.statistics"] = (units, 2)
                else:
                    shapes[f"{prefix}layer{i}.bias"] = (units, 1)
                width = units
            outputs = {}
            if self.head != "factored":
                outputs[f"{prefix}output"] = self.actions.size
            if self.head != "plain":
                outputs[f"{prefix}output.axes"] = self.actions.levels().shape[0]
            for name, units in outputs.items():
                shapes[f"{name}.weight"] = (width, units)
                shapes[f"{name}.bias"] = (units, 1)
        return shapes


def parse(text: str, source: str) -> Experiment:
    """Reads an experiment that ``drlput`` has accepted: what it checks is not checked again."""
    try:
        # every scalar as it is written: to YAML 1.1 the country `no` is a boolean, to drlput it is not
        tree = yaml.load(text, Loader=yaml.BaseLoader)
        return _bind(tree, hashlib.sha256(text.encode()).hexdigest())
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as e:
        raise VersionError(f"{source}: can not be read as an experiment: {e!r}: is it of another DRL-PUT?") from e


def _bind(tree: Mapping[str, Any], sha256: str) -> Experiment:
    if tree["formatVersion"] != "1":
        raise ValueError(f"formatVersion is {tree['formatVersion']}, expected 1")
    log = tree.get("log") or {}
    columns = log.get("actionColumns") or {}
    features = [_feature(f) for f in tree["features"]]
    observed = (tree.get("traffic") or {}).get("observedOnly") or []
    seen = [f for f in features if f.name not in observed]
    network = tree.get("network") or {}
    if network.get("head", "plain") not in ("plain", "factored", "mixed"):
        raise ValueError(f"head is {network['head']}, expected plain, factored or mixed")
    if network.get("activation", "relu") != "relu":
        raise ValueError(f"activation is {network['activation']}, expected relu")
    return Experiment(
        name=tree["name"],
        sha256=sha256,
        log=LogColumns(
            request_id=log.get("requestId", "request_id"),
            event_time=log.get("eventTime", "event_time"),
            user_id=log.get("userId"),
            action_id=None if columns else log.get("actionId", "action_id"),
            action_columns=dict(columns),
            propensity=log.get("propensity", "propensity"),
        ),
        numeric=tuple(f for f in seen if isinstance(f, Numeric)),
        categorical=tuple(f for f in seen if isinstance(f, Category) and f.pooling is None),
        multi_categorical=tuple(f for f in seen if isinstance(f, Category) and f.pooling is not None),
        features=tuple(features),
        actions=ActionSpace(_axes(tree["actions"]["hyperparameters"])),
        outcomes=tuple(
            Outcome(name, outcome["column"], outcome.get("delayColumn"))
            for name, outcome in tree["reward"]["outcomes"].items()
        ),
        hidden=tuple(_whole(width) for width in network.get("hidden", ["256", "128", "64"])),
        batch_norm=network.get("batchNorm", "true").lower() == "true",
        head=network.get("head", "plain"),
        members=_whole(network.get("members", "1")),
    )


def _number(text: str) -> float:
    return float(text.replace("_", ""))


def _whole(text: str) -> int:
    return int(text.replace("_", ""))


def _feature(f: Mapping[str, Any]) -> Feature:
    if f["type"] == "numeric":
        return Numeric(f["name"], f.get("missing", "reject"), _number(f.get("period", "0")))
    if f["type"] not in ("categorical", "multiCategorical"):
        raise ValueError(f"feature '{f['name']}' is of type {f['type']}")
    return Category(
        name=f["name"],
        vocabulary=tuple(f.get("vocabulary", ())),
        hash_buckets=_whole(f.get("hashBuckets", "0")),
        dimension=_whole(f.get("dimension", "8")),
        pooling=f.get("pooling", "mean") if f["type"] == "multiCategorical" else None,
    )


def _axes(found: Iterable[Mapping[str, Any]]) -> list[Hyperparameter]:
    axes = list(found)
    groups: dict[str, int] = {}
    for axis in axes:
        if "tiedTo" not in axis:
            groups[axis["name"]] = _whole(axis.get("groups", str(len(axis["levels"]))))
    bound = []
    for axis in axes:
        levels = [_number(level) for level in axis["levels"]]
        count = groups[axis.get("tiedTo", axis["name"])]
        values = []
        for j in range(count):
            # group j is these levels, valued at their upper median
            group = levels[j * len(levels) // count : (j + 1) * len(levels) // count]
            values.append(group[len(group) // 2])
        bound.append(Hyperparameter(axis["name"], axis.get("tiedTo"), tuple(values), _number(axis["production"])))
    return bound
