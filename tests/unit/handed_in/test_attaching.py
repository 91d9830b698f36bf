"""A result with what the documents hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.assembling import assemble
from autograder.checks.settings import Settings
from autograder.handed_in import attaching
from autograder.handed_in.attaching import attach
from autograder.handed_in.gathering import gather
from autograder.handed_in.likeness import Likeness
from autograder.results import Answer, CheckResult, Fact, HandedIn, Result, SubmissionInfo
from autograder.sandbox import Kind
from autograder.trace.outputs import Table
from autograder.trace.places import Place
from autograder.trace.records import SourceTrace, Trace
from tests.unit.handed_in.documents import a_plot, code, failed, markdown, plotted, printed
from tests.unit.report.sample_results import a_check

SENTENCES = "ReLU achieved the highest accuracy in our runs. Sigmoid performed worst, since it saturates. Tanh lies between them."
FINAL = printed("relu: 0.9778\nsigmoid: 0.9719\ntanh: 0.9760\n")
PRINT_FINAL = "for act, acc in final_acc.items():\n    print(f'{act}: {acc:.4f}')"


@pytest.fixture
def attached(rubric, notebook, collected) -> Callable[..., Result]:
    """The result of a submission with a notebook of these cells and these files besides."""

    def run(
        *cells: Any, checks: tuple[CheckResult, ...] = (), trace: Trace | None = None, **files: str | bytes
    ) -> Result:
        notebook(code("import torch"), *cells)
        info = SubmissionInfo(name="ada", sha256="0" * 64, files=())
        result = assemble(rubric, Settings("quick", Kind.NONE, threads=1), info, checks, (), 0.0)
        return attach(result, gather(collected(**files)), rubric, trace)

    return run


def answer(result: Result, item: str) -> Answer:
    found = next(each.answer for each in result.items if each.id == item)
    assert found is not None
    return found


def held(result: Result, part: str) -> HandedIn:
    return next(each for each in result.handed_in if each.part == part)


def test_an_answer_is_shown_counted_and_placed(attached):
    result = attached(markdown("# Problem 1\n## Part B"), markdown(f"**Analysis:** {SENTENCES}"))
    found = answer(result, "1B.analysis")
    assert (found.text, found.sentences, found.asked) == (SENTENCES, 3, (3, 4))
    assert found.place == "homework1.ipynb after cell 1"
    item = next(each for each in result.items if each.id == "1B.analysis")
    assert item.message == "3 sentences found in homework1.ipynb after cell 1; 3 to 4 are asked for."


def test_points_stay_with_a_person_whatever_was_found(attached):
    result = attached(markdown("# Problem 1\n## Part B"), markdown(f"**Analysis:** {SENTENCES}"))
    reviewed = [each for each in result.items if each.kind == "review"]
    assert {(each.status.value, each.points) for each in reviewed} == {("review", 0)}
    assert result.awaiting_review == sum(each.max_points for each in reviewed if not each.bonus)
    assert result.awaiting_bonus == sum(each.max_points for each in reviewed if each.bonus)


def test_an_answer_that_is_not_found_says_where_was_looked(attached):
    result = attached(markdown("# Problem 1\n## Part B"), notes__md="# Something else", report__docx=b"PK")
    item = next(each for each in result.items if each.id == "1B.analysis")
    assert (
        item.message
        == "No written answer was found for this part. Looked in homework1.ipynb, notes.md; report.docx could not be read."
    )
    assert answer(result, "1B.analysis").place == ""


def test_the_submissions_own_numbers_and_the_checks_lie_beside_it(attached):
    check = a_check(
        name="test_reported_accuracies_are_the_models_own",
        facts=(Fact(label="relu: test accuracy", found="0.3"), Fact(label="tanh: test accuracy", found="0.4")),
    )
    result = attached(
        markdown("# Problem 1\n## Part B"), code(PRINT_FINAL, FINAL), markdown(SENTENCES), checks=(check,)
    )
    (own,) = held(result, "1B").figures
    assert own.found == "relu 0.9778, tanh 0.976, sigmoid 0.9719; relu is ahead by 0.0018"
    assert [each.found for each in answer(result, "1B.analysis").measured] == [
        "tanh 0.4, relu 0.3; tanh is ahead by 0.1"
    ]


def test_a_sentence_that_contradicts_the_numbers_becomes_a_question_and_costs_nothing(attached):
    wrong = SENTENCES.replace("ReLU", "Sigmoid", 1).replace("Sigmoid performed", "ReLU performed")
    result = attached(markdown("# Problem 1\n## Part B"), code(PRINT_FINAL, FINAL), markdown(wrong))
    assert [each.said for each in answer(result, "1B.analysis").questions] == [
        "Sigmoid achieved the highest accuracy in our runs.",
        "ReLU performed worst, since it saturates.",
    ]
    assert next(each for each in result.items if each.id == "1B.analysis").status.value == "review"


def test_plots_tables_and_errors_are_kept_by_part(attached):
    table = "| model | test accuracy |\n|---|---|\n| small | 0.71 |\n| deep | 0.73 |\n"
    result = attached(
        markdown("# Problem 2\n## Part A"),
        code("plot()", plotted(), failed()),
        markdown("# Problem 3\n## Part B"),
        markdown(table),
    )
    (picture,) = held(result, "2A").pictures
    assert picture.alt == "Picture stored in homework1.ipynb cell 2"
    assert [(each.label, each.found) for each in held(result, "2A").errors] == [
        ("homework1.ipynb cell 2", "NameError: name 'x' is not defined")
    ]
    assert held(result, "3B").tables[0].columns == ("model", "test accuracy")
    assert held(result, "3B").figures[0].found == "deep 0.73, small 0.71; deep is ahead by 0.02"


def test_what_stands_under_no_part_is_not_lost(attached):
    assert len(held(attached(code("plot()", plotted())), "").pictures) == 1


def test_the_same_plot_is_shown_once(attached):
    result = attached(markdown("# Problem 2\n## Part A"), code("plot()", plotted(), plotted()))
    assert len(held(result, "2A").pictures) == 1


def test_a_result_stays_small_whatever_is_stored(attached):
    random = np.random.default_rng(0)
    plots = [plotted(a_plot(str(random.random()), size=9)) for _ in range(60)]
    log = printed("".join(f"Epoch {n}: loss=0.1, test_acc=0.9\n" for n in range(50_000)))
    text = markdown("**Analysis:** " + "ReLU was best. " * 20_000)
    wide = markdown("| a |" * 200 + "\n" + "|---|" * 200 + "\n" + ("| 1 |" * 200 + "\n") * 200)
    heading = markdown("# Problem 1\n## Part B")
    result = attached(
        heading, *[code(f"plot({n})", plot) for n, plot in enumerate(plots)], code("log()", log), text, wide
    )
    found = held(result, "1B")
    assert len(found.pictures) == 8
    assert "52 more pictures: shown are the first 8" in found.left_out
    assert len(answer(result, "1B.analysis").text) < 5_000
    assert len(result.model_dump_json()) < 4_000_000


def test_a_german_notebook_is_placed_and_counted(attached):
    result = attached(
        markdown("# Aufgabe 1\n## Teil B: Vergleich der Aktivierungsfunktionen"),
        code("for act, acc in genauigkeit.items(): print(act, acc)", printed("relu: 97,8 %\nsigmoid: 97,2 %\n")),
        markdown(
            "### Auswertung\nReLU erreichte mit 97,8 % die höchste Genauigkeit. Sigmoid war z. B. wegen der Sättigung schlechter."
        ),
    )
    found = answer(result, "1B.analysis")
    assert (found.sentences, found.announced, found.questions) == (2, True, ())
    assert held(result, "1B").figures[0].found.startswith("relu 0.978, sigmoid 0.972")


def test_a_submission_of_code_alone_gets_no_pictures_and_no_complaints(rubric, collected):
    gathered = gather(collected(homework1__py="x = 1\n"))
    info = SubmissionInfo(name="ada", sha256="0" * 64, files=())
    result = attach(assemble(rubric, Settings("quick", Kind.NONE, threads=1), info, (), (), 0.0), gathered, rubric)
    assert result.handed_in == ()
    assert [each.problem for each in result.documents] == [""]


def test_a_fault_of_ours_costs_no_grade(attached, monkeypatch):
    def stumble(*arguments: Any) -> None:
        raise RuntimeError("stumbled")

    monkeypatch.setattr("autograder.handed_in.attaching.place", stumble)
    result = attached(markdown("# Problem 1"))
    assert len(result.items) > 30
    assert "RuntimeError: stumbled" in result.documents[0].problem


def test_where_there_is_no_answer_it_is_told_where_it_was_looked_for(attached):
    result = attached(markdown("## Problem 1"), markdown("### Part B"), scan__png=a_plot())
    (message,) = {item.message for item in result.items if item.id == "1B.analysis"}
    looked = "Looked in homework1.ipynb; what is written in pictures can't be read: scan.png."
    assert message == f"No written answer was found for this part. {looked}"


def test_what_is_copied_from_the_assignment_is_no_answer(attached):
    asked = "3) Write a brief analysis, 3–4 sentences, explaining which activation function performed best and why"
    result = attached(markdown("## Problem 1"), markdown("### Part B"), markdown(asked), markdown("It was ReLU."))
    (answer,) = (item.answer for item in result.items if item.id == "1B.analysis")
    assert answer is not None
    assert (answer.text, answer.announced) == ("It was ReLU.", True)


def test_an_answer_in_another_language_is_named_as_such_and_held_against_nothing(attached):
    german = "Sigmoid erreichte die höchste Genauigkeit. ReLU war am schlechtesten, weil es nicht sättigt."
    result = attached(
        markdown("# Problem 1\n## Part B"), code(PRINT_FINAL, FINAL), markdown(f"**Auswertung:** {german}")
    )
    found = answer(result, "1B.analysis")
    assert (found.language, found.questions) == ("German", ())


def test_a_sentence_is_held_against_what_the_run_showed_where_no_output_is_stored(attached):
    said = "**Analysis:** The deeper network has fewer parameters than the baseline, so it suits small machines."
    table = (("model", "parameters"), ("baseline", "545098"), ("deeper", "1080042"))
    place = Place(source="homework1.ipynb", cell=2)
    source = SourceTrace(source="homework1.ipynb", end="budget", seconds=1, tables=(Table(place=place, rows=table),))
    cells = (markdown("# Problem 3\n## Part B"), code("compare()"), markdown(said))
    (question,) = answer(attached(*cells, trace=Trace(sources=(source,))), "3B.analysis").questions
    assert "in homework1.ipynb cell 2, when it was run: deeper 1,080,042, baseline 545,098" in question.found


def test_where_no_passage_is_surely_the_answer_those_that_may_be_are_shown(attached, rubric, monkeypatch):
    unclear = "Alpha is higher than beta, and gamma is the lowest of the three."
    others = {"": ["Install the packages."], **{part.id: ["Something else."] for part in rubric.parts}}
    of_two = Likeness({**others, "1B": [unclear], "2B": [unclear]})
    monkeypatch.setattr(attaching, "Likeness", lambda examples: of_two)
    result = attached(README__md=f"# My work\n\n{unclear}\n")
    for item in ("1B.analysis", "2B.explanation"):
        found = answer(result, item)
        assert (found.text, [(each.text, each.place) for each in found.candidates]) == (
            "",
            [(unclear, "README.md line 3")],
        )
        message = next(each.message for each in result.items if each.id == item)
        assert message == "It is not certain which text answers this part; it may be in README.md line 3."


def test_a_sure_answer_needs_no_others(attached):
    result = attached(markdown("# Problem 1\n## Part B"), markdown(f"**Analysis:** {SENTENCES}"))
    assert answer(result, "1B.analysis").candidates == ()
