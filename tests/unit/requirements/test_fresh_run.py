"""What is run from start to end, and how its end is told."""

from __future__ import annotations

import pytest

from autograder.requirements.fresh_run import look, to_run, was_run
from autograder.results import Met, RequirementResult
from autograder.sandbox.whole import End, WholeRun
from autograder.worker.binding.sources import read


def test_where_nobody_asked_for_it_nothing_is_judged():
    found = look(None)
    assert found.status is Met.UNSEEN
    assert "--run-all" in found.found


def test_a_result_tells_whether_such_a_run_was_made():
    for runs, made in ((None, False), ([], True), ([WholeRun("a.py", End.BUDGET, 9)], True)):
        found = look(runs)
        kept = RequirementResult(kind="fresh-run", asked="?", status=found.status, found=found.found)
        assert was_run([kept]) is made


def test_a_run_to_the_end_is_met():
    assert look([WholeRun("hw1.ipynb", End.FINISHED, 12.3)]).found == "hw1.ipynb ran to the end in 12.3 s."


def test_a_stop_is_told_with_its_place_and_the_students_error():
    run = WholeRun("hw1.ipynb", End.STOPPED, 3, "code cell 3 of 9, line 2", "NameError: name 'x'", "File ...")
    found = look([run])
    assert found.status is Met.UNMET
    assert found.found == "hw1.ipynb stopped at code cell 3 of 9, line 2: NameError: name 'x'."
    assert found.traceback == "File ..."


def test_a_scripts_own_name_is_not_said_twice():
    run = WholeRun("main.py", End.STOPPED, 3, "main.py:7", "ValueError: no")
    assert look([run]).found == "main.py stopped at line 7: ValueError: no."


def test_a_missing_library_is_told_as_the_machines_lack():
    run = WholeRun("a.py", End.STOPPED, 1, "a.py:1", "ModuleNotFoundError: No module named 'torchinfo'")
    assert "not installed on the grading machine" in look([run]).advice


def test_the_end_of_the_budget_judges_nobody():
    runs = [WholeRun("a.ipynb", End.BUDGET, 60, "code cell 5 of 9"), WholeRun("b.ipynb", End.BUDGET, 0)]
    found = look(runs)
    assert found.status is Met.UNSEEN
    assert "still running in code cell 5 of 9" in found.found
    assert found.details == ("b.ipynb was not run: those before it had used up the time",)


def test_the_lack_of_a_network_judges_nobody():
    run = WholeRun(
        "a.ipynb", End.STOPPED, 9, "code cell 2 of 9", "URLError: <urlopen error [Errno -3] Temporary failure>"
    )
    found = look([run])
    assert (found.status, "without a network" in found.advice) == (Met.UNSEEN, True)


def test_one_that_stops_counts_for_all():
    runs = [WholeRun("a.py", End.FINISHED, 1), WholeRun("b.py", End.DIED, 1, "", "It was killed.")]
    found = look(runs)
    assert (found.status, found.found) == (Met.UNMET, "b.py ended too early. It was killed.")
    assert found.details == ("a.py ran to the end in 1.0 s",)


@pytest.mark.parametrize(
    ("code", "runs"),
    [
        ("import torch\ndef f(): pass\nclass A: pass\nDEVICE = torch.device('cpu')", False),
        ("import torch\ntorch.manual_seed(0)\nplt.style.use('ggplot')\nwarnings.filterwarnings('ignore')", False),
        ("if __name__ == '__main__':\n    main()", True),
        ("def main(): pass\nmain()", True),
        ("for epoch in range(3):\n    train()", True),
        ("try:\n    import keras\nexcept ImportError:\n    keras = None", False),
        ("def f(:", True),
    ],
)
def test_scripts_that_only_define_are_not_run(submitted, code, runs):
    submission = submitted({"a.py": code})
    assert to_run([read(submission.folder, path) for path in submission.sources]) == ["a.py"] * runs
