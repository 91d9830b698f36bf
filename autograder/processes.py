"""Processes that work in parallel. If one is killed, only its own work fails."""

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
    """The system killed a working process. The message says how to go on."""


@contextmanager
def processes(jobs: int) -> Iterator[ProcessPool]:
    """A pool of `jobs` processes: `pool.schedule(function, arguments)` returns a future for `result_of`.

    The standard library's pool would give up all remaining work when a process dies. If the block is left by an exception, what
    is running is stopped.
    """
    with ProcessPool(jobs, context=get_context("spawn")) as pool:
        try:
            yield pool
        except BaseException:
            pool.stop()  # type: ignore[no-untyped-call]
            raise


def result_of(future: Future[Answer], work: str = "") -> Answer:
    """The result of the `work`. Raises ProcessKilled, or what the work raised."""
    try:
        return future.result()
    except ProcessExpired as error:
        before = f"{work}: " if work else ""
        raise ProcessKilled(
            f"{before}the process that graded it was killed (exit code {error.exitcode}), as a system does that is out of "
            "memory. The same command goes on from here (`grade` with `--resume`); `--jobs 1` takes the least memory"
        ) from error


def sendable(error: Exception, otherwise: type[Exception] = RuntimeError) -> Exception:
    """An error that can be sent between our own processes: itself, or if it can't be unpickled at the other end, its message in
    one of the kind `otherwise`."""
    try:
        return cast(Exception, pickle.loads(pickle.dumps(error)))  # noqa: S301 - our own
    except Exception:
        return otherwise(f"{type(error).__name__}: {error}")
