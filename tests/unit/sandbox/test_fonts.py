"""The list of fonts by which matplotlib starts at once in a sandbox."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import matplotlib
import platformdirs
import pytest
from matplotlib import font_manager

from autograder.sandbox.fonts import SYSTEM, font_list


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda _: tmp_path / "cache")
    font_list.cache_clear()
    yield tmp_path / "cache"
    font_list.cache_clear()


def test_matplotlib_takes_the_list_for_its_own(cache: Path, tmp_path: Path) -> None:
    listed = font_list()
    assert listed is not None
    home = tmp_path / "home"
    home.mkdir()
    (home / listed.name).write_bytes(listed.read_bytes())
    asks = "import logging; logging.basicConfig(level='DEBUG'); import matplotlib.font_manager"
    done = subprocess.run(
        [sys.executable, "-c", asks],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"MPLCONFIGDIR": str(home)},
    )
    assert f"Using fontManager instance from {home / listed.name}" in done.stderr


def test_it_names_no_font_that_only_the_grading_person_has(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private = font_manager.FontEntry(fname=str(tmp_path / "private.ttf"), name="Private")
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [*font_manager.fontManager.ttflist, private], raising=True)
    listed = font_list()
    assert listed is not None
    fonts = font_manager.json_load(listed).ttflist
    assert fonts
    assert all(font.fname.startswith((matplotlib.get_data_path(), SYSTEM)) for font in fonts)


def test_it_is_made_once_and_can_be_read_by_others(cache: Path) -> None:
    first = font_list()
    assert first is not None
    made = first.stat().st_mtime_ns
    font_list.cache_clear()
    assert font_list() == first
    assert first.stat().st_mtime_ns == made
    assert first.stat().st_mode & 0o777 == 0o644
    assert list(first.parent.iterdir()) == [first]


def test_where_nothing_can_be_kept_there_is_none(cache: Path) -> None:
    cache.write_text("a file where the folder would be")
    assert font_list() is None
