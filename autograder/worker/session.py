"""One session: a forked process that loads the student's code and answers probes until the grader hangs up.

Nothing that happens here is trusted. Whatever the student's code does (raise, return nonsense, exit, write) ends as
one of a few plain answers: `value`, `error`, `missing`, `unsuitable`, `timeout`, or silence, which the grader's deadline ends.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import os
import random
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import GeneratorType, ModuleType
from typing import Any, Final, NoReturn

import numpy as np

from autograder.worker import binding, hosted_paths, protocol, tensorflow_shim, workplace
from autograder.worker.clock import Clock
from autograder.worker.loading import Asked
from autograder.worker.probing import frameworks
from autograder.worker.probing.errors import Unsuitable
from autograder.worker.processes import become_ordinary
from autograder.worker.settings import WorkerSettings
from autograder.worker.stored import StoredArrays
from autograder.worker.tracebacks import student_traceback

MOST_ACCOUNTED: Final = 1_000  # top-level statements that an account lists
MOST_TEXT: Final = 160  # characters of each

OWN_FAILURE: Final = 70  # the exit code of a session that failed by its own fault, not the student's code's
END: Final = object()


class OutOfTime(BaseException):
    """Raised in the student's code a moment before the grader's deadline, to report where that code was."""


def run(
    connection: socket.socket, output: int, settings: WorkerSettings, asked: Asked, read: binding.Code | None
) -> NoReturn:
    """Serve one session and leave the process without running any exit handlers.

    `read` is the submission as `asked` reads it; if None, the session reads it when asked to load.
    """
    code = OWN_FAILURE
    try:
        os.setsid()
        become_ordinary()
        _redirect(output)
        _limit(settings)
        _serve(connection, settings, asked, read)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _redirect(output: int) -> None:
    """Redirect output to the grader's pipe, and input from an empty file."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    os.close(nothing)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - lives as long as the process
    sys.stdout = open(1, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False, buffering=1)  # noqa: SIM115


def _limit(settings: WorkerSettings) -> None:
    import torch

    workplace.limit(settings)
    torch.set_num_threads(settings.threads)


def _serve(connection: socket.socket, settings: WorkerSettings, asked: Asked, read: binding.Code | None) -> None:
    folder = Path(settings.scratch) / "submission"
    hosted_paths.make_again()  # what an earlier session was given has been removed
    os.chdir(folder)
    sys.path.insert(0, settings.probes)
    sys.argv = ["submission"]  # read by a student's argument parser
    stored = StoredArrays(Path(settings.data))
    code: Any = None
    while True:
        try:
            request = protocol.receive(connection, stored)
        except protocol.ConnectionEnded:
            return
        if request["op"] == "load":
            load = functools.partial(_load, folder, request, asked, read)
            for kind, value in _answers(load, folder, request["seconds"]):
                if isinstance(value, binding.Code):
                    code = value
                    notes = [*map(str, code.errors()), *code.notes(), *tensorflow_shim.notes()]
                    bindings = [vars(record) for record in code.bindings()]
                    value = {"bindings": bindings, "notes": notes, "framework": code.framework}
                _reply(connection, {"kind": kind, "value": value})
        elif request["op"] == "account":
            _reply(connection, {"kind": "value", "value": _account(code)})
        else:
            _probe(connection, request, code, folder)


def _load(folder: Path, request: Mapping[str, Any], asked: Asked, read: binding.Code | None) -> binding.Code:
    code = read or asked.read(folder)
    with contextlib.suppress(ImportError):  # without Keras, the student's own import says what is missing
        frameworks.use(code.framework)
    if request["replace"]:
        _replace(code, request["replace"], request["by"])
    return code


def _account(code: binding.Code) -> dict[str, Any]:
    """What part of the top level has run so far, and what was left out: [place, text, reason], with no reason if it ran."""
    entries = code.account()
    listed = [[str(each.place), each.text[:MOST_TEXT], each.reason] for each in entries[:MOST_ACCOUNTED]]
    return {"entries": listed, "more": len(entries) - len(listed)}


def _replace(code: binding.Code, names: Sequence[str], text: str) -> None:
    """Replace the submission's functions by those in `text`, for all of its code. The module of `text` is outside the submission,
    so it hides none of the submission's files."""
    module = ModuleType("carried_forward")
    sys.modules[module.__name__] = module  # dataclasses look up the module that they are defined in
    run: Callable[..., None] = exec
    run(compile(text, "<carried forward>", "exec"), module.__dict__)
    del sys.modules[module.__name__]
    for name in names:
        with contextlib.suppress(binding.MissingFunction):
            code.replace(name, getattr(module, name))


def _probe(connection: socket.socket, request: Mapping[str, Any], code: Any, folder: Path) -> None:
    """Run one probe. A generator probe is answered item by item, as long as the grader sends `next`."""
    module_name, _, function_name = request["probe"].partition(":")
    probe = getattr(importlib.import_module(module_name), function_name)
    set_seed(request["seed"])
    started = time.perf_counter()
    for kind, value in _answers(lambda: probe(code, **request["arguments"]), folder, request["seconds"]):
        sys.stdout.flush()
        _reply(connection, {"kind": kind, "value": value, "seconds": time.perf_counter() - started})
        if kind == "item" and protocol.receive(connection)["op"] != "next":
            return


def _reply(connection: socket.socket, answer: dict[str, Any]) -> None:
    try:
        protocol.send(connection, answer)
    except protocol.ProtocolError as error:
        if isinstance(error, protocol.ConnectionEnded):
            raise
        text = f"what your code returned cannot be sent: {error}"
        protocol.send(connection, {"kind": "unsuitable", "value": text})


def _answers(action: Callable[[], Any], folder: Path, seconds: float) -> Iterator[tuple[str, Any]]:
    """What to answer: the value of `action`, or each item if it is a generator, or what went wrong."""
    clock = Clock(os.getpid())
    try:
        with _alarm(clock, seconds):
            value = action()
        if isinstance(value, GeneratorType):
            while True:
                with _alarm(clock, seconds):
                    item = next(value, END)
                if item is END:
                    break
                yield "item", item
            yield "end", None
        else:
            yield "value", value
    except GeneratorExit:
        raise
    except binding.MissingFunction as error:
        yield "missing", {"name": error.name, "message": str(error)}
    except Unsuitable as error:
        yield "unsuitable", str(error)
    except OutOfTime as error:
        yield "timeout", student_traceback(error, folder)
    except BaseException as error:  # SystemExit and KeyboardInterrupt too: student code must not end the session
        yield "error", student_traceback(tensorflow_shim.explained(error), folder)


@contextlib.contextmanager
def _alarm(clock: Clock, seconds: float) -> Iterator[None]:
    """Raise OutOfTime in the code inside when the process has used up its seconds.

    Code that catches everything, or is in a compiled library, goes on; the grader's own deadline ends it.
    """

    def ring(number: int, frame: object) -> None:
        left = clock.left(seconds)
        if left <= 0:
            raise OutOfTime("the time for this check is over")
        signal.setitimer(signal.ITIMER_REAL, left)

    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, max(clock.left(seconds), 0.01))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def set_seed(seed: int) -> None:
    """Seed every generator that a submission is likely to draw from."""
    import torch

    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002 - students draw from the global generator
    torch.manual_seed(seed)
