"""A change of the grader's own copy of a submission is noticed, whatever it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder.submission import Submission, collect
from autograder.submission.sealing import broken, seal


@pytest.fixture
def submission(tmp_path: Path) -> Submission:
    handed_in = tmp_path / "handed-in"
    (handed_in / "parts").mkdir(parents=True)
    (handed_in / "homework.py").write_text("x = 1\n")
    (handed_in / "parts" / "__init__.py").write_text("")
    return collect(handed_in, tmp_path / "copy")


def test_an_untouched_copy_is_sound(submission: Submission) -> None:
    assert broken(submission, seal(submission)) == ()


def test_a_file_that_became_a_link_is_noticed(submission: Submission, tmp_path: Path) -> None:
    sealed = seal(submission)
    secret = tmp_path / "secret.py"
    secret.write_text("x = 1\n")
    path = submission.folder / "homework.py"
    path.unlink()
    path.symlink_to(secret)
    assert broken(submission, sealed) == ("homework.py",)


def test_a_folder_that_became_a_link_is_noticed(submission: Submission, tmp_path: Path) -> None:
    sealed = seal(submission)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "__init__.py").write_text("")
    (submission.folder / "parts").rename(tmp_path / "moved")
    (submission.folder / "parts").symlink_to(elsewhere)
    assert broken(submission, sealed) == ("parts/__init__.py",)


def test_a_change_under_a_restored_date_is_noticed(submission: Submission) -> None:
    sealed = seal(submission)
    path = submission.folder / "homework.py"
    before = path.stat()
    path.write_text("x = 2\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert broken(submission, sealed) == ("homework.py",)


def test_a_lost_file_is_noticed(submission: Submission) -> None:
    sealed = seal(submission)
    (submission.folder / "homework.py").unlink()
    assert broken(submission, sealed) == ("homework.py",)
