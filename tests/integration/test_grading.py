"""From a submission to a result, on a small assignment: what each kind of submission gets, and what it is told."""

from __future__ import annotations

import shutil
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.checking import GradingError
from autograder.checks.case import Attempt
from autograder.checks.settings import Settings
from autograder.grading import grade
from autograder.report.mending import mends
from autograder.results import ItemResult, Met, Result, Status
from autograder.rubric import Requirement, load_rubric
from autograder.rubric.model import RunWhole
from autograder.sandbox import Kind
from autograder.worker.clock import PATIENCE

RIGHT = """
    def halve(x):
        return x / 2

    def quarter(x):
        return halve(x) / 2
"""


@pytest.fixture
def graded(assignment: Path) -> Callable[..., Result]:
    def run(path: Path, profile: str = "standard") -> Result:
        return grade(path, load_rubric(assignment / "rubric" / "small.yaml"), Settings(profile, Kind.NONE, threads=1))

    return run


def item(result: Result, id: str) -> ItemResult:
    return next(entry for entry in result.items if entry.id == id)


def test_a_right_submission_earns_all_but_what_a_person_decides(graded, submit):
    result = graded(submit(RIGHT))
    assert (result.score, result.max_score, result.awaiting_review, result.unchecked) == (3, 4, 1, 0)
    assert [entry.status for entry in result.items] == [Status.PASSED] * 3 + [Status.REVIEW]
    assert item(result, "A.halve").checks[0].facts[0].found == "1"


def test_the_reference_is_a_right_submission(graded, assignment):
    assert graded(assignment / "solutions").score == 3


def test_the_report_says_which_name_was_bound_to_what(graded, submit):
    result = graded(submit("def half(x): return x / 2\ndef quarter(x): return half(half(x))"))
    bindings = {binding.function: binding for binding in result.bindings}
    assert "half" in bindings["halve"].bound_to
    assert "alias" in bindings["halve"].how
    assert result.score == 3


def test_a_student_says_which_function_is_which(graded, submit):
    submission = submit("def h(x): return x / 2\ndef quarter(x): return x / 4")
    (submission / "autograder.toml").write_text('[functions]\nhalve = "homework.py:h"\n')
    result = graded(submission)
    (binding,) = [each for each in result.bindings if each.function == "halve"]
    assert (result.score, binding.sure, binding.target) == (3, "certain", "homework.py:h")
    assert binding.how == "named by autograder.toml, [functions] halve"


def test_a_typo_in_a_students_mapping_is_told_with_file_and_key(graded, submit):
    submission = submit(RIGHT)
    (submission / "autograder.toml").write_text('[functions]\nhalv = "h"\nquarter = "quarterr"\n[function]\n')
    result = graded(submission)
    assert "autograder.toml, [functions]: `halv` is not a function of this assignment; did you mean 'halve'?" in (
        result.submission.notes
    )
    assert "autograder.toml: `[function]` is not known; did you mean 'functions'?" in result.submission.notes
    message = item(result, "A.quarter").message
    assert "autograder.toml, [functions] quarter names `quarterr`, which is not there." in message
    assert "Did you mean `homework.py:quarter`?" in message


def test_work_that_no_check_can_call_is_left_to_a_person_and_earns_nothing(graded, submit):
    result = graded(submit("def halve(x): return x / 2\nfor number in [8, 4]:\n    print('a quarter:', number / 4)"))
    quarter = item(result, "A.quarter")
    assert (quarter.status, quarter.points, result.score, result.awaiting_review) == (Status.REVIEW, 0, 2, 2)
    assert "`quarter(x)`" in quarter.message
    assert "homework.py line 2 (`for number in [8, 4]:`)" in quarter.message


def test_where_nothing_shows_the_work_it_stays_missing(graded, submit):
    result = graded(submit("def halve(x): return x / 2\nprint('no quarter was asked for')"))
    assert item(result, "A.quarter").status is Status.MISSING
    assert result.awaiting_review == 1


def test_what_was_run_and_what_was_left_out_is_told(graded, submit):
    result = graded(submit("TWO = 2\ndef halve(x): return x / TWO\nprint('hello')\nwhile True: pass"))
    told = [(line.place, line.text, line.reason) for line in result.loading]
    assert told == [
        ("homework.py line 1", "TWO = 2", ""),
        ("homework.py line 2", "def halve(x): return x / TWO", ""),
        ("homework.py line 3", "print('hello')", "a call that defines nothing"),
        ("homework.py line 4", "while True: pass", "nothing that was asked for depends on it"),
    ]


def test_a_planted_bug_is_named_with_its_mend(graded, submit):
    result = graded(submit("def halve(x): return 2 * x\ndef quarter(x): return x / 4"))
    assert item(result, "A.halve").status is Status.FAILED
    (named,) = item(result, "A.halve").checks[0].diagnosis
    assert (named.bug, named.mend) == ("halve.doubles", "Divide.")
    assert item(result, "A.halve").hint == "Divide by two."


def test_a_bug_that_shows_on_one_input_only_is_named_there(graded, submit):
    result = graded(submit("def halve(x): return float(int(x) >> 1)\ndef quarter(x): return x / 4"))
    assert item(result, "A.halve").status is Status.PASSED
    assert item(result, "A.secret").checks[0].diagnosis[0].bug == "halve.floors"


def test_looking_for_the_bugs_name_takes_nothing_of_the_checks_own_time(graded, submit, monkeypatch):
    def slowly(*_: object) -> tuple[()]:
        time.sleep(3.5)
        return ()

    monkeypatch.setattr("autograder.checks.naming.name_bugs", slowly)
    monkeypatch.setattr("autograder.checks.plugin.GRADER_MARGIN", 3 - PATIENCE * 6)  # leaves 3 seconds to the check
    result = graded(submit("def halve(x): return 2 * x"), profile="quick")
    assert item(result, "A.halve").status is Status.FAILED


def test_a_failure_in_looking_for_the_bugs_name_is_noted_and_costs_nothing_else(graded, submit, monkeypatch):
    def broken(*_: object) -> None:
        raise ZeroDivisionError("in the grader")

    monkeypatch.setattr("autograder.checks.naming.name_bugs", broken)
    result = graded(submit("def halve(x): return 2 * x"), profile="quick")
    assert item(result, "A.halve").status is Status.FAILED
    assert any("test_numbers_are_halved" in note for note in result.submission.notes)


def test_a_wrong_answer_that_no_known_bug_gives_is_not_named(graded, submit):
    result = graded(submit("def halve(x): return x / 3\ndef quarter(x): return x / 4"))
    assert item(result, "A.halve").checks[0].diagnosis == ()
    assert "0.6667" in item(result, "A.halve").message


def test_one_bug_costs_once(graded, submit):
    result = graded(submit("def halve(x): return 2 * x\ndef quarter(x): return halve(halve(x))"))
    assert item(result, "A.quarter").status is Status.PASSED
    assert "reference's `halve`" in item(result, "A.quarter").checks[0].facts[0].found


def test_no_name_is_looked_for_where_another_functions_bug_excuses_a_check(graded, submit, monkeypatch):
    searched = []

    def noting(attempt: Attempt, *_: object) -> tuple[()]:
        searched.append(attempt.check.name)
        return ()

    monkeypatch.setattr("autograder.checks.naming.bugs_behind", noting)
    graded(submit("def halve(x): return 2 * x\ndef quarter(x): return halve(halve(x))"))
    assert searched == ["test_numbers_are_halved", "test_odd_numbers"]


def test_a_bug_beside_another_functions_bug_is_named_after_the_second_chance(graded, submit):
    result = graded(submit("def halve(x): return 2 * x\ndef quarter(x): return halve(x)"))
    named = item(result, "A.quarter").checks[0].diagnosis
    assert [bug.bug for bug in named] == ["halve.doubles", "quarter.halves"]


@pytest.fixture
def drawing(assignment: Path, tmp_path: Path) -> Path:
    """The small assignment with a check that draws its input."""
    root = Path(shutil.copytree(assignment, tmp_path / "drawing"))
    (root / "tests" / "asking").mkdir()
    (root / "tests" / "asking" / "__init__.py").write_text("def number(secret):\n    return float(secret + 3)\n")
    checks = root / "tests" / "public" / "test_small.py"
    text = checks.read_text().replace("x=8.0", "x=material").replace('"`quarter(8)`"', 'f"`quarter({material})`"')
    checks.write_text(text.replace("quartered(student, ", "quartered(student, material, "))
    rubric = root / "rubric" / "small.yaml"
    rubric.write_text(rubric.read_text().replace("  bugs:", "  material: asking:number\n  bugs:"))
    return rubric


def test_a_check_asks_with_what_the_assignment_draws_from_the_secret(drawing, submit):
    folder = submit("def halve(x): return x / 2\ndef quarter(x): return 2.0")
    outcomes = {}
    for secret in (5, 9):
        settings = Settings("quick", Kind.NONE, threads=1, secret=secret)
        outcomes[secret] = grade(folder, load_rubric(drawing), settings)
    assert item(outcomes[5], "A.quarter").status is Status.PASSED  # a quarter of 8
    assert "`quarter(12.0)` is 2; 3 was expected." in item(outcomes[9], "A.quarter").message
    assert [result.secret for result in outcomes.values()] == [5, 9]


def test_a_bug_is_named_whatever_the_secret(drawing, submit):
    folder = submit("def halve(x): return x / 2\ndef quarter(x): return x / 2")
    for secret in (5, 9):
        result = grade(folder, load_rubric(drawing), Settings("quick", Kind.NONE, threads=1, secret=secret))
        assert [bug.bug for bug in item(result, "A.quarter").checks[0].diagnosis] == ["quarter.halves"]


def test_two_assignments_whose_checks_have_the_same_names_are_kept_apart(graded, assignment, submit, tmp_path):
    assert item(graded(submit(RIGHT)), "A.quarter").status is Status.PASSED
    other = shutil.copytree(assignment, tmp_path / "other")
    checks = other / "tests" / "public" / "test_small.py"
    checks.write_text(
        checks.read_text().replace("reference.ask(asks.quarter, x=8.0)", "reference.ask(asks.quarter, x=4.0)")
    )
    settings = Settings("standard", Kind.NONE, threads=1)
    result = grade(tmp_path / "student", load_rubric(other / "rubric" / "small.yaml"), settings)
    assert item(result, "A.quarter").status is Status.FAILED


def test_what_a_person_would_have_to_look_at_only_for_another_functions_bug_is_settled(assignment, submit, tmp_path):
    copy = shutil.copytree(assignment, tmp_path / "assignment")
    checks = copy / "tests" / "public" / "test_small.py"
    checks.write_text(
        checks.read_text().replace(
            'expect_close(found, reference.ask(asks.quarter, x=8.0), "`quarter(8)`")',
            "if found != 2:\n        raise NeedsReview('strange')",
        )
    )
    checks.write_text(checks.read_text().replace("import expect_close", "import NeedsReview, expect_close"))
    rubric, settings = load_rubric(copy / "rubric" / "small.yaml"), Settings("standard", Kind.NONE, threads=1)

    def status(text: str, name: str) -> Status:
        return item(grade(submit(text, name), rubric, settings), "A.quarter").status

    assert status("def halve(x): return 2 * x\ndef quarter(x): return halve(halve(x))", "excused") is Status.PASSED
    assert status("def halve(x): return x / 2\ndef quarter(x): return x / 3", "strange") is Status.REVIEW


def test_two_bugs_cost_twice(graded, submit):
    result = graded(submit("def halve(x): return 2 * x\ndef quarter(x): return halve(x)"))
    assert item(result, "A.quarter").status is Status.FAILED


def test_what_the_quick_profile_does_not_look_at_is_left_open(graded, submit):
    result = graded(submit(RIGHT), "quick")
    assert item(result, "A.secret").status is Status.UNCHECKED
    assert (result.score, result.unchecked) == (2, 1)


def test_a_missing_function_is_told_with_the_nearest_name(graded, submit):
    result = graded(submit("def halves(x): return x / 2"))
    assert item(result, "A.halve").status is Status.MISSING
    assert "halves" in item(result, "A.halve").message
    assert item(result, "A.quarter").status is Status.MISSING
    assert result.score == 0


def test_a_syntax_error_costs_its_file_and_is_told_with_its_line(graded, submit):
    result = graded(submit(broken="def halve(x)\n    return x / 2\n", fine="def quarter(x):\n    return x / 4\n"))
    assert item(result, "A.quarter").status is Status.PASSED
    assert item(result, "A.halve").status is Status.MISSING
    assert item(result, "A.halve").message == "See broken.py, which can't be read."
    (first, *_) = mends(result)
    assert first.cause == "broken.py can't be read: line 1 lacks a colon: `def halve(x)`."
    assert (first.where, first.points) == ("broken.py, line 1", 2.0)
    assert [each.id for each in first.items] == ["A.halve", "A.secret"]  # all that need `halve`


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("return None", "None"),
        ("return float('nan')", "NaN"),
        ("return [x, x]", "shape"),
        ("return 'a text'", "numbers were expected"),
        ("return lambda: x", "function"),
    ],
)
def test_a_wrong_return_value_is_told_as_what_it_is(graded, submit, body, told):
    result = graded(submit(f"def halve(x): {body}\ndef quarter(x): return x / 4"))
    assert item(result, "A.halve").status is Status.FAILED
    assert told in item(result, "A.halve").message
    assert item(result, "A.quarter").status is Status.PASSED


def test_an_endless_loop_costs_its_own_items(graded, submit):
    result = graded(submit("def halve(x):\n    while True: pass\ndef quarter(x): return x / 4"), "quick")
    assert item(result, "A.halve").status is Status.TIMEOUT
    assert item(result, "A.quarter").status is Status.PASSED


def test_an_exit_costs_its_own_items(graded, submit):
    result = graded(submit("import sys\ndef halve(x): sys.exit()\ndef quarter(x): return x / 4"))
    assert item(result, "A.halve").status is Status.ERROR
    assert "sys.exit" in item(result, "A.halve").message
    assert item(result, "A.quarter").status is Status.PASSED


def test_an_error_is_told_with_the_students_line(graded, submit):
    result = graded(submit("def halve(x):\n    return x / 0\ndef quarter(x): return x / 4"))
    check = item(result, "A.halve").checks[0]
    assert check.status is Status.ERROR
    assert "ZeroDivisionError" in check.message
    assert 'File "homework.py", line 2, in halve' in check.traceback
    assert "autograder" not in check.traceback


def test_what_the_code_printed_is_shown_with_a_lost_check(graded, submit):
    result = graded(submit("def halve(x):\n    print('half of', x)\n    return 0\ndef quarter(x): return x / 4"))
    assert "half of 2.0" in item(result, "A.halve").checks[0].output


def test_what_is_asked_of_the_submission_as_a_whole_is_in_the_result_and_costs_nothing(assignment, submit):
    asked = (Requirement(kind="seeds", asked="Seeds"), Requirement(kind="fresh-run", asked="It runs"))
    rubric = load_rubric(assignment / "rubric" / "small.yaml")
    run = rubric.assignment.model_copy(update={"run": RunWhole(judges="judges")})
    rubric = rubric.model_copy(update={"requirements": asked, "assignment": run})
    code = "import torch\ndef halve(x): return x / 2\ndef quarter(x): return x / 4\nprint(halve(undefined))\n"
    settings = Settings("standard", Kind.NONE, threads=1)
    result = grade(submit(code), rubric, settings)
    seeds, whole = result.requirements
    assert (seeds.kind, seeds.asked, seeds.status) == ("seeds", "Seeds", Met.UNMET)
    assert whole.found == "homework.py stopped at homework.py, line 4: NameError: name 'undefined' is not defined."
    assert 'File "homework.py", line 4' in whole.traceback
    assert result.score == 3


def test_a_zip_is_graded_like_its_folder(graded, submit, tmp_path):
    folder = submit(RIGHT)
    archive = tmp_path / "student.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.write(folder / "homework.py", "work/homework.py")
    one, other = graded(folder), graded(archive)
    assert one.score == other.score == 3
    assert one.submission.sha256 == other.submission.sha256


def test_an_unreadable_archive_is_a_result_with_a_reason(graded, tmp_path):
    archive = tmp_path / "broken.zip"
    archive.write_bytes(b"PK\x03\x04 and then nothing")
    result = graded(archive)
    assert result.score == 0
    reason, what_to_do = result.problem.splitlines()
    assert "cut off or damaged" in reason
    assert "hand it in again" in what_to_do
    assert all(entry.status is Status.UNCHECKED for entry in result.items)
    assert (result.unchecked, result.awaiting_review) == (0, 0)
    assert result.submission.files == ("broken.zip",)


def test_an_empty_folder_is_a_result_with_a_reason(graded, tmp_path):
    (tmp_path / "empty").mkdir()
    result = graded(tmp_path / "empty")
    assert (result.score, bool(result.problem)) == (0, True)


def test_the_same_submission_gets_the_same_result_again(graded, submit):
    folder = submit(RIGHT)
    first, second = graded(folder), graded(folder)
    assert [entry.points for entry in first.items] == [entry.points for entry in second.items]
    assert first.submission == second.submission


def test_documents_are_laid_beside_what_a_person_decides(graded, submit):
    folder = submit(RIGHT)
    table = "| way | accuracy |\n|---|---|\n| shifting | 0.5 |\n| dividing | 1.0 |\n"
    answer = "Dividing performed better than shifting. It keeps what is odd."
    (folder / "answers.md").write_text(f"# A: Halving\n\n{table}\n## Explanation\n\n{answer}\n")
    (folder / "report.pdf").write_bytes(b"no PDF at all")
    result = graded(folder)
    found = item(result, "A.why").answer
    assert found is not None
    assert (found.text, found.sentences, found.asked) == (answer, 2, (1, 2))
    assert (found.place, found.questions) == ("answers.md line 10", ())
    assert item(result, "A.why").message == "2 sentences found in answers.md line 10; 1 to 2 are asked for."
    (held,) = result.handed_in
    assert held.figures[0].found == "dividing 1, shifting 0.5; dividing is ahead by 0.5"
    assert {each.file: each.problem for each in result.documents}[
        "report.pdf"
    ] == "it could not be read: it is not a PDF file"
    assert (result.score, result.awaiting_review) == (3, 1)


def test_a_submission_that_replaces_a_file_of_the_graders_copy_by_a_link_gets_no_report(graded, submit, tmp_path):
    secret = tmp_path / "secret.py"
    secret.write_text("PASSWORD = 1")
    code = f"""
        import json, os

        def halve(x):
            with open(f"/proc/{{os.getppid()}}/cmdline") as words:
                settings = json.loads(words.read().rstrip(chr(0)).split(chr(0))[-1])
            copy = settings["submission"] + "/homework.py"
            os.remove(copy)
            os.symlink({str(secret)!r}, copy)
            return x * 2
        """
    with pytest.raises(GradingError, match=r"changed the grader's own copy of student \(homework\.py\)"):
        graded(submit(code))
