"""What a session leaves in its folders is gone before the next, and what it took is there again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder.worker import scratch as clearing
from autograder.worker.scratch import NotRestored, Scratch


@pytest.fixture
def original(tmp_path: Path) -> Path:
    folder = tmp_path / "original"
    (folder / "parts").mkdir(parents=True)
    (folder / "homework.py").write_text("x = 1\n")
    (folder / "parts" / "data.txt").write_text("1 2 3\n")
    return folder


@pytest.fixture
def place(tmp_path: Path, original: Path) -> Path:
    folder = tmp_path / "scratch"
    (folder / "submission" / "parts").mkdir(parents=True)
    for name in ("homework.py", "parts/data.txt"):
        (folder / "submission" / name).write_bytes((original / name).read_bytes())
    (folder / ".fonts").mkdir()
    (folder / ".fonts" / "list.json").write_text("[]")
    (folder / "link").symlink_to(original)
    return folder


@pytest.fixture
def scratch(place: Path, original: Path) -> Scratch:
    return Scratch([place], original)


def shape(place: Path) -> dict[str, str]:
    return {
        str(path.relative_to(place)): path.read_text() if path.is_file() else ""
        for path in sorted(place.rglob("*"))
        if not path.is_symlink()
    }


def test_what_nobody_touched_stays_the_very_same(scratch: Scratch, place: Path) -> None:
    before = (place / "submission" / "homework.py").stat()
    scratch.restore()
    assert (place / "submission" / "homework.py").stat().st_ino == before.st_ino


def test_everything_is_as_it_was(scratch: Scratch, place: Path, original: Path) -> None:
    before = shape(place)
    (place / "submission" / "homework.py").write_text("x = 2\n")
    (place / "submission" / "parts" / "data.txt").unlink()
    (place / ".fonts" / "list.json").write_text("[1]")
    (place / "deep" / "er").mkdir(parents=True)
    (place / "deep" / "er" / "note").write_text("for the next")
    (place / "link").unlink()
    os.mkfifo(place / "pipe")
    scratch.restore()
    assert shape(place) == before
    assert (place / "link").readlink() == original
    assert not (place / "pipe").exists()


def test_a_folder_that_was_closed_to_its_owner_is_cleared_too(scratch: Scratch, place: Path) -> None:
    before = shape(place)
    (place / "closed" / "in").mkdir(parents=True)
    (place / "closed" / "in").chmod(0)
    (place / "closed").chmod(0)
    (place / "submission").chmod(0o500)
    scratch.restore()
    assert shape(place) == before
    assert (place / "submission").stat().st_mode & 0o200


def test_a_link_to_a_folder_is_cleared_and_not_followed(scratch: Scratch, place: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    (place / "way out").symlink_to(elsewhere)
    scratch.restore()
    assert (elsewhere / "kept").exists()
    assert not (place / "way out").is_symlink()


def test_a_change_under_a_restored_date_is_found(scratch: Scratch, place: Path) -> None:
    path = place / "submission" / "homework.py"
    before = path.stat()
    path.write_text("x = 2\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    scratch.restore()
    assert path.read_text() == "x = 1\n"


def test_too_many_files_are_left_to_a_new_sandbox(
    scratch: Scratch, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clearing, "MOST_ENTRIES", 20)
    for number in range(30):
        (place / str(number)).touch()
    with pytest.raises(NotRestored):
        scratch.restore()


def test_folders_too_deep_to_clear_are_left_to_a_new_sandbox(scratch: Scratch, place: Path) -> None:
    here = os.getcwd()
    try:
        os.chdir(place)
        for _ in range(3_000):
            os.mkdir("d")
            os.chdir("d")
        with pytest.raises(NotRestored):
            scratch.restore()
    finally:
        for _ in range(3_000):
            os.chdir("..")
            os.rmdir("d")
        os.chdir(here)
