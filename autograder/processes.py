"""Processes that work side by side. One that is killed fails the work that it had, and no other."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TypeVar, cast

from pebble import ProcessExpired, ProcessPool

from autograder.errors import MachineLacks

Answer = TypeVar("Answer")


class ProcessKilled(MachineLacks):
    """The system killed a process at its work. The message says how to go on."""


@contextmanager
def processes(jobs: int) -> Iterator[ProcessPool]:
    """A pool of `jobs` processes: `pool.schedule(function, arguments)` gives a future for `result_of`.

    The standard library's pool would give up all work that is left when a process dies. What is running is stopped when the
    block is left by an exception.
    """
    with ProcessPool(jobs, context=get_context("spawn")) as pool:
        try:
            yield pool
        except BaseException:
            pool.stop()  # type: ignore[no-untyped-call]
            raise


def result_of(future: Future[Answer], work: str = "") -> Answer:
    """What the `work` gave. Raises ProcessKilled, or what it raised itself."""
    try:
        return future.result()
    except ProcessExpired as error:
        before = f"{work}: " if work else ""
        raise ProcessKilled(
            f"{before}the process that graded it was killed (exit code {error.exitcode}), as a system does that is out of "
            "memory. The same command goes on from here (`grade` with `--resume`); `--jobs 1` takes the least memory"
        ) from error


def sendable(error: Exception, otherwise: type[Exception] = RuntimeError) -> Exception:
    """An error as it may be sent between processes of our own: itself, or where it can't be read at the other end, its words in
    one of the kind `otherwise`."""
    try:
        return cast(Exception, pickle.loads(pickle.dumps(error)))  # noqa: S301 - our own
    except Exception:
        return otherwise(f"{type(error).__name__}: {error}")
