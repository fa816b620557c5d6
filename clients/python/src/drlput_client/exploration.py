"""Chance, as a function of the request id: the same requests explore in every language."""

from __future__ import annotations

from dataclasses import dataclass

import xxhash

from .encoder import utf8

_FRACTION = 2.0**-53


@dataclass(frozen=True)
class Exploration:
    """Which requests act uniformly: those with ``xxh64(id, seed s) / 2^64 < share``, where ``s = xxh64(salt)``."""

    share: float = 0.005
    salt: str = "exploration"

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise ValueError(f"exploration: share is {self.share}, expected 0 to 1")

    def explores(self, request_id: str) -> bool:
        return (self._hash(request_id, 0) >> 11) * _FRACTION < self.share

    def uniform_action(self, request_id: str, actions: int) -> int:
        """An action of so many, uniform, by a hash of its own."""
        return (self._hash(request_id, 1) >> 32) * actions >> 32

    def sample(self, request_id: str) -> float:
        """In [0, 1), by a third hash."""
        return (self._hash(request_id, 2) >> 11) * _FRACTION

    def _hash(self, request_id: str, question: int) -> int:
        seed = (xxhash.xxh64_intdigest(utf8(self.salt), seed=0) + question) % 2**64
        return xxhash.xxh64_intdigest(utf8(request_id), seed=seed)
