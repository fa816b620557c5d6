"""A real run's versions and a real parameter server, by the launcher of this checkout."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drlput_client import VersionServer
from drlput_client.wire import drlput_pb2 as wire

ROOT = Path(__file__).resolve().parents[3]
LAUNCHER = ROOT / "drlput"
# Processes of a busy machine take their time.
PATIENCE = 180.0
EXPERIMENT = """\
formatVersion: 1
name: small-market
features:
  - {name: ctr_30d, type: numeric}
  - {name: session_depth, type: numeric, missing: mean}
  - {name: hour, type: numeric, period: 24}
  - {name: country, type: categorical, vocabulary: [us, gb, de, jp, fr, br], dimension: 3}
  - {name: user, type: categorical, hashBuckets: 200, dimension: 3}
  - {name: interests, type: multiCategorical, hashBuckets: 50, dimension: 4, pooling: mean}
actions:
  hyperparameters:
    - {name: w_click, levels: [0, 1, 3, 8], production: 1}
    - {name: reserve_price, levels: [0, 0.2, 0.8], production: 0.2}
reward:
  active: R0
  outcomes:
    revenue: {column: revenue}
    conversion: {column: conversion, delayColumn: conversion_delay_ms, windowMillis: 604800000}
  variants: {R0: {revenue: 1}}
network: {hidden: [32, 16]}
training: {rowsPerStep: 512, microBatches: 8}
versions: {everySteps: 10}
"""


def drlput(*arguments: object) -> str:
    """Runs a command that must succeed, and returns what it printed."""
    done = subprocess.run([str(LAUNCHER), *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"drlput {arguments}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def eventually(condition: Callable[[], bool], what: str) -> None:
    """Waits, generously."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"never came: {what}"
        time.sleep(0.05)


class Server:
    """``drlput server`` on a data directory, on a port of its own that it keeps when it is started again."""

    def __init__(self, data: Path, log: Path) -> None:
        self._data = data
        self._log = log
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._port}"

    def start(self) -> None:
        with open(self._log, "wb") as out:
            self._process = subprocess.Popen(
                [str(LAUNCHER), "server", "--shard", "0", "--shards", "1", "--data", str(self._data), "--port", str(self._port)],
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, "DRLPUT_JAVA_OPTS": "-Xmx256m"},
            )
        process = self._process
        eventually(lambda: process.poll() is not None or " serves on " in self._log.read_text(), "the server's address")
        found = re.search(r"serves on \S*:(\d+)", self._log.read_text())
        assert found is not None, self._log.read_text()
        self._port = int(found.group(1))

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def move(self, alias: str, version: int, expected: int) -> None:
        """As ``drlput versions promote --force`` does."""
        server = VersionServer(self.address)
        kind = wire.SetAliasRequest.Kind.FORCE if alias == "stable" else wire.SetAliasRequest.Kind.SET
        request = wire.SetAliasRequest(
            alias=alias, version=version, expected_version=expected, kind=kind, actor="test", reason="a test of the client"
        )
        try:
            reply = server._unary("SetAlias", request, wire.SetAliasReply, PATIENCE)
        finally:
            server.close()
        assert reply.moved


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run on a simulated market: its directory, with versions."""
    folder = tmp_path_factory.mktemp("run")
    (folder / "small.yaml").write_text(EXPERIMENT)
    drlput("simulate", "--rows", 20_000, "--seed", 3, "--experiment", folder / "small.yaml", "--out", folder / "logs")
    drlput("train", "--logs", folder / "logs", "--out", folder / "out", "--parallelism", 1)
    return folder / "out"


@pytest.fixture(scope="session")
def versions(run: Path) -> list[Path]:
    found = sorted(run.glob("versions/????????????"))
    assert len(found) >= 3
    return found


@pytest.fixture
def server(run: Path, tmp_path: Path) -> Iterator[Server]:
    """A server on a copy of the run's versions: nobody else moves its aliases."""
    data = tmp_path / "data"
    data.mkdir()
    subprocess.run(["cp", "-r", str(run / "versions"), str(data / "versions")], check=True)
    started = Server(data, tmp_path / "server.log")
    yield started
    started.kill()
