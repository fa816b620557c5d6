"""A parameter server's published versions, over gRPC."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import grpc

from .errors import ServerError, VersionError
from .version import MANIFEST
from .wire import drlput_pb2 as wire

_SERVICE = "/drlput.v1.Versions/"
_OPTIONS = [
    ("grpc.keepalive_time_ms", 20_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.max_receive_message_length", 64 << 20),
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 5_000),
]


class VersionServer:
    """One shard of a parameter server, ``host:port``. Any thread. Errors: ServerError."""

    def __init__(self, address: str, max_version_bytes: int = 1 << 30) -> None:
        self.address = address
        self._max_version_bytes = max_version_bytes
        self._channel = grpc.insecure_channel(address, options=_OPTIONS)

    def _unary(self, method: str, request: Any, reply: Any, timeout: float) -> Any:
        call = self._channel.unary_unary(
            _SERVICE + method, request_serializer=type(request).SerializeToString, response_deserializer=reply.FromString
        )
        try:
            return call(request, timeout=timeout)
        except grpc.RpcError as e:
            raise self._error(method, e) from e

    def _stream(self, method: str, request: Any, reply: Any, timeout: float) -> Any:
        call = self._channel.unary_stream(
            _SERVICE + method, request_serializer=type(request).SerializeToString, response_deserializer=reply.FromString
        )
        return call(request, timeout=timeout)

    def _error(self, method: str, e: grpc.RpcError) -> ServerError:
        return ServerError(f"{self.address}: {method}: {e.code().name}: {e.details()}")

    def versions(self, timeout: float = 10) -> list[int]:
        """Numbers of the published versions, ascending."""
        return list(self._list(timeout).version)

    def aliases(self, timeout: float = 10) -> dict[str, int]:
        """Where the aliases stand, ``latest`` among them."""
        return {alias.name: alias.version for alias in self._list(timeout).alias}

    def _list(self, timeout: float) -> wire.ListVersionsReply:
        reply: wire.ListVersionsReply = self._unary("List", wire.ListVersionsRequest(), wire.ListVersionsReply, timeout)
        return reply

    def evaluation(self, version: int, timeout: float = 10) -> dict[str, Any] | None:
        """A version's evaluation; None: not evaluated yet."""
        reply = self._unary("Get", wire.GetVersionRequest(version=version), wire.GetVersionReply, timeout)
        found: dict[str, Any] | None = json.loads(reply.evaluation_json) if reply.evaluation_json else None
        return found

    def fetch(
        self, version: int, known_version: int = 0, known: Mapping[str, bytes] | None = None, timeout: float = 60
    ) -> dict[str, bytes]:
        """The files of a version, by name; nothing of them is verified.

        Of a version that is had already, ``known``, only what is different travels.
        """
        request = wire.FetchVersionRequest(version=version, known_version=known_version if known else 0)
        files: dict[str, bytearray] = {}
        size = 0
        call = self._stream("Fetch", request, wire.FileChunk, timeout)
        try:
            for chunk in call:
                file = files.setdefault(chunk.name, bytearray())
                if chunk.offset != len(file):
                    raise VersionError(
                        f"{self.address}: version {version}: {chunk.name}: found offset {chunk.offset}, expected {len(file)}"
                    )
                size += len(chunk.content) + chunk.unchanged_bytes
                if size > self._max_version_bytes:
                    raise VersionError(
                        f"{self.address}: version {version}: has more than max_version_bytes, {self._max_version_bytes}"
                    )
                file += chunk.content
                if chunk.unchanged_bytes:
                    end = chunk.offset + chunk.unchanged_bytes
                    file += (known or {}).get(chunk.name, b"")[chunk.offset : end]
                    if len(file) != end:
                        raise VersionError(f"{self.address}: version {version}: {chunk.name}: is a delta of another file")
        except grpc.RpcError as e:
            raise self._error(f"Fetch of version {version}", e) from e
        finally:
            call.cancel()
        if MANIFEST not in files:
            raise ServerError(f"{self.address}: Fetch of version {version}: there is no {MANIFEST}")
        return {name: bytes(content) for name, content in files.items()}

    def watch(self, stop: threading.Event, repeat_seconds: float = 1, timeout: float = 30) -> Iterator[dict[str, int]]:
        """Where the aliases stand: now, after every change, and again every ``repeat_seconds`` while nothing changes.

        Ends after ``timeout``, or when ``stop`` is set: watch again. One that is still open was heard of lately, or is an error.
        """
        request = wire.WatchVersionsRequest(repeat_millis=max(1, int(repeat_seconds * 1000)))
        call = self._stream("Watch", request, wire.VersionsState, timeout)
        heard = False
        try:
            for state in call:
                heard = True
                if stop.is_set():
                    return
                yield {alias.name: alias.version for alias in state.alias}
        except grpc.RpcError as e:
            if stop.is_set():
                return
            if e.code() != grpc.StatusCode.DEADLINE_EXCEEDED:
                raise self._error("Watch", e) from e
            if not heard:
                raise ServerError(f"{self.address}: Watch: nothing was heard for {timeout} s") from e
        finally:
            call.cancel()

    def close(self) -> None:
        """Ends every call."""
        self._channel.close()
