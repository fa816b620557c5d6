"""The last good version on local disk, for a start while the server is away. The same layout as that of the Java client."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import IO

from .errors import ClientError

_CURRENT = "current.json"
# POSIX locks keep other processes out, not another client of this one; and closing any handle of the file would drop them.
_OURS: set[Path] = set()
_OURS_LOCK = threading.Lock()


@dataclass(frozen=True)
class Stored:
    """A version as it lies in the store: nothing of it is verified. ``confirmed``: seconds since 1970."""

    directory: Path
    confirmed: float


class LocalStore:
    """``current.json`` names the directory of the version: whatever dies when, a whole one is named. One client at a time."""

    def __init__(self, directory: Path, alias: str) -> None:
        self._directory = directory
        self._alias = alias
        self._kept: tuple[int, str] | None = None
        self._ours = _own(directory)
        try:
            self._lock = _locked(directory)
        except BaseException:
            self._disown()
            raise

    def load(self) -> Stored | None:
        """What was kept last for this alias. Raises OSError or ValueError where it can not be read."""
        file = self._directory / _CURRENT
        if not file.exists():
            return None
        found = json.loads(file.read_bytes())
        if found.get("formatVersion") != 1 or not re.fullmatch(r"\d{12}-[0-9a-f]{8}", str(found.get("directory"))):
            raise ValueError(f"{file}: is none of a store of versions of this DRL-PUT")
        if found["alias"] != self._alias:
            return None
        self._kept = (int(found["version"]), found["directory"])
        # nanoseconds, which Java writes, are more than Python reads
        text = re.sub(r"(\.\d{6})\d+", r"\1", found["confirmed"]).replace("Z", "+00:00")
        return Stored(self._directory / found["directory"], datetime.fromisoformat(text).timestamp())

    def keep(self, version: int, files: Mapping[str, bytes], confirmed: float) -> None:
        """Keeps a version, verified by now, in place of the one before. Raises OSError."""
        name = f"{version:012d}-{uuid.uuid4().hex[:8]}"
        target = self._directory / name
        try:
            target.mkdir()
            for file, content in files.items():
                _write(target / file, content)
            _sync(target)
        except OSError:
            # what is left of it would take the room that the next attempt needs
            shutil.rmtree(target, ignore_errors=True)
            raise
        self._kept = (version, name)
        self.confirm(version, confirmed)
        for other in self._directory.glob("????????????-????????"):
            if other.name != name:
                shutil.rmtree(other, ignore_errors=True)

    def keeps(self, version: int) -> bool:
        """Whether this version is the one that is kept."""
        return self._kept is not None and self._kept[0] == version

    def confirm(self, version: int, confirmed: float) -> None:
        """Notes when the version that is kept was last known to be the alias'."""
        if self._kept is None or not self.keeps(version):
            return
        when = datetime.fromtimestamp(confirmed, timezone.utc).isoformat().replace("+00:00", "Z")
        text = {"formatVersion": 1, "alias": self._alias, "version": version, "directory": self._kept[1], "confirmed": when}
        temporary = self._directory / (_CURRENT + ".tmp")
        _write(temporary, json.dumps(text).encode())
        temporary.replace(self._directory / _CURRENT)
        _sync(self._directory)

    def close(self) -> None:
        self._lock.close()
        self._disown()

    def _disown(self) -> None:
        with _OURS_LOCK:
            _OURS.discard(self._ours)


def _own(directory: Path) -> Path:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        place = directory.resolve()
    except OSError as e:
        raise _unusable(directory, e) from e
    with _OURS_LOCK:
        if place in _OURS:
            raise _taken(directory)
        _OURS.add(place)
    return place


def _locked(directory: Path) -> IO[bytes]:
    try:
        lock = open(directory / "lock", "wb")
    except OSError as e:
        raise _unusable(directory, e) from e
    try:
        fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as e:
        lock.close()
        raise _taken(directory) from e
    return lock


def _unusable(directory: Path, e: OSError) -> ClientError:
    return ClientError(f"{directory}: can not keep a version here: {e}: give a directory that can be written")


def _taken(directory: Path) -> ClientError:
    return ClientError(f"{directory}: another client keeps its version here: give each client a directory of its own")


def _write(file: Path, content: bytes) -> None:
    with open(file, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
