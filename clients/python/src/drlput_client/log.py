"""Writes decisions and what came of them as the logs that training reads."""

from __future__ import annotations

import logging
import os
import threading
import time
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy
import pyarrow
import pyarrow.ipc

from .client import Decision
from .encoder import utf8
from .experiment import Experiment, Numeric

_LOG = logging.getLogger("drlput_client")
# Where a disk is full it is not asked at every row.
_RETRY_SECONDS = 1.0


@dataclass(frozen=True)
class LoggedDecision:
    """A decided request and what came of it. ``outcomes`` and ``delay_millis`` by the experiment's names; absent: nothing came.

    ``event_time`` has a time zone.
    """

    request_id: str
    event_time: datetime
    features: Mapping[str, object]
    decision: Decision
    outcomes: Mapping[str, float] = field(default_factory=dict)
    delay_millis: Mapping[str, int] = field(default_factory=dict)
    user_id: str | None = None


@dataclass(frozen=True)
class Counts:
    """What became of the rows that were added and are to be kept: in files; dropped, because too many wait for a disk."""

    written: int
    dropped: int


class DecisionLog:
    """Arrow files in a folder per experiment, which appear whole; the layout and the columns of the Java client.

    ``rows``: ``all`` decisions, each with its probability, or the ``explored`` ones, each with 1 / actions. A file is ended at
    ``rows_per_file`` and, looked at when a row is added, after ``roll_seconds``: what a killed process loses at most. Where a file
    can not be written that is said once, its rows wait, up to ``waiting_rows``, and it is tried again every second. Any thread.
    """

    def __init__(
        self,
        directory: str | os.PathLike[str],
        rows: str = "all",
        rows_per_file: int = 65_536,
        roll_seconds: float = 60,
        waiting_rows: int = 262_144,
    ) -> None:
        if rows not in ("all", "explored"):
            raise ValueError(f"rows: found '{rows}', expected all or explored")
        if not 1 <= rows_per_file <= waiting_rows:
            raise ValueError(f"rows_per_file: found {rows_per_file}, expected 1 to waiting_rows, {waiting_rows}")
        self._directory = Path(directory)
        self._explored_only = rows == "explored"
        self._rows_per_file = rows_per_file
        self._roll_seconds = roll_seconds
        self._waiting_rows = waiting_rows
        self._tables: dict[str, _Table] = {}
        self._due = 0.0
        self._writer = uuid.uuid4().hex[:8]
        self._files = 0
        self._written = 0
        self._dropped = 0
        self._failing = False
        self._lock = threading.Lock()

    def add(self, row: LoggedDecision) -> bool:
        """Adds a row, and writes the file that it makes due. False: it was dropped, too many rows wait for a disk that fails.

        A feature that is not what the experiment says is logged as missing. Raises TypeError or ValueError where an outcome, a delay
        or the time of the event is none: nothing is added.
        """
        if self._explored_only and not row.decision.explored:
            return True
        experiment = row.decision.experiment
        with self._lock:
            table = self._tables.get(experiment.sha256)
            if table is None:
                table = self._tables[experiment.sha256] = _Table(experiment, self._explored_only)
            cells = table.cells(row)
            waiting = self._waiting()
            if waiting >= self._waiting_rows:
                self._try_to_write()
                if self._waiting() >= self._waiting_rows:
                    self._dropped += 1
                    return False
            elif waiting == 0:
                self._due = time.monotonic() + self._roll_seconds
            table.rows.append(cells)
            if waiting + 1 >= self._rows_per_file or time.monotonic() >= self._due:
                self._try_to_write()
        return True

    def _waiting(self) -> int:
        return sum(len(table.rows) for table in self._tables.values())

    def counts(self) -> Counts:
        with self._lock:
            return Counts(self._written, self._dropped)

    def _try_to_write(self) -> None:
        if self._failing and time.monotonic() < self._due:
            return
        try:
            self._write()
        except OSError as e:
            if not self._failing:
                _LOG.warning("%s: decisions can not be written, trying again: %s", self._directory, e)
            self._failing = True
            self._due = time.monotonic() + _RETRY_SECONDS

    def flush(self) -> None:
        """Ends the files that are begun. Raises OSError: their rows still wait."""
        with self._lock:
            self._write()

    def _write(self) -> None:
        for table in self._tables.values():
            if table.rows:
                now = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
                table.write(self._directory, f"decisions-{now}-{self._writer}-{self._files:06d}.arrow")
                self._files += 1
                self._written += len(table.rows)
                table.rows.clear()
        self._failing = False

    def close(self) -> None:
        """Ends the files that are begun. Raises OSError: their rows are lost with this log."""
        self.flush()

    def __enter__(self) -> DecisionLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


_Cell = Callable[[LoggedDecision], Any]


class _Table:
    """The columns of one experiment's log, each name once, and the rows that wait."""

    def __init__(self, experiment: Experiment, explored_only: bool) -> None:
        self.rows: list[tuple[Any, ...]] = []
        self._folder = f"{experiment.name}-{experiment.sha256[:8]}"
        self._columns: dict[str, tuple[Any, _Cell]] = {}
        log = experiment.log
        self._add(log.request_id, pyarrow.string(), lambda row: _text(row.request_id))
        self._add(log.event_time, pyarrow.timestamp("us", tz="UTC"), _event_time)
        for feature in experiment.features:
            self._add(feature.name, *_feature(feature))
        if log.user_id is not None:
            self._add(log.user_id, pyarrow.string(), lambda row: _text(row.user_id))
        if log.action_id is not None:
            self._add(log.action_id, pyarrow.int32(), lambda row: row.decision.action_id)
        for name, column in log.action_columns.items():
            self._add(column, pyarrow.float64(), lambda row, name=name: row.decision.hyperparameters[name])
        uniform = 1 / experiment.actions.size
        self._add(log.propensity, pyarrow.float64(), lambda row: uniform if explored_only else row.decision.probability)
        for outcome in experiment.outcomes:
            self._add(outcome.column, pyarrow.float64(), lambda row, name=outcome.name: float(row.outcomes.get(name, 0)))
            if outcome.delay_column is not None:
                self._add(outcome.delay_column, pyarrow.int64(), lambda row, name=outcome.name: _delay(row, name))
        self._add("policy_version", pyarrow.int64(), lambda row: row.decision.version)
        self._add("explored", pyarrow.bool_(), lambda row: row.decision.explored)
        self._add("decided_by", pyarrow.string(), lambda row: row.decision.why)

    def _add(self, name: str, kind: Any, cell: Callable[..., Any]) -> None:
        self._columns.setdefault(name, (kind, cell))

    def cells(self, row: LoggedDecision) -> tuple[Any, ...]:
        return tuple(cell(row) for _, cell in self._columns.values())

    def write(self, directory: Path, name: str) -> None:
        kinds = [kind for kind, _ in self._columns.values()]
        arrays = [pyarrow.array(values, kind) for values, kind in zip(zip(*self.rows), kinds)]
        batch = pyarrow.record_batch(arrays, names=list(self._columns))
        folder = directory / self._folder
        folder.mkdir(parents=True, exist_ok=True)
        # readers of logs leave out names that begin with a dot
        temporary = folder / f".{name}.tmp"
        try:
            with pyarrow.OSFile(str(temporary), "wb") as out, pyarrow.ipc.new_file(out, batch.schema) as writer:
                writer.write_batch(batch)
            temporary.replace(folder / name)
        except BaseException:
            # what is left of it would take the room that the next attempt needs
            temporary.unlink(missing_ok=True)
            raise


def _feature(feature: Any) -> tuple[Any, _Cell]:
    name = feature.name
    if isinstance(feature, Numeric):
        return pyarrow.float32(), lambda row: _number(row.features.get(name))
    if feature.pooling is None:
        return pyarrow.string(), lambda row: _text(row.features.get(name))
    return pyarrow.list_(pyarrow.string()), lambda row: _texts(row.features.get(name))


def _number(value: object) -> float | None:
    if not isinstance(value, (int, float, numpy.integer, numpy.floating, numpy.bool_)):
        return None
    try:
        return float(value)
    except OverflowError:
        return float("inf")


def _text(value: object) -> str | None:
    try:
        return None if value is None else utf8(value if isinstance(value, str) else str(value)).decode()
    except ValueError:
        # a number of thousands of digits
        return None


def _texts(value: object) -> list[str | None] | None:
    if not isinstance(value, Collection) or isinstance(value, (str, bytes, Mapping)):
        return None
    return [_text(item) for item in value]


def _event_time(row: LoggedDecision) -> datetime:
    time = row.event_time
    if not isinstance(time, datetime) or time.tzinfo is None:
        raise ValueError(f"event_time is {time!r}: expected a datetime with a time zone, as datetime.now(timezone.utc)")
    return time


def _delay(row: LoggedDecision, name: str) -> int | None:
    delay = row.delay_millis.get(name)
    if delay is not None and not -(2**63) <= int(delay) < 2**63:
        raise ValueError(f"delay_millis of '{name}' is {delay!r}: expected milliseconds")
    return None if delay is None else int(delay)
