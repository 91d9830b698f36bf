from __future__ import annotations

from pathlib import Path

from autograder.cli.release import told


def test_files_on_top_are_named_and_those_below_counted() -> None:
    files = ["README.md", "homework1.ipynb", "autograder_checks/a.py", "autograder_checks/rubric/b.yaml", "data/x.npy"]
    assert told(Path("kit"), files) == [
        "kit/README.md",
        "kit/homework1.ipynb",
        "kit/autograder_checks/  2 files",
        "kit/data/  1 file",
        "5 files are in kit.",
    ]
