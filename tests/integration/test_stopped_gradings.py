"""A grading that is stopped, by Ctrl-C or by a cluster: it ends with all that it had started, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from autograder.lanes import PROGRAM

SLOW = """
    import time

    def halve(x):
        time.sleep(30)
        return x / 2

    def quarter(x):
        return halve(x) / 2
"""


@pytest.mark.parametrize(("number", "cores"), [(signal.SIGINT, 1), (signal.SIGTERM, 2)])
def test_a_grading_that_is_stopped_leaves_no_process_and_no_folder(assignment, submit, tmp_path, number, cores):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    words = ["grade", submit(SLOW, "ada"), "--sandbox", "none", "--cores", cores, "--out", tmp_path / "out"]
    grading = subprocess.Popen(
        [sys.executable, "-m", "autograder.cli", *map(str, words)],
        cwd=assignment,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2]), "TMPDIR": str(scratch)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # as in a terminal
    )
    started = _sessions_and_lanes(grading, cores)

    grading.send_signal(number)

    _, told = grading.communicate(timeout=60)
    assert grading.returncode == 130
    assert "Traceback" not in told
    assert not psutil.wait_procs(started, timeout=10)[1]
    assert list(scratch.iterdir()) == []


def _sessions_and_lanes(grading: subprocess.Popen[str], cores: int) -> list[psutil.Process]:
    """All processes of a grading, as soon as a function of the submission is at work."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        below = psutil.Process(grading.pid).children(recursive=True)
        lanes = [process for process in below if any(PROGRAM in word for word in _words(process))]
        asked = [process for process in below if _is_a_session(process)]
        if len(lanes) == cores - 1 and asked:
            return below
        assert grading.poll() is None, grading.communicate()
        time.sleep(0.1)
    raise AssertionError(f"no function of the submission was called: {below}")


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def _is_a_session(process: psutil.Process) -> bool:
    """Forked by a nursery: a session that answers a question."""
    try:
        parent = process.parent()
        return parent is not None and any("autograder.worker.nursery" in word for word in parent.cmdline())
    except psutil.Error:
        return False
