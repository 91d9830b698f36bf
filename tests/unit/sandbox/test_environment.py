"""The environment variables of student code."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.sandbox.environment import torch_home


def test_pre_trained_weights_are_where_torch_is_told_to_keep_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    assert torch_home() == tmp_path


def test_they_are_in_the_users_cache_unless_torch_is_told_otherwise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("TORCH_HOME", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert torch_home() == tmp_path / "torch"
