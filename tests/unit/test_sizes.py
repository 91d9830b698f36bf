"""However much a submission draws, prints and names, its result and report stay below 20 MB, and what was left out is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.report import write_report
from autograder.results import Curves, Fact, Picture, Result, Table, TopLevel
from autograder.sizes import LARGEST, bounded, fitted
from tests.unit.report.sample_results import a_check, a_result, an_item

TEMPLATES = Path(__file__).parents[2] / "templates"


def flooded(checks: int) -> Result:
    """A result whose every check holds as much as a check may, of what takes the most room in a page."""
    check = bounded(
        a_check(
            message="<" * 50_000,
            traceback="&" * 50_000,
            output="'" * 50_000,
            facts=tuple(Fact(label="<" * 900, expected="&" * 900, found='"' * 900) for _ in range(500)),
            exhibits=tuple(Picture(title="<" * 900, alt="&" * 900, png="A" * 1_900_000) for _ in range(3))
            + tuple(Table(title="t", columns=("&" * 600,) * 30, rows=(("<" * 600,) * 30,) * 200) for _ in range(2)),
        )
    )
    result = a_result()
    items = tuple(an_item(id=f"1A.{number}", checks=(check,) * checks) for number in range(4))
    loading = tuple(TopLevel(place="&" * 500, text="<" * 500, reason=">" * 500) for _ in range(3_000))
    return result.model_copy(update={"items": items, "loading": loading})


def test_what_is_usual_stays_as_it_is() -> None:
    check = a_check(message="It is not.", facts=(Fact(label="a", found="b"),) * 20, output="0.5\n" * 1_000)
    assert bounded(check) == check
    result = a_result().model_copy(update={"items": (an_item(checks=(check,)),)})
    assert fitted(result) == result


def test_a_flood_leaves_a_result_and_a_report_of_less_than_twenty_megabytes(tmp_path: Path) -> None:
    result = fitted(flooded(checks=10))
    assert len(result.model_dump_json(indent=1)) <= LARGEST
    assert any("stays below 20 MB" in note and "pictures" in note for note in result.submission.notes)
    write_report(tmp_path / "report.html", result, template_dir=TEMPLATES)
    assert (tmp_path / "report.html").stat().st_size <= LARGEST * 1.01
    assert result.score == a_result().score


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"facts": tuple(Fact(label="a", found="b") for _ in range(1_000))}, "and 940 more"),
        ({"facts": (Fact(label="a", found="b" * 10_000),)}, "more characters"),
        ({"exhibits": (Picture(title="a", alt="b", png="A" * 3_000_000),)}, "1 of what it shows"),
        ({"exhibits": (Table(title="a", columns=("b",), rows=(("c",),) * 500),)}, "and 400 more rows"),
        ({"message": "a" * 1_000_000}, "and 990,000 more characters"),
        (
            {"exhibits": (Curves(title="a", x_label="", y_label="", lines={str(n): (0.0,) for n in range(90)}),)},
            "and 60 more lines",
        ),
    ],
)
def test_what_is_left_out_of_a_check_is_told(fields: dict[str, object], told: str) -> None:
    once = bounded(a_check(**fields))
    assert told in once.model_dump_json()
    assert bounded(once) == once
