"""All that a rubric asks of a submission as a whole."""

from __future__ import annotations

from dataclasses import replace

from autograder.handed_in.gathering import read_pdfs
from autograder.requirements import examine
from autograder.results import Met
from autograder.rubric import Requirement


def test_what_is_asked_is_looked_at_in_the_rubrics_order_and_nothing_else(submitted):
    asked = [
        Requirement(kind="seeds", asked="Seeds are set"),
        Requirement(kind="comments", asked="Comments", least={"share": 0.9}),
    ]
    found = examine(submitted({"hw1.py": "import torch\ntorch.manual_seed(0)  # zero\n"}), asked, {})
    assert [(each.kind, each.asked, each.status) for each in found] == [
        ("seeds", "Seeds are set", Met.MET),
        ("comments", "Comments", Met.UNMET),
    ]


def test_an_assignment_that_asks_for_nothing_gets_nothing(submitted):
    assert examine(submitted({"hw1.py": ""}), (), {}) == ()


def test_hostile_sources_end_in_findings(submitted):
    kinds = ("report", "requirements-file", "comments", "seeds", "notebook-order", "fresh-run")
    asked = [Requirement(kind=kind, asked="?") for kind in kinds]
    files = {
        "deep.py": "x = " + "(" * 5000 + ")" * 5000,
        "long.py": "x = " + "+".join(["1"] * 50_000),
        "nul.py": b"x = 1\0\n",
        "hw1.ipynb": '{"cells": [{"cell_type": "code", "source": ["import ", 3]}], "nbformat": 4, "metadata": {}}',
        "requirements.txt": b"\xff\xfe\x00torch\x00\n" * 100,
        "report.pdf": b"%PDF" + b"\0" * 1000,
    }
    submission = submitted(files)
    found = examine(submission, asked, read_pdfs(submission))
    assert [each.kind for each in found] == list(kinds)
    assert not any("stumbled" in each.found for each in found)


def test_a_source_of_many_megabytes_is_not_parsed(submitted):
    asked = [Requirement(kind=kind, asked="?") for kind in ("comments", "seeds")]
    comments, seeds = examine(
        submitted({"long.py": "x = 1\n" * 500_000, "hw1.py": "import torch  # the library\n"}), asked, {}
    )
    assert "beside 500001 of code" in comments.found
    assert seeds.found == "No seed is set for `torch`."


def test_where_a_look_fails_only_that_requirement_is_left_to_a_person(submitted):
    broken = replace(submitted({"hw1.py": "x = 1  # one\n"}), requirements="gone.txt")
    asked = [Requirement(kind="requirements-file", asked="?"), Requirement(kind="comments", asked="?")]
    gone, there = examine(broken, asked, {})
    assert "stumbled" in gone.found
    assert there.status is Met.MET
