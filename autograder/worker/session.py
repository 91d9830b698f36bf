"""One session: a forked process that loads the student's code and answers probes until the grader hangs up.

Nothing that happens here is trusted. Whatever the student's code does (raise, return nonsense, exit, write) ends as
one of a few plain answers: `value`, `error`, `missing`, `unsuitable`, or silence, which the grader's deadline ends.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import os
import random
import resource
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import GeneratorType
from typing import Any, Final, NoReturn

import numpy as np

from autograder.worker import binding, protocol, tensorflow_shim
from autograder.worker.probing import frameworks
from autograder.worker.probing.errors import Unsuitable
from autograder.worker.settings import WorkerSettings
from autograder.worker.stored import StoredArrays
from autograder.worker.tracebacks import student_traceback

OWN_FAILURE: Final = 70  # the exit code of a session that stumbled over itself, not over the student's code


def run(connection: socket.socket, output: int, settings: WorkerSettings) -> NoReturn:
    """Serve one session and leave the process without running anybody's exit handlers."""
    code = OWN_FAILURE
    try:
        os.setsid()
        _redirect(output)
        _limit(settings)
        _serve(connection, settings)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _redirect(output: int) -> None:
    """Prints go to the grader's pipe; reading from the keyboard finds its end at once."""
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

    for kind, bound in (
        (resource.RLIMIT_DATA, settings.memory_bytes),
        (resource.RLIMIT_FSIZE, settings.file_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        _lower(kind, bound)
    if settings.own_pid_namespace:  # elsewhere it would count all that the user runs
        _lower(resource.RLIMIT_NPROC, settings.processes)
    torch.set_num_threads(settings.threads)


def _lower(kind: int, bound: int) -> None:
    with contextlib.suppress(ValueError, OSError):
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (bound, bound) if hard == resource.RLIM_INFINITY else (min(bound, hard), hard))


def _serve(connection: socket.socket, settings: WorkerSettings) -> None:
    folder = Path(settings.scratch) / "submission"
    os.chdir(folder)
    sys.path.insert(0, settings.probes)
    sys.argv = ["submission"]  # what a student's argument parser reads
    stored = StoredArrays(Path(settings.data))
    code: Any = None
    while True:
        try:
            request = protocol.receive(connection, stored)
        except protocol.ConnectionEnded:
            return
        if request["op"] == "load":
            for kind, value in _answers(functools.partial(_load, folder, request), folder):
                if isinstance(value, binding.Code):
                    code = value
                    notes = [*map(str, code.errors()), *code.notes(), *tensorflow_shim.notes()]
                    bindings = [vars(record) for record in code.bindings()]
                    value = {"bindings": bindings, "notes": notes, "framework": code.framework}
                _reply(connection, {"kind": kind, "value": value})
        else:
            _probe(connection, request, code, folder)


def _load(folder: Path, request: Mapping[str, Any]) -> binding.Code:
    functions = {name: binding.Function(name, **about) for name, about in request["functions"].items()}
    code = binding.load(folder, request["sources"], functions, request["mapping"])
    with contextlib.suppress(ImportError):  # without Keras, the student's own import says what is missing
        frameworks.use(code.framework)
    if request["replace"]:
        _replace(code, request["replace"], request["by"], functions)
    return code


def _replace(code: binding.Code, names: Sequence[str], files: Mapping[str, str], functions: Mapping[str, Any]) -> None:
    """Put functions of other sources in the place of the submission's, for all of its code."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            Path(folder, name).write_text(text, encoding="utf-8")
        other = binding.load(Path(folder), sorted(files), functions, {})
        for name in names:
            with contextlib.suppress(binding.MissingFunction):
                code.replace(name, getattr(other, name))


def _probe(connection: socket.socket, request: Mapping[str, Any], code: Any, folder: Path) -> None:
    """Run one probe. A probe that is a generator is answered item by item, as long as the grader says `next`."""
    module_name, _, function_name = request["probe"].partition(":")
    probe = getattr(importlib.import_module(module_name), function_name)
    set_seed(request["seed"])
    started = time.perf_counter()
    for kind, value in _answers(lambda: probe(code, **request["arguments"]), folder):
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


def _answers(action: Any, folder: Path) -> Iterator[tuple[str, Any]]:
    """What to answer: the value of `action`, or each item of it when it is a generator, or what went wrong."""
    try:
        value = action()
        if isinstance(value, GeneratorType):
            for item in value:
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
    except BaseException as error:  # SystemExit and KeyboardInterrupt too: nothing of theirs ends the session
        yield "error", student_traceback(tensorflow_shim.explained(error), folder)


def set_seed(seed: int) -> None:
    """Seed every generator that a submission is likely to draw from."""
    import torch

    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002 - students draw from the global generator
    torch.manual_seed(seed)
