"""Collected submissions, made from the text of their files."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from autograder.submission import Submission, collect


@pytest.fixture
def submitted(tmp_path: Path) -> Callable[[Mapping[str, str | bytes]], Submission]:
    """Collect a submission of these files, by their names."""

    def build(files: Mapping[str, str | bytes]) -> Submission:
        for name, content in files.items():
            path = tmp_path / "handed in" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(textwrap.dedent(content).encode() if isinstance(content, str) else content)
        return collect(tmp_path / "handed in", tmp_path / "collected")

    return build


@pytest.fixture
def notebook() -> Callable[..., str]:
    """A notebook as JSON: code as text, or whole cells."""

    def build(*cells: str | dict[str, Any]) -> str:
        plain = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
        whole = [{**plain, "source": cell} if isinstance(cell, str) else {**plain, **cell} for cell in cells]
        for cell in whole:
            if cell["cell_type"] == "markdown":
                del cell["outputs"], cell["execution_count"]
        return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": whole})

    return build
