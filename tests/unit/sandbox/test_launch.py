"""How a worker is started."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.sandbox import Launch
from autograder.sandbox.launch import bare


def test_bare_code_finds_the_weights_where_torch_keeps_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    _, environment = bare(Launch(submission=tmp_path, scratch=tmp_path, probes=tmp_path, data=()))
    assert environment["TORCH_HOME"] == str(tmp_path / "torch")
