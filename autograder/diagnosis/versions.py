"""Versions of the reference, wrong ones and other right ones, asked what a student was asked.

What a version answers depends on nothing of the submission, so answers are kept while the process grades a class: a bug that the
first student had costs nothing to find again in the tenth.
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

Player = Callable[[Any], ReferencePlayer]  # makes a version of the reference a player
Changes = tuple[Bug | RightVersion, ...]

_ANSWERS: Final[cachetools.LRUCache[object, bytes]] = cachetools.LRUCache(REMEMBERED, getsizeof=len)
_SIGNS: Final[dict[object, str]] = {}


@dataclass(frozen=True)
class Outcome:
    """What became of a question: an answer, or a fault as `told` tells it; neither where a version broke in its own way.

    `asked` has the names of the reference that the probe looked up.
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

    `context` tells runs apart in which a version may answer the same question otherwise: rubric, profile, seed;
    or in which a check asks other questions: the secret.
    """

    library: BugLibrary
    player: Player
    context: tuple[str, ...] = ()

    @contextmanager
    def version(self, changes: Changes) -> Iterator[Version]:
        """The reference with these changes, none for itself, while it is asked. Raises BugLibraryError when they exclude each
        other."""
        version = Version(self, changes, self.library.variant(*changes) if changes else self.library.reference)
        try:
            yield version
        finally:
            if changes:
                version.reference.forget()

    def sign(self, check: str, bug: Bug, sign_of: Callable[[Reference], str]) -> str:
        """What `check` sees of a bug, as `sign_of` tells when it isn't known yet."""
        key = (*self.context, check, bug)
        if key not in _SIGNS:
            with self.version((bug,)) as version:
                _SIGNS[key] = sign_of(version.reference)
        return _SIGNS[key]


@dataclass(frozen=True)
class Version:
    """One version; nothing of it is loaded before it is asked something new."""

    versions: Versions
    changes: Changes
    reference: Reference

    def outcome(self, call: Call) -> Outcome:
        """What this version makes of a question that the student was asked."""
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
            return Outcome(fault=told(fault), asked=frozenset(noting.asked))
        except Exception:  # a wrong version may break in its own way, which is like nothing that a student's does
            return Outcome(asked=frozenset(noting.asked))
        return Outcome(answer, True, (), frozenset(noting.asked))


@contextmanager
def _unwaited() -> Iterator[None]:
    """Let this thread not wait where it is told to sleep: a probe pauses to see what a student's clock makes of it, and times
    are no part of what makes two answers the same."""
    thread, sleep = threading.get_ident(), time.sleep

    def sleep_unless_asked_here(seconds: float) -> None:
        if threading.get_ident() != thread:
            sleep(seconds)

    with mock.patch("time.sleep", sleep_unless_asked_here):
        yield


@dataclass
class _Noting:
    """A version that notes which of its names are looked up."""

    reference: Reference
    asked: set[str] = field(default_factory=set)

    def __getattr__(self, name: str) -> Any:
        self.asked.add(name)
        return getattr(self.reference, name)


def told(fault: StudentFault) -> tuple[str, ...]:
    """What makes two faults the same: the kind of error and its message, wherever it was raised."""
    if isinstance(fault, StudentError):
        return type(fault).__name__, fault.kind, fault.message
    return type(fault).__name__, str(fault)
