"""Fields that contradict each other are named with their lines."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_rubric import SMALL, line_of, problems_after, write

from autograder.rubric import load_rubric


def test_tenths_add_up_exactly(tmp_path: Path) -> None:
    tenths = "".join(f"      - {{id: 1A.{n}, title: Tenth, points: 0.1, kind: review}}\n" for n in range(10))
    analysis = SMALL[SMALL.index("      - id: 1A.analysis") : SMALL.index("  - id: bonus")]
    assert len(load_rubric(write(tmp_path, SMALL.replace(analysis, tenths))).items) == 13


def test_points_that_do_not_add_up_name_both_sums(tmp_path: Path) -> None:
    assert problems_after(tmp_path, ("points: 0.9", "points: 0.75"), ("  bonus: 0.5", "  bonus: 2")) == [
        f"{line_of('bonus: 0.5')}: assignment.bonus: 2 here, the bonus parts add up to 0.5; "
        "change the one or the other",
        f"{line_of('points: 3') + 14}: parts[0].points: 3 here, its items add up to 2.85; change the one or the other",
    ]


def test_parts_that_do_not_add_up_to_the_assignment_name_both_sums(tmp_path: Path) -> None:
    (problem,) = problems_after(tmp_path, ("assignment\n  points: 3", "assignment\n  points: 25"))
    assert problem.startswith("4: assignment.points: 25 here, the parts add up to 3; ")


def test_shares_that_do_not_add_up_to_one_are_named(tmp_path: Path) -> None:
    (problem,) = problems_after(tmp_path, ("is_off: 0.3", "is_off: 0.2"))
    line = line_of("test_accuracy_is_counted") - 1
    assert problem.startswith(f"{line}: parts[0].items[1].checks: the shares add up to 0.9, not 1")


def test_an_id_given_twice_is_named_with_both_lines(tmp_path: Path) -> None:
    (problem,) = problems_after(tmp_path, ("id: 1A.analysis", "id: 1A.network"))
    first = line_of("- id: 1A.network")
    assert problem.startswith(
        f"{line_of('- id: 1A.analysis')}: parts[0].items[2].id: item '1A.network' is already on line {first}"
    )


def test_a_check_under_two_items_is_named_with_both_lines(tmp_path: Path) -> None:
    (problem,) = problems_after(tmp_path, ("[test_more]", "[test_logits]"))
    first = line_of("test_logits")
    assert f"checks[0]: check 'test_logits' is already on line {first}; " in problem


def test_an_unknown_function_names_the_nearest(tmp_path: Path) -> None:
    (problem,) = problems_after(tmp_path, ("needs: [evaluate]", "needs: [evalute]"))
    assert problem == (
        f"{line_of('needs: [evaluate]')}: parts[0].items[1].needs[0]: "
        "no function 'evalute' under functions; did you mean 'evaluate'?"
    )


def test_a_signature_of_another_function_is_named(tmp_path: Path) -> None:
    (problem,) = problems_after(tmp_path, ("'evaluate(model, loader)'", "'evaluates(model, loader)'"))
    assert problem.startswith(f"{line_of('evaluate(')}: functions.evaluate.signature: ")


def test_an_alias_of_two_functions_is_named(tmp_path: Path) -> None:
    (problem,) = problems_after(tmp_path, ("aliases: [test]", "aliases: [MLP]"))
    assert "functions.evaluate.aliases[0]: 'MLP' already stands for 'build_mlp'" in problem


def test_an_automatic_item_needs_a_check(tmp_path: Path) -> None:
    (problem,) = problems_after(tmp_path, ("[test_layers, test_logits]", "[]"))
    assert "parts[0].items[0].checks: automatic item '1A.network' has no check" in problem


def test_only_a_person_counts_sentences(tmp_path: Path) -> None:
    (problem,) = problems_after(tmp_path, (", checks: [test_more]", ", checks: [test_more], sentences: [2, 3]"))
    assert "sentences: automatic item 'bonus.code' asks for sentences" in problem


def test_a_range_of_sentences_goes_upwards(tmp_path: Path) -> None:
    (problem,) = problems_after(tmp_path, ("[2, 3]", "[3, 2]"))
    assert problem.startswith(f"{line_of('sentences')}: parts[0].items[2].sentences: [3, 2] is no range")


def test_all_problems_are_told_at_once_in_the_order_of_their_lines(tmp_path: Path) -> None:
    changes = (
        ("needs: [evaluate]", "needs: [evalute]"),
        ("is_off: 0.3", "is_off: 0.2"),
        ("points: 0.9", "points: 0.8"),
    )
    lines = [int(problem.split(":")[0]) for problem in problems_after(tmp_path, *changes)]
    assert len(lines) == 3
    assert lines == sorted(lines)


REQUIREMENTS = "requirements:\n  - {kind: report, asked: A report, least: {words: 100}}\nparts:\n  - id: 1A\n"


def test_requirements_have_the_bounds_that_are_given_and_usual_ones(tmp_path: Path) -> None:
    (report,) = load_rubric(write(tmp_path, SMALL.replace("parts:\n  - id: 1A\n", REQUIREMENTS, 1))).requirements
    assert (report.at_least("words"), report.at_least("figures")) == (100, 1)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{kind: report, asked: A report, least: {wrods: 9}}", "'report' measures no 'wrods'; did you mean 'words'?"),
        ("{kind: seeds, asked: Seeds, least: {share: 0.5}}", "'seeds' measures no 'share'"),
        ("{kind: comments, asked: Comments, least: {share: 2}}", "2 is no bound for 'share'"),
        ("{kind: comment, asked: Comments}", "must be 'report', 'requirements-file', 'comments'"),
        ("{kind: comments, askd: Comments}", "unknown field; did you mean 'asked'?"),
    ],
)
def test_a_requirement_that_makes_no_sense_is_named_with_its_line(tmp_path: Path, line: str, told: str) -> None:
    changed = f"requirements:\n  - {line}\nparts:\n  - id: 1A\n"
    problems = problems_after(tmp_path, ("parts:\n  - id: 1A\n", changed))
    assert any(
        problem.startswith(f"{line_of('parts:') + 1}: requirements[0]") and told in problem for problem in problems
    )


def test_a_requirement_that_is_asked_twice_is_named_with_both_lines(tmp_path: Path) -> None:
    twice = "requirements:\n  - {kind: seeds, asked: One}\n  - {kind: seeds, asked: Two}\nparts:\n  - id: 1A\n"
    (problem,) = problems_after(tmp_path, ("parts:\n  - id: 1A\n", twice))
    assert f"requirement 'seeds' is already on line {line_of('parts:') + 1}" in problem


def test_a_keyword_of_two_parts_names_the_other_part(tmp_path: Path) -> None:
    (problem,) = problems_after(
        tmp_path,
        ("title: Networks\n", "title: Networks\n    keywords: [MLP, layers]\n"),
        ("title: More\n", "title: More\n    keywords: [extra, mlp]\n"),
    )
    assert "parts[1].keywords[1]: 'mlp' is a keyword of part 1A already, so it tells neither; remove one" in problem


def test_a_spelling_of_two_names_names_the_other(tmp_path: Path) -> None:
    (problem,) = problems_after(
        tmp_path, ("title: Networks\n", "title: Networks\n    names: {ReLU: [rectified], tanh: [Relu]}\n")
    )
    assert problem.endswith("names.tanh[0]: 'Relu' already stands for 'ReLU'; remove one of the two")


def test_a_comparable_check_is_one_of_the_items_own(tmp_path: Path) -> None:
    (problem,) = problems_after(
        tmp_path,
        ("checks: [test_layers, test_logits]", "checks: [test_layers, test_logits]\n        comparable: [test_logit]"),
    )
    assert problem.endswith("comparable[0]: 'test_logit' is no check of item '1A.network'; did you mean 'test_logits'?")


@pytest.mark.parametrize(
    ("thresholds", "told"),
    [
        ("{test_accuracy: 97}", "97 is no share; write one above 0 and up to 1, such as 0.97 for 97 %"),
        ("{test_accuracy: 0}", "0 is no share; write one above 0 and up to 1"),
        ("{test_accuracy: -0.5}", "-0.5 is no share; write one above 0 and up to 1"),
        ("{epochs: 2.5}", "2.5 is no count; write a whole number from 1 up"),
        ("{epochs: 0}", "0 is no count; write a whole number from 1 up"),
        (
            "{test_acuracy: 0.9}",
            "not declared under thresholds, which says what kind of number it is; did you mean 'test_accuracy'?",
        ),
    ],
)
def test_a_threshold_is_a_number_of_its_kind(tmp_path: Path, thresholds: str, told: str) -> None:
    name = thresholds[1:].partition(":")[0]
    (problem,) = problems_after(tmp_path, ("{test_accuracy: 0.97}", thresholds))
    assert problem == f"{line_of('{test_accuracy: 0.97}')}: parts[0].items[0].thresholds.{name}: {told}"


def test_any_number_is_one_and_the_ends_of_a_range_are_in_it(tmp_path: Path) -> None:
    thresholds = "{test_accuracy: 1, epochs: 1, tolerance: -3.5}"
    rubric = load_rubric(write(tmp_path, SMALL.replace("{test_accuracy: 0.97}", thresholds)))
    assert rubric.items[0].threshold("tolerance") == -3.5


def test_a_threshold_is_declared_once(tmp_path: Path) -> None:
    (problem,) = problems_after(tmp_path, ("number: [tolerance]", "number: [tolerance, epochs]"))
    assert problem.startswith(f"{line_of('thresholds: {share')}: thresholds.number[1]: threshold 'epochs' is already")


def test_there_are_three_kinds_of_thresholds(tmp_path: Path) -> None:
    (problem,) = problems_after(tmp_path, ("count: [epochs]", "counts: [epochs]"))
    assert "must be 'share', 'count' or 'number'; found 'counts'" in problem
