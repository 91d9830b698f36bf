"""A submission is read once, before it is forked, and whoever reads it is not harmed by it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from autograder.worker import loading
from autograder.worker.loading import Asked, read_ahead

MEMORY = 6 * 2**30
DOUBLE = {"double": {"signature": "double(x)"}}


def handed_in(folder: Path, text: str) -> Asked:
    (folder / "homework.py").write_text(text, encoding="utf-8")
    return Asked.from_words(["homework.py"], DOUBLE, {})


def test_what_was_read_answers_without_the_files(tmp_path):
    code = read_ahead(handed_in(tmp_path, "def double(x):\n    return 2 * x\n"), tmp_path, MEMORY)
    (tmp_path / "homework.py").unlink()

    assert code is not None
    assert code.double(4) == 8


def test_nothing_of_a_submission_runs_while_it_is_read(tmp_path):
    text = "open('ran', 'w').close()\n\ndef double(x):\n    return 2 * x\n"

    read_ahead(handed_in(tmp_path, text), tmp_path, MEMORY)

    assert not (tmp_path / "ran").exists()


def test_a_text_that_is_no_python_is_an_error_of_the_code_that_was_read(tmp_path):
    code = read_ahead(handed_in(tmp_path, "def double(x) return 2 * x\n"), tmp_path, MEMORY)

    assert code is not None
    assert [error.line for error in code.errors()] == [1]


def test_a_text_that_ends_its_reader_ends_a_trial_only(tmp_path, monkeypatch):
    monkeypatch.setattr(Asked, "read", lambda asked, folder: os.kill(os.getpid(), signal.SIGKILL))

    assert read_ahead(handed_in(tmp_path, ""), tmp_path, MEMORY) is None


def test_a_text_that_is_read_for_ever_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(loading, "TRIAL_SECONDS", 1)
    monkeypatch.setattr(Asked, "read", lambda asked, folder: time.sleep(600))

    assert read_ahead(handed_in(tmp_path, ""), tmp_path, MEMORY) is None


TOO_LARGE = """
import sys
from pathlib import Path

import psutil

from autograder.worker import session  # with the frameworks, as in a worker
from autograder.worker.loading import Asked, read_ahead

asked = Asked.from_words(["homework.py"], {}, {})
code = read_ahead(asked, Path(sys.argv[1]), psutil.Process().memory_info().data + 100 * 2**20)
print(code is not None and bool(code.errors()))
"""


def test_a_text_too_large_for_a_session_is_an_error_of_the_code_that_was_read(tmp_path):
    """In a process of its own, as a worker is: one that has run many tests has memory that is free and counts as taken."""
    handed_in(tmp_path, "numbers = [" + "0," * 1_000_000 + "]\n")

    read = subprocess.run([sys.executable, "-c", TOO_LARGE, tmp_path], capture_output=True, text=True, check=True)

    assert read.stdout == "True\n"
