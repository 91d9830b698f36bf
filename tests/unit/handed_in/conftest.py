"""Documents as students write them: notebooks made by nbformat, PDF files made by matplotlib."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import nbformat
import nbformat.v4 as v4
import pytest
from matplotlib.backends.backend_pdf import PdfPages

from autograder.handed_in.examples import read_examples
from autograder.handed_in.likeness import Likeness
from autograder.rubric import Rubric, load_rubric
from autograder.submission import Submission, collect


@pytest.fixture(scope="session")
def rubric() -> Rubric:
    return load_rubric(Path(__file__).parents[3] / "rubric" / "hw1.yaml")


@pytest.fixture(scope="session")
def likeness(rubric: Rubric) -> Likeness:
    """What is learned from the assignment's own examples."""
    return Likeness(read_examples(rubric.root / rubric.assignment.answers))


@pytest.fixture
def notebook(tmp_path: Path) -> Callable[..., Path]:
    """Write a notebook of these cells."""

    def write(*cells: Any, name: str = "homework1.ipynb") -> Path:
        path = tmp_path / "handed_in" / name
        path.parent.mkdir(exist_ok=True)
        nbformat.write(v4.new_notebook(cells=list(cells)), path)
        return path

    return write


@pytest.fixture
def pdf(tmp_path: Path) -> Callable[..., Path]:
    """Write a PDF; each page is a list of (size of the letters, text), from the top down."""

    def write(*pages: list[tuple[float, str]], name: str = "report.pdf", plot: bool = False) -> Path:
        path = tmp_path / "handed_in" / name
        path.parent.mkdir(exist_ok=True)
        with PdfPages(path) as file:
            for page in pages:
                figure = plt.figure(figsize=(8.27, 11.69))
                height = 0.95
                for size, text in page:
                    lines = text.count("\n") + 1
                    figure.text(0.1, height, text, fontsize=size, va="top")
                    height -= 0.03 + lines * size * 1.3 / 842
                file.savefig(figure)
                plt.close(figure)
            if plot:
                figure, axes = plt.subplots()
                axes.plot([1, 2, 3])
                file.savefig(figure)
                plt.close(figure)
        return path

    return write


@pytest.fixture
def collected(tmp_path: Path) -> Callable[..., Submission]:
    """Collect what the other fixtures wrote, with these files besides."""

    def run(**files: str | bytes) -> Submission:
        folder = tmp_path / "handed_in"
        folder.mkdir(exist_ok=True)
        for name, content in files.items():
            path = folder / name.replace("__", ".")
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return collect(folder, tmp_path / "collected", name="ada")

    return run
