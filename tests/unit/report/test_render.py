from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from autograder.report import render_report, write_report
from autograder.report.wording import LABELS
from autograder.results import BY_A_PERSON, Curves, Fact, Measure, Picture, Result, Status, read_result, write_result
from tests.unit.report.sample_results import (
    ZERO_GRAD,
    a_check,
    a_failed_item,
    a_result,
    an_item,
    partly_failing_homework,
)

TEMPLATES = Path(__file__).parents[3] / "templates"
HOSTILE = "<script>alert(1)</script></pre></style>]]>--><img src=x onerror=y>\"'{{ 7 * 7 }}\x00\x1b[31m\u202e\x9b"
VOID = {"meta", "link", "br", "hr", "img", "input"}
STRUCTURAL = {"schema", "status", "kind", "visibility", "png", "sure"}  # fields whose values are ours to choose


class Page(HTMLParser):
    """A page as the list of its start tags, with the text outside style sheets."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data

    def values(self, attribute: str) -> list[str]:
        return [attributes[attribute] or "" for _, attributes in self.tags if attribute in attributes]


def render(result: Result) -> str:
    return render_report(result, template_dir=TEMPLATES)


def with_every_text(result: Result, ending: str) -> Result:
    """`result` with `ending` put at the end of every text that does not choose a kind or status."""

    def extended(value: Any, field: str = "") -> Any:
        if isinstance(value, dict):
            named = field in {"lines", "packages"}
            return {extended(name) if named else name: extended(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [extended(inner, field) for inner in value]
        return value + ending if isinstance(value, str) and field not in STRUCTURAL else value

    record = json.loads(result.model_dump_json(by_alias=True))
    for exhibit in _curves(record):  # NaN is text in JSON
        exhibit["lines"] = {name: [0.5 for _ in values] for name, values in exhibit["lines"].items()}
    return Result.model_validate(extended(record))


def _curves(record: Any) -> Iterator[dict[str, Any]]:
    for item in record["items"]:
        for check in item["checks"]:
            yield from (exhibit for exhibit in check["exhibits"] if exhibit["kind"] == "curves")


def test_text_of_a_student_never_becomes_markup() -> None:
    plain = Page(render(with_every_text(partly_failing_homework(), "harmless")))
    hostile = Page(render(with_every_text(partly_failing_homework(), HOSTILE)))
    assert [tag for tag, _ in hostile.tags] == [tag for tag, _ in plain.tags]
    assert [sorted(attributes) for _, attributes in hostile.tags] == [
        sorted(attributes) for _, attributes in plain.tags
    ]
    assert "<script>alert(1)</script>" in hostile.text
    assert "{{ 7 * 7 }}" in hostile.text


def test_invisible_characters_of_a_student_are_shown_or_removed() -> None:
    html = render(with_every_text(partly_failing_homework(), HOSTILE))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", html)
    assert "⟨U+202E⟩" in html


def test_the_page_runs_nothing_and_loads_nothing() -> None:
    html = render(partly_failing_homework())
    page = Page(html)
    assert "script" not in {tag for tag, _ in page.tags}
    assert not re.search(r"https?:|@import|\bon\w+=", html)
    assert all(value.startswith("data:image/png;base64,") for value in page.values("src"))
    assert all(value.startswith(("#", "data:image/png;base64,")) for value in page.values("href"))
    assert "default-src 'none'" in html


def test_rendering_twice_gives_the_same_page() -> None:
    assert render(partly_failing_homework()) == render(partly_failing_homework())


def test_a_result_read_back_gives_the_same_page(tmp_path: Path) -> None:
    write_result(tmp_path / "result.json", partly_failing_homework())
    assert render(read_result(tmp_path / "result.json")) == render(partly_failing_homework())


def test_the_report_is_written_whole(tmp_path: Path) -> None:
    write_report(tmp_path / "ada" / "report.html", a_result(an_item()), template_dir=TEMPLATES)
    assert (tmp_path / "ada" / "report.html").read_text("utf-8") == render(a_result(an_item()))


def test_headings_go_down_one_level_at_a_time_from_one_first() -> None:
    levels = [int(tag[1]) for tag, _ in Page(render(partly_failing_homework())).tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_the_page_has_its_landmarks_language_and_a_skip_link() -> None:
    page = Page(render(partly_failing_homework()))
    tags = Counter(tag for tag, _ in page.tags)
    assert tags["header"] == tags["main"] == tags["footer"] == tags["nav"] == 1
    assert page.tags[0] == ("html", {"lang": "en"})
    assert next(attributes for tag, attributes in page.tags if tag == "a")["href"] == "#main"


def test_identifiers_are_unique_and_every_link_leads_somewhere() -> None:
    page = Page(render(partly_failing_homework()))
    identifiers = Counter(page.values("id"))
    assert max(identifiers.values()) == 1
    assert all(value[1:] in identifiers for value in page.values("href") if value.startswith("#"))
    assert all(value in identifiers for value in page.values("aria-labelledby"))


def test_every_table_header_says_what_it_heads() -> None:
    scopes = [
        attributes.get("scope") for tag, attributes in Page(render(partly_failing_homework())).tags if tag == "th"
    ]
    assert set(scopes) == {"col", "row", "rowgroup"}


@pytest.mark.parametrize("status", Status)
def test_every_status_is_shown_by_a_sign_and_a_word(status: Status) -> None:
    item = an_item(status=status, points=0.0, checks=(a_check(status=status, credit=0.0),))
    page = Page(render(a_result(item)))
    label = LABELS[status]
    assert f"{label.symbol} {label.word}" in page.text


def test_all_that_a_result_says_is_on_the_page() -> None:
    result = partly_failing_homework()
    text = Page(render(result)).text
    said = [item.title for item in result.items]
    said += [
        item.hint for item in result.items if not any(check.diagnosis for check in item.checks)
    ]  # a bug says what to do
    said += [fact.found for item in result.items for check in item.checks for fact in check.facts]
    said += [binding.bound_to for binding in result.bindings]
    said += [
        *result.submission.files,
        result.submission.sha256,
        str(result.seed),
        result.environment.platform,
    ]
    assert [piece for piece in said if piece.replace("`", "") not in text] == []


def test_grading_without_a_sandbox_is_said_in_red_and_with_one_is_not() -> None:
    result = a_result()
    bare = result.model_copy(update={"environment": result.environment.model_copy(update={"sandbox": "none"})})
    assert '<dd class="unwalled">none: ' in render(bare)
    assert 'class="unwalled"' not in render(result)
    assert ".unwalled { font-weight: 600; color: var(--bad); }" in render(bare)


def test_a_problem_is_announced_before_the_score() -> None:
    text = Page(render(a_result(problem="The archive is empty."))).text
    assert text.index("Nothing could be graded") < text.index("The archive is empty.") < text.index("of 0 points")


def test_of_what_could_not_be_read_all_points_are_lost_and_no_digest_is_told() -> None:
    item = an_item(status=Status.UNCHECKED, points=0.0)
    unread = a_result(item, problem="The archive is empty.")
    submission = unread.submission.model_copy(update={"sha256": ""})
    page = render(unread.model_copy(update={"submission": submission, "unchecked": 0.0}))
    assert '<span class="unchecked" style' not in page
    assert '<span class="lost" style="--share: 100.0%">' in page
    assert "SHA-256" not in page


def test_a_bug_named_in_the_message_is_not_told_twice_in_its_item() -> None:
    check = a_check(status=Status.FAILED, credit=0.0, message=ZERO_GRAD.cause, diagnosis=(ZERO_GRAD,))
    text = Page(render(a_result(a_failed_item(message=ZERO_GRAD.cause, checks=(check,))))).text
    assert text.count("is missing.") == 2  # in the list of what to mend, and in the item


def test_several_possible_bugs_are_offered_as_alternatives() -> None:
    other = ZERO_GRAD.model_copy(update={"bug": "other", "cause": "Something else."})
    check = a_check(status=Status.FAILED, credit=0.0, diagnosis=(ZERO_GRAD, other))
    text = Page(render(a_result(a_failed_item(checks=(check,))))).text
    assert "one of these bugs" in text
    assert "Something else." in text


def test_a_picture_that_is_none_is_replaced_by_its_text() -> None:
    check = a_check(exhibits=(Picture(title="Plot", alt="Three curves.", png="x"),))
    page = Page(render(a_result(an_item(checks=(check,)))))
    assert "img" not in {tag for tag, _ in page.tags}
    assert "Three curves." in page.text


def test_an_empty_submission_without_items_has_a_page() -> None:
    assert "0" in Page(render(a_result(parts=()))).text


def test_texts_are_legible_on_their_backgrounds_in_light_and_dark() -> None:
    sheet = (TEMPLATES / "style.css").read_text("utf-8")
    schemes = [dict(re.findall(r"--([\w-]+): (#\w{6});", block)) for block in sheet.split(":root")[1:3]]
    texts = ("ink", "quiet", "link", "good", "part", "bad", "person")
    pairs = [(text, background) for text in texts for background in ("page", "panel")]
    pairs += [(name, f"{name}-panel") for name in ("good", "part", "bad", "person")]
    pairs += [(text, "part-panel") for text in ("ink", "quiet")] + [("ink", "bad-panel")]
    for scheme in schemes:
        poor = {pair: contrast(scheme[pair[0]], scheme[pair[1]]) for pair in pairs}
        assert {pair: ratio for pair, ratio in poor.items() if ratio < 4.5} == {}
        assert all(contrast(scheme[f"series-{line}"], scheme["page"]) >= 3 for line in range(1, 5))


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, 1 to 21, after WCAG 2.2."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb", 0 to 1, after WCAG 2.2."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_a_measured_value_is_shown_among_right_submissions_only_where_these_are_known() -> None:
    known = Measure(name="test accuracy", value=0.93, bound=0.97, right=(0.971, 0.978))
    for measure, shown in ((known, True), (known.model_copy(update={"right": ()}), False)):
        check = a_check(status=Status.FAILED, credit=0.0, measures=(measure,), facts=(Fact(label="a", found="b"),))
        html = render(a_result(an_item(checks=(check,))))
        assert ("Among right submissions" in html) is shown


def test_requirements_stand_on_the_page_with_status_details_error_and_advice() -> None:
    page = Page(render_report(partly_failing_homework(), template_dir=TEMPLATES))
    text = " ".join(page.text.split())
    assert "A requirements.txt file with all dependencies ✗ not met" in text
    assert "add the line scikit-learn" in text
    assert 'File "homework1.ipynb[cell 3]", line 2' in text
    assert "Run it from a fresh start yourself." in text


def test_an_assignment_without_requirements_has_no_section_for_them() -> None:
    assert "Submission requirements" not in render_report(a_result(an_item()), template_dir=TEMPLATES)


def test_a_written_answer_stands_with_its_questions_and_figures_beside_it() -> None:
    text = " ".join(Page(render(partly_failing_homework())).text.split())
    for piece in (
        "Sigmoid performed best in my runs. ReLU is cheap.",
        "From homework1.ipynb after cell 9; taken for the answer because of where it is",
        "Also in report.pdf page 2 (4 sentences).",
        "Which is meant?",
        "relu 0.9778, sigmoid 0.9719",
        "tanh is ahead by 0.34",
    ):
        assert piece in text
    assert text.index("Also in report.pdf") < text.index("Which is meant?") < text.index("tanh is ahead")


def test_what_is_stored_for_a_part_stands_under_it_and_the_rest_under_a_heading_of_its_own() -> None:
    page = Page(render(partly_failing_homework()))
    text = " ".join(page.text.split())
    assert "Picture stored in homework1.ipynb" in page.values("alt")
    assert "In the documents for this part: 1 picture, 1 table" in text
    assert "Not shown: 2 more pictures: shown are the first 8." in text
    assert text.index("Elsewhere in the documents") < text.index("homework1.ipynb cell 21 ended in an error")
    assert "report.pdf; it could not be read: it is not a PDF file" in text


OPEN = "`evaluate(model, loader)` was not found. But the code that begins at hw1.py line 3 may do this, so a person decides."


def test_what_the_points_do_not_hang_on_is_one_fold_without_marks_and_leaves_nothing_to_a_person() -> None:
    called = [
        a_check(name="test_a", sentence="It counts.", status=Status.REVIEW, credit=0.0, message=OPEN),
        a_check(
            name="test_b", sentence="It adds.", status=Status.FAILED, credit=0.0, traceback="KeyError", output="x" * 99
        ),
    ]
    shown = a_check(name="it_is_shown", sentence="It is shown.", place="hw1.py, line 3")
    item = an_item(decided_by="Shown by running hw1.py, line 3.", checks=(*called, shown))
    page = Page(render(a_result(item)))
    assert "Not needed for the points: 2 checks by calling the functions" in page.text
    assert "a person decides" not in page.text
    assert "KeyError" not in page.text
    assert "x" * 99 not in page.text
    classes = " ".join(page.values("class"))
    assert "sign passed" in classes
    assert not re.search(r"(sign|status) (failed|review|missing)", classes)


def test_what_waits_for_a_person_keeps_what_the_person_needs() -> None:
    called = a_check(status=Status.REVIEW, credit=0.0, message=OPEN)
    shown = a_check(status=Status.REVIEW, credit=0.0, place="hw1.py", message="Not sure.")
    item = an_item(status=Status.REVIEW, points=0.0, decided_by="Shown by running hw1.py.", checks=(called, shown))
    text = Page(render(a_result(item))).text
    assert "Also looked at: 1 check by calling the functions" in text
    assert "a person decides" in text


def test_checks_beneath_what_a_person_has_decided_say_nothing_of_the_points() -> None:
    page = Page(render(a_result(a_failed_item(decided_by=BY_A_PERSON, message="copied", checks=(a_check(),)))))
    assert "Decided by a person." in page.text
    assert "Not needed for the points: 1 check" in page.text
    assert "sign passed" not in page.values("class")


def test_a_line_of_one_value_is_told_and_not_drawn() -> None:
    def svgs(*values: float) -> int:
        curves = Curves(title="Accuracy", x_label="epoch", y_label="", lines={"yours": values}, threshold=0.3)
        page = Page(render(a_result(an_item(checks=(a_check(exhibits=(curves,)),)))))
        assert "above the threshold of 0.3" in page.text
        return sum(tag == "svg" for tag, _ in page.tags)

    assert svgs(0.42) == 0
    assert svgs(0.4, 0.42) == 1
