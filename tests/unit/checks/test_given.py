"""Stored arrays for the reference's side lie where the data are, and nowhere else is looked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autograder.checks.given import StoredPaths


def test_those_are_known_whose_paths_are_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    np.save(tmp_path / "digits.npy", np.arange(3))
    np.save(tmp_path / "somebody-elses.npy", np.arange(4))
    monkeypatch.chdir(tmp_path)
    stored = StoredPaths({"mnist/train-images": tmp_path / "digits.npy"})
    assert list(stored) == ["mnist/train-images"]
    assert stored["mnist/train-images"].tolist() == [0, 1, 2]
