from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from autograder.report import print_result
from autograder.report.wording import LABELS
from autograder.results import Result, Status
from tests.unit.report.sample_results import (
    a_check,
    a_failed_item,
    a_result,
    an_item,
    partly_failing_homework,
)


def printed(result: Result, *, width: int = 80, encoding: str = "utf-8", terminal: bool = False) -> str:
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="")
    console = Console(file=file, width=width, force_terminal=terminal, color_system="standard" if terminal else None)
    print_result(result, console)
    file.seek(0)
    return file.read()


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("width", [60, 80, 200])
def test_no_line_is_wider_than_the_console_or_than_is_easily_read(width: int) -> None:
    lines = printed(partly_failing_homework(), width=width).splitlines()
    assert max(map(cell_len, lines)) <= min(width, 100)


def test_items_stand_under_their_part_with_sign_word_and_points() -> None:
    lines = [words(line) for line in printed(partly_failing_homework()).splitlines()]
    part = lines.index("1A: MLP implementation 2 / 3")
    assert lines[part + 1] == "✓ passed Working MLP implementation 1.5 / 1.5"
    assert lines[part + 2] == "◐ partial Training reaches the accuracy 0.5 / 1.5"


def test_recognised_bugs_are_named_with_cause_mend_and_place() -> None:
    text = words(printed(partly_failing_homework()))
    assert "1. Gradients accumulate: `optimizer.zero_grad()` is missing." in text
    assert "Call `optimizer.zero_grad()` before `loss.backward()` in every step." in text
    assert "homework1.ipynb, cell 4, line 7, 4 points lost" in text


def test_causes_that_no_known_bug_explains_are_listed_too_as_on_the_page() -> None:
    named = a_failed_item(id="a", message="dear", max_points=3.0)
    text = words(printed(a_result(named, a_failed_item(id="b", message="cheap", hint="Do this.", max_points=0.5))))
    _, heading, listed = text.partition("What to fix first")
    assert heading
    assert listed.startswith(" 1. dear")
    assert "2. cheap Do this. 0.5 points lost" in listed
    assert "What to fix first" not in printed(a_result(an_item()))


def test_the_error_of_the_students_code_is_shown() -> None:
    assert "IndexError: index 10 is out of bounds" in words(printed(partly_failing_homework()))


def test_requirements_are_told_with_what_was_found_and_what_to_do() -> None:
    text = words(printed(partly_failing_homework()))
    assert "✗ not met A requirements.txt file with all dependencies requirements.txt does not cover 1 of the 4" in text
    assert "add the line `scikit-learn`" in text
    assert "Add the lines, then try `pip install -r requirements.txt`" in text
    assert "x + 1 NameError: name 'x' is not defined" in text
    assert "– not looked at A PDF report Nobody asked. but one is there" in text


def test_where_a_requirement_is_met_its_details_are_left_to_the_page() -> None:
    text = words(printed(partly_failing_homework()))
    assert "✓ met Reproducible code Seeds are set for `torch`." in text
    assert "torch.manual_seed(0)" not in text


def test_an_assignment_without_requirements_has_no_heading_for_them() -> None:
    assert "requirements" not in printed(a_result(an_item()))


def test_a_long_traceback_keeps_its_end() -> None:
    traceback = "\n".join(f"frame {number}" for number in range(100))
    item = a_failed_item(status=Status.ERROR, checks=(a_check(traceback=traceback),))
    text = printed(a_result(item))
    assert "frame 99" in text
    assert "frame 3\n" not in text


def test_the_last_line_gives_the_score_and_what_is_still_open() -> None:
    text = words(printed(partly_failing_homework()))
    assert text.endswith(
        "Score: 8 of 18 points; bonus 0 of 2; 1 point awaiting manual grading; "
        "1 point not looked at by profile standard (1 min 11 s)"
    )


def test_a_problem_is_printed() -> None:
    text = printed(a_result(a_failed_item(title="Working MLP"), problem="The archive is empty."))
    assert "The archive is empty." in text
    assert "Working MLP" not in text


@pytest.mark.parametrize("status", Status)
def test_every_status_has_its_word_and_an_ascii_sign_where_the_console_has_no_other(status: Status) -> None:
    result = a_result(an_item(status=status, points=0.0))
    assert f"{LABELS[status].symbol} {LABELS[status].word}" in printed(result)
    assert f"{LABELS[status].ascii_symbol} {LABELS[status].word}" in printed(result, encoding="ascii")


def test_characters_that_the_console_lacks_are_printed_as_escapes() -> None:
    assert "\\u4e2d" in printed(a_result(a_failed_item(message="中")), encoding="ascii")


def test_a_student_can_neither_colour_nor_clear_the_terminal() -> None:
    text = printed(a_result(a_failed_item(message="\x1b[2J[red]not red[/red]\u202e\x00")))
    assert "[red]not red[/red]⟨U+202E⟩⟨U+0000⟩" in text
    assert "\x1b" not in text


def test_code_is_coloured_in_a_terminal() -> None:
    text = printed(a_result(a_failed_item(message="call `step()`")), terminal=True)
    assert "\x1b[" in text
    assert "`step()`" in text


def test_what_was_left_out_or_repaired_is_told() -> None:
    text = words(printed(partly_failing_homework()))
    assert "What you handed in `data/MNIST` was left out: data sets are supplied by the grader." in text
