"""What bubblewrap is told."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from autograder.sandbox import Launch
from autograder.sandbox.bubblewrap import options


@pytest.fixture
def launch(tmp_path: Path) -> Launch:
    return Launch(submission=tmp_path, scratch=tmp_path, probes=tmp_path, data=())


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "torch"
    monkeypatch.setenv("TORCH_HOME", str(folder))
    return folder


def test_pre_trained_weights_of_this_machine_are_shown_read_only(cache: Path, launch: Launch) -> None:
    weights = cache / "hub" / "checkpoints"
    weights.mkdir(parents=True)
    (weights / "resnet18-f37072fd.pth").touch()
    words = options(launch)
    assert ("--ro-bind", str(weights / "resnet18-f37072fd.pth")) in pairwise(words)
    home = words[words.index("TORCH_HOME") + 1]
    assert f"{home}/hub/checkpoints/resnet18-f37072fd.pth" in words


def test_the_folder_of_the_weights_stays_writable_so_that_a_missing_file_is_a_failed_download(
    cache: Path, launch: Launch
) -> None:
    weights = cache / "hub" / "checkpoints"
    weights.mkdir(parents=True)
    words = options(launch)
    assert str(weights) not in words


def test_without_such_weights_nothing_is_shown(cache: Path, launch: Launch) -> None:
    words = options(launch)
    assert not any(str(cache) in word for word in words)


def test_the_environment_holds_no_credentials(launch: Launch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "hunter2")
    words = options(launch)
    assert "--clearenv" in words
    assert "hunter2" not in words
