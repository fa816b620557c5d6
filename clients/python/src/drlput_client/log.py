"""Writes decisions and what came of them as the logs that training reads."""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow
import pyarrow.ipc

from .client import Decision
from .experiment import Experiment, Numeric


@dataclass(frozen=True)
class LoggedDecision:
    """A decided request and what came of it. ``outcomes`` and ``delay_millis`` by the experiment's names; absent: nothing came."""

    request_id: str
    event_time: datetime
    features: Mapping[str, object]
    decision: Decision
    outcomes: Mapping[str, float] = field(default_factory=dict)
    delay_millis: Mapping[str, int] = field(default_factory=dict)
    user_id: str | None = None


class DecisionLog:
    """Arrow files in a folder per experiment, which appear whole; the layout and the columns of the Java client.

    ``rows``: ``all`` decisions, each with its probability, or the ``explored`` ones, each with 1 / actions. A file is ended at
    ``rows_per_file`` and, looked at when a row is added, after ``roll_seconds``: what a killed process loses at most. Any thread.
    """

    def __init__(
        self, directory: str | os.PathLike[str], rows: str = "all", rows_per_file: int = 65_536, roll_seconds: float = 60
    ) -> None:
        if rows not in ("all", "explored"):
            raise ValueError(f"rows: found '{rows}', expected all or explored")
        self._directory = Path(directory)
        self._explored_only = rows == "explored"
        self._rows_per_file = rows_per_file
        self._roll_seconds = roll_seconds
        self._waiting: dict[str, list[LoggedDecision]] = {}
        self._since = 0.0
        self._writer = uuid.uuid4().hex[:8]
        self._files = 0
        self._lock = threading.Lock()

    def add(self, row: LoggedDecision) -> None:
        """Adds a row. Raises OSError where a file that is due can not be written: its rows wait, and are tried with the next."""
        if self._explored_only and not row.decision.explored:
            return
        with self._lock:
            if not self._waiting:
                self._since = time.monotonic()
            self._waiting.setdefault(row.decision.experiment.sha256, []).append(row)
            waiting = sum(len(rows) for rows in self._waiting.values())
            if waiting >= self._rows_per_file or time.monotonic() - self._since >= self._roll_seconds:
                self._write()

    def flush(self) -> None:
        """Ends the files that are begun. Raises OSError."""
        with self._lock:
            self._write()

    def _write(self) -> None:
        for key in list(self._waiting):
            rows = self._waiting[key]
            experiment = rows[0].decision.experiment
            folder = self._directory / f"{experiment.name}-{experiment.sha256[:8]}"
            folder.mkdir(parents=True, exist_ok=True)
            now = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
            file = folder / f"decisions-{now}-{self._writer}-{self._files:06d}.arrow"
            # readers of logs leave out names that begin with a dot
            temporary = folder / f".{file.name}.tmp"
            batch = self._batch(experiment, rows)
            with pyarrow.OSFile(str(temporary), "wb") as out, pyarrow.ipc.new_file(out, batch.schema) as writer:
                writer.write_batch(batch)
            temporary.replace(file)
            self._files += 1
            del self._waiting[key]

    def _batch(self, experiment: Experiment, rows: list[LoggedDecision]) -> Any:
        columns: dict[str, Any] = {}

        def add(name: str, values: list[Any], kind: Any) -> None:
            if name not in columns:
                columns[name] = pyarrow.array(values, kind)

        log = experiment.log
        add(log.request_id, [row.request_id for row in rows], pyarrow.string())
        add(log.event_time, [row.event_time for row in rows], pyarrow.timestamp("us", tz="UTC"))
        for feature in experiment.features:
            values = [row.features.get(feature.name) for row in rows]
            if isinstance(feature, Numeric):
                add(feature.name, [None if v is None else float(v) for v in values], pyarrow.float32())  # type: ignore[arg-type]
            elif feature.pooling is None:
                add(feature.name, [None if v is None else str(v) for v in values], pyarrow.string())
            else:
                lists = [None if v is None else [str(item) for item in v] for v in values]  # type: ignore[attr-defined]
                add(feature.name, lists, pyarrow.list_(pyarrow.string()))
        if log.user_id is not None:
            add(log.user_id, [row.user_id for row in rows], pyarrow.string())
        if log.action_id is not None:
            add(log.action_id, [row.decision.action_id for row in rows], pyarrow.int32())
        for hyperparameter, column in log.action_columns.items():
            add(column, [row.decision.hyperparameters[hyperparameter] for row in rows], pyarrow.float64())
        add(log.propensity, [self._propensity(row.decision) for row in rows], pyarrow.float64())
        for outcome in experiment.outcomes:
            add(outcome.column, [float(row.outcomes.get(outcome.name, 0)) for row in rows], pyarrow.float64())
            if outcome.delay_column is not None:
                add(outcome.delay_column, [row.delay_millis.get(outcome.name) for row in rows], pyarrow.int64())
        add("policy_version", [row.decision.version for row in rows], pyarrow.int64())
        add("explored", [row.decision.explored for row in rows], pyarrow.bool_())
        add("decided_by", [row.decision.why for row in rows], pyarrow.string())
        return pyarrow.record_batch(list(columns.values()), names=list(columns))

    def _propensity(self, decision: Decision) -> float:
        return 1 / decision.experiment.actions.size if self._explored_only else decision.probability

    def close(self) -> None:
        self.flush()

    def __enter__(self) -> DecisionLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
