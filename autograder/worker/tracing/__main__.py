"""The first process of a sandbox in which a submission is run as it is: it forks a child for each notebook and script.

It forwards the child's records over its socket frame by frame, so that what was seen before a budget ends is not lost.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import os
import select
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final, NoReturn

from autograder.worker import (
    absent,
    forkable,
    hosted_paths,
    library_data,
    metering,
    older_keras,
    protocol,
    tensorflow_datasets,
    tensorflow_shim,
)
from autograder.worker.clock import Clock
from autograder.worker.processes import (
    adopt_orphans,
    become_untouchable,
    kill_descendants,
    kill_others,
)
from autograder.worker.settings import WorkerSettings
from autograder.worker.tracing import child, code, config_files, cutting, marking
from autograder.worker.tracing.shrinking import Shrinking, named_sizes
from autograder.worker.workplace import copy_submission

MAX_SOURCES: Final = 40
LOOK_SECONDS: Final = 0.25  # between looks at the clock
SHARE: Final = 2 / 3  # of the remaining time, for a source that others follow
# For a child whose time is up, to send what it has, such as the last weights of finished trainings.
PARTING_SECONDS: Final = 3.0
LEAVING_SECONDS: Final = 1.0  # for a child that has sent its end
AGAIN: Final = "again"  # the run on cut data sets is to be tried on all of them


def serve(connection: socket.socket, settings: WorkerSettings) -> NoReturn:
    """Run what the grader asks for, report how each source ended, and end this process."""
    request = protocol.receive(connection)
    become_untouchable()
    adopt_orphans()
    folder = copy_submission(settings)
    hosted_paths.provide(Path(settings.scratch))
    os.environ |= {"PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    sources = {source: code.sources_of(folder, source) for source in request["sources"][:MAX_SOURCES]}
    warm_up()
    library_data.provide(Path(settings.data))
    _warm_up_keras(code.imported_by([tree for trees in sources.values() for tree in trees]), Path(settings.data))
    forkable.check()
    protocol.send(connection, {"kind": "ready"})
    left, waiting, put_off = float(request["seconds"]), deque(sources), dict[str, set[Path]]()
    while waiting:
        source = waiting.popleft()
        allowed = SHARE * left if waiting else left
        if put_off.get(source) == _files(folder):  # no new files since then
            allowed = 0.0
        trees = sources[source]
        marks = (marking.Marks(),) if marking.are_needed(trees) else ()
        order = child.Order(settings, folder, source, int(request["seed"]), marks, absent.needed_by(trees))
        ending, spent, lacks_a_file = _run(connection, order, _cuts(folder, trees), allowed)
        left -= spent
        outcome = {"source": source, "end": ending, "seconds": round(spent, 2)}
        if lacks_a_file and waiting and source not in put_off:
            put_off[source] = _files(folder)
            waiting.append(source)
            protocol.send(connection, {"kind": "put off", **outcome})
        else:
            protocol.send(connection, {"kind": "source", **outcome})
    protocol.send(connection, {"kind": "end"})
    kill_descendants()
    os._exit(0)


def _files(folder: Path) -> set[Path]:
    """What is in a submission's folder, and in those that its code takes for Colab's and Kaggle's."""
    every = (*folder.rglob("*"), *(folder.parent / hosted_paths.FOLDER).rglob("*"))
    return {path for path in every if path.suffix != ".pyc"}


def _remove(paths: set[Path]) -> None:
    for path in sorted(paths, reverse=True):  # what is in a folder before it
        with contextlib.suppress(OSError):
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()


def _run(
    connection: socket.socket, order: child.Order, cuts: Sequence[Shrinking | None], seconds: float
) -> tuple[str, float, bool]:
    """Run one source with the first of the cuts and, if it asks for that, with the second in the time that is left. If that is
    too short, the better of the two counts, which is for the grader to say. Returns how it ended, the seconds that it used, and
    whether it looked for a file in vain."""
    first, *others = cuts
    if seconds <= 1:
        return "not run", 0.0, False
    before = _files(order.folder)
    ending, spent, lacks_a_file = _run_in_a_child(connection, replace(order, cut=first), seconds)
    if ending != AGAIN:
        return ending, spent, lacks_a_file
    if others and seconds - spent > 1:
        _remove(_files(order.folder) - before)  # as its own saved results, with which it would train nothing
        protocol.send(connection, {"kind": "record", "record": {"what": "again"}})
        ending, took, lacks_a_file = _run_in_a_child(connection, replace(order, cut=others[0]), seconds - spent)
        spent += took
        if ending != "finished":
            protocol.send(connection, {"kind": "record", "record": {"what": "either"}})
    return "finished", spent, lacks_a_file


@cache
def warm_up() -> None:
    """Import what nearly every submission imports; with one thread, since forks follow."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot
    import torch

    from autograder.worker import torchvision_shim
    from autograder.worker.tracing import exporting

    torch.set_num_threads(1)
    torchvision_shim.make_importable()
    exporting.warm_up()


def _warm_up_keras(imported: frozenset[str], data: Path) -> None:
    """Import Keras if student code imports it, maybe through TensorFlow; its data sets are patched by then."""
    if imported & {"keras", "tensorflow"}:
        os.environ["KERAS_BACKEND"] = "torch"
        importlib.import_module("keras")
        older_keras.fill_in()
    if "tensorflow" in imported:
        tensorflow_shim.make_importable()
        tensorflow_datasets.make_importable(data)


def _cuts(folder: Path, trees: Sequence[ast.AST]) -> tuple[Shrinking | None, ...]:
    """How the data sets are cut in the first and in the second try; None leaves them as they are."""
    if not cutting.is_needed(trees):
        return (None,)
    return Shrinking(named_sizes(trees, config_files.numbers_in(folder))), None


def _run_in_a_child(connection: socket.socket, order: child.Order, seconds: float) -> tuple[str, float, bool]:
    """Run one source in a fork, and forward its records. Returns how it ended ('finished', 'budget', 'died' or AGAIN), the
    seconds that it used, and whether it looked for a file in vain."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        ours.close()
        connection.close()
        child.run(order, theirs)
    theirs.close()
    clock = Clock(pid)
    bounds = metering.Bounds(order.settings.tree_bytes, order.settings.processes)

    def is_over() -> bool:
        if order.settings.own_pid_namespace and metering.excess(bounds):
            kill_others()  # the end of its connection will show that
        return clock.is_over(seconds)

    finished = _hand_on(ours, connection, is_over)
    took = clock.seconds
    if finished == "budget":
        os.kill(pid, signal.SIGTERM)
        parting = Clock(pid)
        _hand_on(ours, connection, lambda: parting.elapsed >= PARTING_SECONDS)
    ours.close()
    status = _ended(pid, LEAVING_SECONDS if finished == "finished" else 0.0)
    asks_again = finished == "finished" and status == child.ASKS_AGAIN
    return AGAIN if asks_again else finished, took, status == child.LACKS_A_FILE


def _ended(pid: int, seconds: float) -> int:
    """End a child, with all that it started, after `seconds` in which it may end by itself. Returns its exit status."""
    leaving = Clock(pid)
    ended, status = os.waitpid(pid, os.WNOHANG)
    while not ended and not leaving.is_over(seconds):
        time.sleep(0.01)
        ended, status = os.waitpid(pid, os.WNOHANG)
    if not ended:
        os.kill(pid, signal.SIGKILL)
    kill_descendants()
    if not ended:
        _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)


def _hand_on(child: socket.socket, grader: socket.socket, is_over: Callable[[], bool]) -> str:
    """Forward whole frames until the child says that it has finished, is gone, or its time is up.

    The grader sends nothing after its request: if its connection becomes readable, it is gone, and everything ends.
    """
    data = bytearray()
    looked = time.monotonic()
    while True:
        ready = select.select([child, grader], [], [], LOOK_SECONDS)[0]
        if grader in ready:
            kill_descendants()
            os._exit(0)
        if not ready or time.monotonic() - looked > LOOK_SECONDS:
            looked = time.monotonic()
            if is_over():
                return "budget"
        if not ready:
            continue
        try:
            chunk = child.recv(2**20)
        except ConnectionResetError:
            chunk = b""
        if not chunk:
            return "died"
        data += chunk
        while (size := _frame_size(data)) is not None:
            if size > 0:
                grader.sendall(data[:size])
            del data[: max(size, protocol.HEADER.size)]
            if size == 0:
                return "finished"


def _frame_size(data: bytearray) -> int | None:
    """The size of the frame that `data` starts with, 0 for the sign of the end, None while it is incomplete."""
    if len(data) < protocol.HEADER.size:
        return None
    header, body = protocol.HEADER.unpack(data[: protocol.HEADER.size])
    size = protocol.HEADER.size + header + body
    if header == body == 0:
        return 0
    return size if len(data) >= size else None


def main() -> NoReturn:
    serve(socket.socket(fileno=int(sys.argv[1])), WorkerSettings.from_json(sys.argv[2]))


if __name__ == "__main__":
    main()
