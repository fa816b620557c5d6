"""What can go wrong. Every error says what was wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Sequence


class DrlputError(Exception):
    """Any error of this package."""


class VersionError(DrlputError):
    """A version, or a file of one, that can not be used. Nothing of it was."""

    def __init__(self, problems: str | Sequence[str]) -> None:
        self.problems = [problems] if isinstance(problems, str) else list(problems)
        super().__init__("\n".join(self.problems))


class RequestError(DrlputError):
    """A request whose features can not be read; ``malformed``: not only missing ones."""

    def __init__(self, problems: Sequence[str], malformed: bool) -> None:
        self.problems = list(problems)
        self.malformed = malformed
        super().__init__("\n".join(self.problems))


class ServerError(DrlputError):
    """A parameter server that does not answer, or not as it should; trying again may help."""


class ClientError(DrlputError):
    """A client that can not start: no version and no manual setting, or options that can not be met."""
