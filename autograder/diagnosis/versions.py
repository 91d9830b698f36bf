"""Versions of the reference, wrong ones and other right ones, which are asked what a student was asked.

A version's answers do not depend on the submission, so they are cached while the process grades a class: a bug that the first
student had costs nothing to find again in the tenth.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Self
from unittest import mock

import cachetools

from autograder.answering import Call, ReferencePlayer
from autograder.diagnosis.bugs import Bug, BugLibrary, RightVersion
from autograder.reference import Reference
from autograder.sandbox import StudentError, StudentFault
from autograder.worker import protocol

REMEMBERED: Final = 256 * 2**20  # bytes of answers that a process keeps

Player = Callable[[Any], ReferencePlayer]  # turns a version of the reference into a player
Changes = tuple[Bug | RightVersion, ...]

_ANSWERS: Final[cachetools.LRUCache[object, bytes]] = cachetools.LRUCache(REMEMBERED, getsizeof=len)
_SIGNS: Final[dict[object, str]] = {}


@dataclass(frozen=True)
class Outcome:
    """The outcome of a question: an answer, or a fault as described by `fault_key`; neither if a version broke in its own way.

    `asked` are the names in the reference that the probe looked up.
    """

    answer: Any = None
    answered: bool = False
    fault: tuple[str, ...] = ()
    asked: frozenset[str] = frozenset()

    def encoded(self) -> bytes:
        return protocol.encode({**vars(self), "asked": sorted(self.asked)})

    @classmethod
    def decoded(cls, frame: bytes) -> Self:
        found = protocol.decoded(frame)
        return cls(**{**found, "asked": frozenset(found["asked"])})


@dataclass(frozen=True)
class Versions:
    """All versions that a bug library makes of its reference.

    `context` distinguishes runs in which a version may answer the same question differently (rubric, profile, seed), or in which
    a check asks other questions (the secret).
    """

    library: BugLibrary
    player: Player
    context: tuple[str, ...] = ()

    @contextmanager
    def version(self, changes: Changes) -> Iterator[Version]:
        """The reference with these changes (none: the reference itself), while it is asked. Raises BugLibraryError when they
        exclude each other."""
        version = Version(self, changes, self.library.variant(*changes) if changes else self.library.reference)
        try:
            yield version
        finally:
            if changes:
                version.reference.forget()

    def sign(self, check: str, bug: Bug, sign_of: Callable[[Reference], str]) -> str:
        """The sign of a bug that `check` sees; computed by `sign_of` if it isn't known yet."""
        key = (*self.context, check, bug)
        if key not in _SIGNS:
            with self.version((bug,)) as version:
                _SIGNS[key] = sign_of(version.reference)
        return _SIGNS[key]


@dataclass(frozen=True)
class Version:
    """One version; it is loaded only when it is asked something new."""

    versions: Versions
    changes: Changes
    reference: Reference

    def outcome(self, call: Call) -> Outcome:
        """This version's outcome for a question that the student was asked."""
        key = (self.versions.context, self.reference.folder, self.changes, call.question)
        if (kept := _ANSWERS.get(key)) is not None:
            return Outcome.decoded(kept)
        outcome = self._ask(call)
        kept = outcome.encoded()
        if len(kept) <= _ANSWERS.maxsize:
            _ANSWERS[key] = kept
        return outcome

    def _ask(self, call: Call) -> Outcome:
        noting = _Noting(self.reference)
        player = self.versions.player(noting)
        try:
            with _unwaited():
                answer = ReferencePlayer(player.code, player.stored, call.seed).ask(call.probe, **call.arguments)
        except StudentFault as fault:
            return Outcome(fault=fault_key(fault), asked=frozenset(noting.asked))
        except Exception:  # a wrong version may break in its own way, which never equals a student's fault
            return Outcome(asked=frozenset(noting.asked))
        return Outcome(answer, True, (), frozenset(noting.asked))


@contextmanager
def _unwaited() -> Iterator[None]:
    """Make `time.sleep` return at once in this thread: a probe sleeps to test how a student measures time, but times are not
    compared between answers."""
    thread, sleep = threading.get_ident(), time.sleep

    def sleep_unless_asked_here(seconds: float) -> None:
        if threading.get_ident() != thread:
            sleep(seconds)

    with mock.patch("time.sleep", sleep_unless_asked_here):
        yield


@dataclass
class _Noting:
    """A version that records which of its names are looked up."""

    reference: Reference
    asked: set[str] = field(default_factory=set)

    def __getattr__(self, name: str) -> Any:
        self.asked.add(name)
        return getattr(self.reference, name)


def fault_key(fault: StudentFault) -> tuple[str, ...]:
    """What makes two faults the same: the kind of error and its message, wherever it was raised."""
    if isinstance(fault, StudentError):
        return type(fault).__name__, fault.kind, fault.message
    return type(fault).__name__, str(fault)
