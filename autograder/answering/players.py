"""The two who answer probes: the student's code, in its sandbox, and the reference, in this process."""

from __future__ import annotations

import hashlib
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from autograder.sandbox import Session, StudentError, StudentFault, StudentMissing, StudentUnsuitable
from autograder.worker import protocol
from autograder.worker.probing import frameworks
from autograder.worker.probing.errors import Unsuitable
from autograder.worker.probing.frameworks import Framework
from autograder.worker.session import set_seed

Probe = Callable[..., Any]


@dataclass(frozen=True)
class Call:
    """One question to the student, with the answer or the fault, which the bug library's versions are compared with.

    `seconds` is how long the student's code took.
    """

    probe: Probe
    arguments: Mapping[str, Any]
    seed: int
    answer: Any = None
    fault: StudentFault | None = None
    seconds: float = 0.0

    @cached_property
    def question(self) -> str:
        return question(self.probe, self.arguments, self.seed)


@dataclass
class Student:
    """The student's code. Every question and its answer is kept in `calls`."""

    session: Session
    seed: int
    calls: list[Call] = field(default_factory=list)

    def ask(self, probe: Probe, **arguments: Any) -> Any:
        """Run a probe on the student's code. Raises StudentFault when it does not answer."""
        started = time.monotonic()
        try:
            answer = self.session.call(name_of(probe), arguments, self.seed)
        except StudentFault as fault:
            self.calls.append(Call(probe, arguments, self.seed, fault=fault, seconds=time.monotonic() - started))
            raise
        self.calls.append(Call(probe, arguments, self.seed, answer=answer, seconds=time.monotonic() - started))
        return answer

    @property
    def framework(self) -> Framework:
        """What the submission is written in, for a check whose right answer depends on it. Raises StudentFault."""
        loaded = self.session.loaded or self.session.load()
        return frameworks.named(frameworks.KERAS if loaded.get("framework") == frameworks.KERAS else frameworks.PYTORCH)

    def watch(self, probe: Probe, **arguments: Any) -> closing[Any]:
        """Run a generator probe item by item: `with student.watch(...) as items: for item in items: ...`."""
        return closing(self.session.stream(name_of(probe), arguments, self.seed))


@dataclass
class ReferencePlayer:
    """The reference's code (or a wrong version of it), answering the same probes the same way."""

    code: Any
    stored: Mapping[str, np.ndarray]
    seed: int

    @property
    def framework(self) -> Framework:
        """What the reference is written in, as in `Student.framework`: a check runs on its wrong versions too."""
        return frameworks.named(frameworks.PYTORCH)

    def ask(self, probe: Probe, **arguments: Any) -> Any:
        """Run a probe on the reference. Its faults are raised as a student's would be."""
        given = protocol.as_received(arguments, self.stored)
        set_seed(self.seed)
        with _as_student_faults():
            return protocol.as_received(probe(self.code, **given))

    def watch(self, probe: Probe, **arguments: Any) -> closing[Any]:
        return closing(self._stream(probe, arguments))

    def _stream(self, probe: Probe, arguments: Mapping[str, Any]) -> Iterator[Any]:
        given = protocol.as_received(dict(arguments), self.stored)
        set_seed(self.seed)
        for value in probe(self.code, **given):
            yield protocol.as_received(value)


def name_of(probe: Probe) -> str:
    """The name by which a worker finds a probe."""
    return f"{probe.__module__}:{probe.__name__}"


def question(probe: Probe, arguments: Mapping[str, Any], seed: int) -> str:
    """The key of an answer: the probe's name and a digest of its arguments and the seed."""
    digest = hashlib.sha256(protocol.encode({"arguments": dict(arguments), "seed": seed}))
    return f"{name_of(probe)} {digest.hexdigest()}"


class _as_student_faults:  # noqa: N801 - reads as a statement
    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> None:
        match error:
            case None | StudentFault():
                return
            case Unsuitable():
                raise StudentUnsuitable(str(error)) from error
            case Exception():
                text = "".join(traceback.format_exception(error))
                missing = getattr(error, "name", None)
                if type(error).__name__ == "MissingFunction":
                    raise StudentMissing(str(missing), str(error)) from error
                raise StudentError(type(error).__name__, str(error), text, "") from error
