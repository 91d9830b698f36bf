"""One check's conversation with the student's code: it loads the submission and answers probes until a deadline."""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Any, Final, Self

from autograder.sandbox.deadline import Deadline
from autograder.sandbox.faults import (
    StudentDied,
    StudentError,
    StudentFault,
    StudentMissing,
    StudentTimeout,
    StudentUnread,
    StudentUnsuitable,
    WorkerFailed,
    cause_of_death,
    is_doubtful,
)
from autograder.worker import protocol
from autograder.worker.session import OWN_FAILURE

LAST_WORDS: Final = 1.0  # seconds before the deadline at which the worker stops and reports where it was
DYING_SECONDS: Final = 1.0  # between a session's closing its connection and its end
KEPT_OUTPUT: Final = 16 * 2**10
TRIES: Final = 2  # to read a submission, before the sessions of a sandbox give up
PIPE_BYTES: Final = 2**20  # more than a pipe holds unless someone enlarged it


@dataclass(frozen=True)
class Code:
    """What a worker needs to know to read a submission. `functions`: name -> its entry in the rubric."""

    sources: tuple[str, ...]
    functions: Mapping[str, Mapping[str, Any]]
    mapping: Mapping[str, tuple[str, str]]  # function -> what it is bound to by hand, and by whom

    def to_json(self) -> bytes:
        return json.dumps(asdict(self)).encode()


@dataclass(frozen=True)
class Replacing:
    """Functions that a session takes from `text`, the source of a module, instead of from the submission."""

    functions: tuple[str, ...]
    text: str


@dataclass
class Unread:
    """Counts the sessions of a sandbox in which the submission could not be read in time. Each reads it in the same way."""

    times: int = 0

    @property
    def is_hopeless(self) -> bool:
        return self.times >= TRIES


class Session:
    """One check's conversation with the student's code."""

    def __init__(
        self,
        connection: socket.socket,
        output: int,
        seconds: float,
        end: Callable[[float], dict[str, Any]],
        waited: Callable[[], float],
        replacing: Replacing | None = None,
        unread: Unread | None = None,
    ) -> None:
        self._connection = connection
        self._deadline = Deadline(seconds, waited)
        self._waited = waited
        self._seconds = seconds
        self._for_calls: float | None = None
        self._replacing = replacing or Replacing((), "")
        self._unread = unread or Unread()
        self._end = end
        self._output = _Output(output)
        self._ended = False
        self._begun = False  # student code may have run
        self.timed_out = False
        self.loaded: dict[str, Any] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def hurry(self, seconds: float) -> None:
        """Give the probes no more than `seconds` in all. Loading the submission keeps its time."""
        self._for_calls = seconds

    def load(self) -> dict[str, Any]:
        """Load the submission; returns how its names were bound, and `notes` on oddities. Raises StudentFault."""
        if self._unread.is_hopeless:
            raise StudentUnread(self._seconds)
        replacing = {"replace": self._replacing.functions, "by": self._replacing.text}
        self._send({"op": "load", **replacing, "seconds": self._seconds_left()})
        self._begun = True
        try:
            loaded = self._receive()["value"]
        except StudentTimeout:
            if self._replacing.functions:  # then code of theirs may have run
                raise
            self._unread.times += 1
            raise StudentUnread(self._seconds) from None
        if not isinstance(loaded, dict):
            raise StudentDied("Your code wrote into the grader's connection.")
        self.loaded = loaded
        return loaded

    def call(self, probe: str, arguments: Mapping[str, Any], seed: int) -> Any:
        """Run the probe 'module:function' on the student's code and return its value. Raises StudentFault."""
        self._ask(probe, arguments, seed)
        return self._receive()["value"]

    def account(self) -> list[tuple[str, str, str]]:
        """What part of the submission's top level has run in this session, and what was left out: place, text and reason (empty
        for what has run). Empty if the session has ended or its answer can't be read."""
        if self.loaded is None or self._ended:
            return []
        try:
            self._send({"op": "account"})
            entries = self._receive()["value"]["entries"]
            return [(str(place), str(text), str(reason)) for place, text, reason in entries]
        except (StudentFault, WorkerFailed, OSError, KeyError, TypeError, ValueError):
            return []

    def stream(self, probe: str, arguments: Mapping[str, Any], seed: int) -> Iterator[Any]:
        """Run a generator probe and yield its items; closing this iterator ends the probe. Raises StudentFault."""
        self._ask(probe, arguments, seed)
        while (answer := self._receive("item", "end"))["kind"] == "item":
            try:
                yield answer["value"]
            except GeneratorExit:
                with contextlib.suppress(StudentFault, OSError):
                    self._send({"op": "stop"})
                raise
            self._send({"op": "next"})

    @property
    def output(self) -> str:
        """What the student's code has printed so far: the beginning, and how much more there was."""
        return self._output.text()

    def close(self, grace: float = 0.0) -> dict[str, Any]:
        """End the session, giving it `grace` seconds to end by itself; returns how it ended."""
        self._ended = True
        self._connection.close()
        ended = self._end(grace)
        self._end = lambda grace: {}
        self._output.finish()
        return ended

    def _ask(self, probe: str, arguments: Mapping[str, Any], seed: int) -> None:
        if self.loaded is None:
            self.load()
        if self._for_calls is not None and self._for_calls < self._deadline():
            self._seconds = self._for_calls
            self._deadline = Deadline(self._seconds, self._waited)
        self._for_calls = None
        question = {"op": "call", "probe": probe, "arguments": dict(arguments), "seed": seed}
        self._send({**question, "seconds": self._seconds_left()})

    def _seconds_left(self) -> float:
        """What the worker may take, so that its report of where it was arrives before the deadline."""
        left = self._deadline()
        return left - min(LAST_WORDS, left / 5)

    def _send(self, message: Any) -> None:
        with self._watching():
            protocol.send(self._connection, message, self._deadline)

    def _receive(self, *kinds: str) -> dict[str, Any]:
        """The next answer, of one of `kinds` (by default only `value`). Raises StudentFault for any other."""
        with self._watching():
            answer: dict[str, Any] = protocol.receive(self._connection, deadline=self._deadline)
        try:
            value = answer["value"]
            match str(answer["kind"]):  # which may be anything that can be sent
                case kind if kind in (kinds or ("value",)):
                    return answer
                case "missing":
                    raise StudentMissing(str(value["name"]), str(value["message"]))
                case "unsuitable":
                    raise StudentUnsuitable(str(value))
                case "timeout":
                    self.timed_out = True
                    raise StudentTimeout(
                        self._seconds, *(str(value[key]) for key in ("where", "traceback", "function"))
                    )
                case "error":
                    raise StudentError(*(str(value[key]) for key in ("type", "message", "traceback", "where")))
        except (KeyError, TypeError) as error:
            raise StudentDied("Your code wrote into the grader's connection.") from error
        raise StudentDied("Your code wrote into the grader's connection.")

    @contextlib.contextmanager
    def _watching(self) -> Iterator[None]:
        """Hold the conversation to the deadline, and turn its end into the right exception."""
        try:
            yield
        except TimeoutError:
            self.timed_out = True
            self.close()
            raise StudentTimeout(self._seconds) from None
        except protocol.ConnectionEnded:
            ended = self.close(DYING_SECONDS)
            if ended.get("exit_code") == OWN_FAILURE:
                raise WorkerFailed(self.output.strip().splitlines()[-1:], self._begun) from None
            raise StudentDied(cause_of_death(ended), is_doubtful(ended)) from None
        except protocol.ProtocolError as error:
            self.close()
            raise StudentDied(f"Your code's answer could not be read: {error}.") from None


class _Output:
    """Reads a session's output as it comes, so that printing never blocks; keeps the beginning and counts the rest."""

    def __init__(self, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor: int | None = descriptor
        self._kept = bytearray()
        self._total = 0
        self._reading = threading.Lock()
        self._thread = threading.Thread(target=self._follow, args=(descriptor,), daemon=True)
        self._thread.start()

    def _follow(self, descriptor: int) -> None:
        while self._descriptor is not None:
            select.select([descriptor], [], [])
            self._take()

    def _take(self) -> None:
        """Read everything in the pipe: it holds no more than one such read."""
        with self._reading:
            if self._descriptor is None:
                return
            try:
                data = os.read(self._descriptor, PIPE_BYTES)
            except BlockingIOError:
                return
            if not data:
                os.close(self._descriptor)
                self._descriptor = None
            self._total += len(data)
            self._kept += data[: max(0, KEPT_OUTPUT - len(self._kept))]

    def finish(self) -> None:
        self._thread.join(timeout=5)

    def text(self) -> str:
        self._take()  # what was printed before an answer is in the pipe by the time the answer is here
        text = bytes(self._kept).decode(errors="replace")
        dropped = self._total - len(self._kept)
        return f"{text}\n[… {dropped:,} more bytes were printed and not kept]" if dropped else text
