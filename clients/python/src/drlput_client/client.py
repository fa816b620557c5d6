"""Decides requests by the version that an alias names, and follows the alias."""

from __future__ import annotations

import logging
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy

from . import experiment as experiments
from .errors import ClientError, RequestError, ServerError, VersionError
from .experiment import Experiment
from .exploration import Exploration
from .policy import NumpyPolicy, Policy
from .server import VersionServer
from .store import LocalStore
from .version import Version

_LOG = logging.getLogger("drlput_client")
_DAY = 24 * 3600.0
_CLOSE_SECONDS = 10
_LAST_BACKOFF_SECONDS = 5.0
# How often the disk is told that the version is still the alias', as a part of its greatest age.
_CONFIRMATIONS = 20


@dataclass(frozen=True)
class Decision:
    """What to do with one request, and all that tomorrow's log must know of it.

    ``version`` was in use, None: there was none. ``probability``: with which a request like this one gets this action now, in
    (0, 1]; the logged propensity. ``reason``: ``policy``, ``exploration`` or ``fallback`` (the manual setting). ``cause``: why not
    the policy: ``noVersion``, ``tooOld``, ``wrongChecksum``, ``missingFeatures``, ``invalidFeatures``, ``notFinite``, ``timeOut``.
    """

    version: int | None
    action_id: int
    probability: float
    hyperparameters: dict[str, float]
    reason: str
    cause: str | None
    experiment: Experiment

    @property
    def explored(self) -> bool:
        return self.reason == "exploration"

    @property
    def why(self) -> str:
        """``policy``, ``exploration``, ``fallback: tooOld``: as logs have it."""
        return f"fallback: {self.cause}" if self.reason == "fallback" else self.reason


@dataclass(frozen=True)
class Status:
    """How a client is doing: the version in use, since when it is known to be right, and what keeps it from following."""

    version: int | None
    age_seconds: float
    problem: str | None
    swaps: int
    decisions: Mapping[str, int]


@dataclass(frozen=True)
class _Serving:
    policy: Policy
    files: Mapping[str, bytes]
    # of time.monotonic
    confirmed: float


class PolicyClient:
    """Decides requests. A decision never waits and never fails: where the policy can not decide, the manual setting does.

    Nothing is decided by a version of which a byte was not verified. Any number of threads.
    """

    def __init__(
        self,
        alias: str,
        servers: Sequence[str],
        store: LocalStore | None,
        manual: Experiment | None,
        max_age: float,
        exploration: Exploration,
        acting: str,
        poll_interval: float,
        on_swap: Callable[[int], None] | None,
    ) -> None:
        self._alias = alias
        self._servers = list(servers)
        self._store = store
        self._manual = manual
        self._max_age = max_age
        self._exploration = exploration
        self._acting = acting
        self._poll_interval = poll_interval
        self._on_swap = on_swap
        self._serving: _Serving | None = None
        self._refused = False
        self._problem: str | None = None
        self._swaps = 0
        self._counts: Counter[str] = Counter()
        self._told: set[str] = set()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._first = threading.Event()
        self._kept_until = 0.0
        self._thread = threading.Thread(target=self._run, name=f"policy-{alias}", daemon=True)

    @staticmethod
    def follow(
        alias: str,
        *servers: str,
        store: str | os.PathLike[str] | None = None,
        manual: str | os.PathLike[str] | None = None,
        max_age: float = _DAY,
        start_timeout: float = 5,
        exploration: Exploration = Exploration(),
        acting: str = "greedy",
        poll_interval: float = 1,
        on_swap: Callable[[int], None] | None = None,
    ) -> PolicyClient:
        """Starts to follow an alias; returns when there is a version: the alias', else the one that was kept in ``store``.

        ``servers``: ``host:port`` of shards, tried in turn. ``manual``: the experiment file whose manual setting requests get as
        long as no version was ever had. ``max_age``: seconds that a version is used after it was last known to be the alias'.
        ``acting``: ``greedy``, or ``sampled`` by the policy's probabilities. ``on_swap`` is told each version's number.

        Raises ClientError where there is no version and no manual setting.
        """
        if not servers:
            raise ClientError("no server: expected host:port")
        if acting not in ("greedy", "sampled"):
            raise ClientError(f"acting: found '{acting}', expected greedy or sampled")
        experiment = experiments.parse(Path(manual).read_text(), str(manual)) if manual is not None else None
        kept = LocalStore(Path(store), alias) if store is not None else None
        client = PolicyClient(alias, servers, kept, experiment, max_age, exploration, acting, poll_interval, on_swap)
        client._start(start_timeout)
        if client._serving is None and experiment is None:
            problem = client._problem or f"no answer in {start_timeout} s"
            client.close()
            raise ClientError(
                f"alias '{alias}': there is no version to start with: {problem}"
                + (f"; none is kept in {store}" if store is not None else "")
                + ". Give manual, the experiment file, and requests get its manual setting until there is one"
            )
        return client

    def _start(self, timeout: float) -> None:
        self._thread.start()
        self._first.wait(timeout)
        if self._serving is None and self._store is not None:
            self._start_from_store(self._store)

    def _start_from_store(self, store: LocalStore) -> None:
        try:
            stored = store.load()
            if stored is None:
                return
            files = {f.name: f.read_bytes() for f in stored.directory.iterdir() if f.is_file()}
            policy = NumpyPolicy(Version.of(files, str(stored.directory)))
            age = max(0.0, time.time() - stored.confirmed)
            with self._lock:
                if self._serving is None:
                    self._install(_Serving(policy, files, time.monotonic() - age))
        except VersionError as e:
            self._refused = True
            _LOG.warning("alias %s: the version that was kept is refused: %s", self._alias, e)
        except (OSError, ValueError, KeyError) as e:
            _LOG.warning("alias %s: the version that was kept can not be read: %s", self._alias, e)

    def _install(self, serving: _Serving) -> None:
        self._serving = serving
        self._refused = False
        self._swaps += 1
        _LOG.info("alias %s: serving version %d", self._alias, serving.policy.number)
        if self._on_swap is not None:
            self._on_swap(serving.policy.number)

    def _run(self) -> None:
        failures = 0
        while not self._stop.is_set():
            address = self._servers[failures % len(self._servers)]
            server = VersionServer(address)
            try:
                for aliases in server.watch(self._stop, self._poll_interval):
                    self._follow(server, aliases)
                    failures = 0
                    self._first.set()
            except VersionError as e:
                self._refused = True
                failures += 1
                self._say(f"alias '{self._alias}' is refused: {e}")
            except ServerError as e:
                failures += 1
                self._say(str(e))
            except Exception as e:  # a follower that dies would leave its ad server with an old version, and say nothing
                failures += 1
                self._say(repr(e))
            finally:
                server.close()
            self._first.set()
            if failures:
                most = min(_LAST_BACKOFF_SECONDS, 0.05 * 2 ** min(failures, 10))
                # many clients of one server do not come back all at once
                self._stop.wait(random.uniform(most / 2, most))

    def _say(self, problem: str) -> None:
        """Told once, however often it is tried again."""
        if problem != self._problem and not self._stop.is_set():
            _LOG.warning("alias %s: %s", self._alias, problem)
        self._problem = problem

    def _follow(self, server: VersionServer, aliases: Mapping[str, int]) -> None:
        wanted = aliases.get(self._alias)
        if wanted is None:
            self._say(f"{server.address}: alias '{self._alias}' names no version: publish one, or move the alias")
            return
        serving = self._serving
        if serving is None or serving.policy.number != wanted:
            files, version = self._fetch(server, wanted, serving)
            with self._lock:
                self._install(_Serving(NumpyPolicy(version), files, time.monotonic()))
            self._keep(wanted, files)
        else:
            self._serving = _Serving(serving.policy, serving.files, time.monotonic())
            self._refused = False
            self._confirm(wanted, serving.files)
        self._problem = None

    @staticmethod
    def _fetch(server: VersionServer, wanted: int, serving: _Serving | None) -> tuple[dict[str, bytes], Version]:
        if serving is not None:
            try:
                files = server.fetch(wanted, serving.policy.number, serving.files)
                return files, _verified(server, wanted, files)
            except VersionError as e:
                # the server may have another version of that number than the one that is had
                _LOG.info("%s: the difference to version %d is refused: %s", server.address, serving.policy.number, e)
        files = server.fetch(wanted)
        return files, _verified(server, wanted, files)

    def _keep(self, version: int, files: Mapping[str, bytes]) -> None:
        if self._store is not None:
            self._kept_until = time.monotonic() + min(60.0, self._max_age / _CONFIRMATIONS)
            try:
                self._store.keep(version, files, time.time())
            except OSError as e:
                _LOG.warning("alias %s: version %d can not be kept: %s", self._alias, version, e)

    def _confirm(self, version: int, files: Mapping[str, bytes]) -> None:
        if self._store is not None and time.monotonic() >= self._kept_until:
            self._kept_until = time.monotonic() + min(60.0, self._max_age / _CONFIRMATIONS)
            try:
                if self._store.keeps(version):
                    self._store.confirm(version, time.time())
                else:
                    # the disk was full when it came
                    self._store.keep(version, files, time.time())
            except OSError as e:
                _LOG.warning("alias %s: %s", self._alias, e)

    def decide(self, request_id: str, features: Mapping[str, object]) -> Decision:
        """Decides a request; features that the version does not know are ignored. The same request id explores again, or not."""
        serving = self._serving
        cause = self._unusable(serving)
        probabilities = None
        if serving is not None and cause is None:
            try:
                probabilities = serving.policy.probabilities([features], unknown="ignore")[0]
                if not numpy.isfinite(probabilities).all():
                    probabilities, cause = None, "notFinite"
            except RequestError as e:
                return self._undecided("invalidFeatures" if e.malformed else "missingFeatures", "; ".join(e.problems))
            except Exception as e:  # whatever stands in a request, an ad server gets an answer
                return self._undecided("invalidFeatures", repr(e))
        experiment = self._experiment(serving)
        actions = experiment.actions.size
        greedy = experiment.actions.manual_action if probabilities is None else int(numpy.argmax(probabilities))
        sampled = probabilities is not None and self._acting == "sampled"
        if self._exploration.explores(request_id):
            action, reason = self._exploration.uniform_action(request_id, actions), "exploration"
        else:
            reason = "fallback" if probabilities is None else "policy"
            action = greedy
            if probabilities is not None and sampled:
                action = _draw(probabilities, self._exploration.sample(request_id), greedy)
        own = float(probabilities[action]) if probabilities is not None and sampled else float(action == greedy)
        share = self._exploration.share
        return self._decided(serving, action, share / actions + (1 - share) * own, reason, cause)

    def _undecided(self, cause: str, problem: str) -> Decision:
        """Says of each cause what was wrong with its first request: a server that sends too little sends it with every one."""
        if cause not in self._told:
            self._told.add(cause)
            _LOG.warning("alias %s: a request gets the manual setting, %s: %s", self._alias, cause, problem)
        return self.manual(cause)

    def manual(self, cause: str = "timeOut") -> Decision:
        """The manual setting, certainly: of a request whose features are not to be had. It does not explore."""
        serving = self._serving
        return self._decided(serving, self._experiment(serving).actions.manual_action, 1.0, "fallback", cause)

    def _decided(
        self, serving: _Serving | None, action: int, probability: float, reason: str, cause: str | None
    ) -> Decision:
        experiment = self._experiment(serving)
        decision = Decision(
            serving.policy.number if serving is not None else None,
            action,
            probability,
            experiment.actions.hyperparameters(action),
            reason,
            cause,
            experiment,
        )
        with self._lock:
            self._counts[decision.why] += 1
        return decision

    def _unusable(self, serving: _Serving | None) -> str | None:
        if serving is None:
            return "wrongChecksum" if self._refused else "noVersion"
        if time.monotonic() - serving.confirmed > self._max_age:
            return "wrongChecksum" if self._refused else "tooOld"
        return None

    def _experiment(self, serving: _Serving | None) -> Experiment:
        if serving is not None:
            return serving.policy.experiment
        if self._manual is None:
            raise ClientError("there is neither a version nor a manual setting")
        return self._manual

    @property
    def experiment(self) -> Experiment:
        """Of the version in use, else the one with the manual setting."""
        return self._experiment(self._serving)

    def status(self) -> Status:
        serving = self._serving
        with self._lock:
            return Status(
                serving.policy.number if serving is not None else None,
                time.monotonic() - serving.confirmed if serving is not None else 0.0,
                self._problem,
                self._swaps,
                dict(self._counts),
            )

    def close(self) -> None:
        """Ends following. What is in use stays so, up to its age."""
        self._stop.set()
        self._thread.join(_CLOSE_SECONDS)
        if self._store is not None:
            self._store.close()

    def __enter__(self) -> PolicyClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _verified(server: VersionServer, wanted: int, files: Mapping[str, bytes]) -> Version:
    version = Version.of(files, f"{server.address}: version {wanted}")
    if version.number != wanted:
        raise VersionError(f"{server.address}: is version {version.number}, expected {wanted}")
    return version


def _draw(probabilities: numpy.ndarray[tuple[int, ...], numpy.dtype[numpy.float32]], chance: float, greedy: int) -> int:
    left = chance
    for action, probability in enumerate(probabilities):
        left -= float(probability)
        if left < 0:
            return action
    # the probabilities add up to a little less than 1
    return greedy
