"""The first process of a sandbox: imports the frameworks once, then forks a session in milliseconds when asked.

Importing torch takes seconds; a fork of a process that has imported it starts at once (docs/decisions/0003-nursery.md). The
nursery computes nothing, so that its forks can use a GPU, and never runs student code. It talks to the grader over an inherited
socket: `open` comes with a session's own connection; `end` kills the session with all its children, removes what it left, and
answers how it ended.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import select
import signal
import socket
import sys
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Final, NoReturn

from autograder.worker import (
    compiler,
    forkable,
    hosted_paths,
    library_data,
    metering,
    older_keras,
    session,
    tensorflow_datasets,
    tensorflow_shim,
)
from autograder.worker.clock import waited
from autograder.worker.loading import Asked, read_ahead
from autograder.worker.processes import adopt_orphans, become_untouchable, kill_descendants, kill_others
from autograder.worker.scratch import NotRestored, Scratch
from autograder.worker.settings import WorkerSettings
from autograder.worker.workplace import copy_submission

MAX_COMMAND_BYTES: Final = 4096
IMPORTS: Final = re.compile(r"\b(?:import|from)\s+(keras|tensorflow)\b")
MENTIONS: Final = re.compile(r"\b(matplotlib)\b")


def warm_up(mentioned: Collection[str]) -> None:
    """Import PyTorch and, if the submission mentions matplotlib, what its first plot imports.

    With one thread: a fork of a process that has started OpenMP's threads would wait for them for ever. And without a training
    step: if there is a GPU, a fork of a process that has computed gradients would wait for autograd's threads.
    """
    import torch

    from autograder.worker import torchvision_shim

    torch.set_num_threads(1)
    compiler.put_off()
    if "matplotlib" in mentioned:
        import matplotlib

        matplotlib.use("Agg")
        import matplotlib.pyplot
    torchvision_shim.make_importable()


def warm_up_keras(imported: Collection[str], gpu: bool) -> None:
    """Import Keras too, and run one training step, if the submission imports it: others need not wait for it.

    With a GPU the step is left out, as it would start CUDA.
    """
    if not imported or importlib.util.find_spec("keras") is None:
        return
    from autograder.worker.probing import frameworks

    keras: Any = frameworks.named(frameworks.KERAS)
    if not gpu:
        keras.warm_up()
    older_keras.fill_in()
    if "tensorflow" in imported:
        tensorflow_shim.make_importable()


def _texts(submission: Path) -> Iterator[str]:
    """The text of each script and notebook."""
    for path in (path for kind in ("*.py", "*.ipynb") for path in submission.rglob(kind)):
        if path.is_file():
            yield path.read_text("utf-8", "replace")


def end_session(pid: int, own_pid_namespace: bool, grace: float = 0.0) -> dict[str, Any]:
    """Kill the session with all that it started, and return how it ended: an exit code or a signal's name.

    It is first given `grace` seconds to end by itself, so that the answer says why.
    """
    deadline = time.monotonic() + grace
    ended, status = os.waitpid(pid, os.WNOHANG)
    while not ended and time.monotonic() < deadline:
        time.sleep(0.01)
        ended, status = os.waitpid(pid, os.WNOHANG)
    ended_by_itself = ended == pid
    if own_pid_namespace:
        kill_others()
    else:
        kill_descendants()
    if not ended_by_itself:
        _, status = os.waitpid(pid, 0)
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            break
    code = os.waitstatus_to_exitcode(status)
    return {"by_itself": ended_by_itself, "exit_code": max(code, 0), "signal": _signal_name(-code) if code < 0 else ""}


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # most real-time signals have none
        return f"signal {number}"


def run(control: socket.socket, settings: WorkerSettings, scratch: Scratch) -> NoReturn:
    """Serve the grader until it hangs up; meanwhile, hold a session and all that it started to their common limits."""
    pid, over = 0, ""
    asked, read = Asked(), None
    folder = Path(settings.scratch) / "submission"
    bounds = metering.Bounds(settings.tree_bytes, settings.processes)
    while True:
        looking = settings.own_pid_namespace and pid and not over
        if not select.select([control], [], [], metering.LOOK_SECONDS if looking else None)[0]:
            over = metering.excess(bounds)
            if over:
                kill_others()
            continue
        data, descriptors, _, _ = socket.recv_fds(control, MAX_COMMAND_BYTES, 2)
        if not data:
            if pid:
                end_session(pid, settings.own_pid_namespace)
            sys.exit(0)
        answer: dict[str, Any]
        command = json.loads(data)
        match command["op"]:
            case "read":
                with open(descriptors[0], encoding="utf-8") as words:
                    asked = Asked.from_words(**json.load(words))
                read = read_ahead(asked, folder, settings.memory_bytes)
                answer = {"read": read is not None}
            case "open":
                connection, output = descriptors
                over = ""
                pid = os.fork()
                if pid == 0:
                    control.close()
                    session.run(socket.socket(fileno=connection), output, settings, asked, read)
                os.close(connection)
                os.close(output)
                answer = {"opened": True}
            case "waited":
                answer = {"waited": waited(pid) if pid else 0.0}
            case "end":
                answer = end_session(pid, settings.own_pid_namespace, command["grace"]) if pid else {}
                answer |= {"over": over, "fresh": _is_restored(scratch)}
                pid = 0
            case other:
                answer = {"error": f"unknown command {other!r}"}
        control.sendall(json.dumps(answer).encode())


def _is_restored(scratch: Scratch) -> bool:
    try:
        scratch.restore()
    except NotRestored:
        return False
    return True


def main() -> NoReturn:
    control = socket.socket(fileno=int(sys.argv[1]))
    settings = WorkerSettings.from_json(sys.argv[2])
    become_untouchable()
    adopt_orphans()
    copy_submission(settings)
    hosted_paths.provide(Path(settings.scratch))
    texts = list(_texts(Path(settings.submission)))
    warm_up({name for text in texts for name in MENTIONS.findall(text)})
    imported = {name for text in texts for name in IMPORTS.findall(text)}
    warm_up_keras(imported, settings.gpu)
    library_data.provide(Path(settings.data))
    if "tensorflow" in imported:
        tensorflow_datasets.make_importable(Path(settings.data))
    forkable.check()
    shared = [Path("/dev/shm")] if settings.own_pid_namespace else []  # noqa: S108 - elsewhere it is everybody's
    scratch = Scratch([Path(settings.scratch), *shared], Path(settings.submission))
    control.sendall(b'{"ready": true}')
    run(control, settings, scratch)


if __name__ == "__main__":
    main()
