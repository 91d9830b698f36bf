"""The graded report in a real browser: it fits a phone, and paper shows what points were lost for."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from autograder.report import render_report
from autograder.report.wording import UNDECIDED
from autograder.results import Result
from tests.unit.report.sample_results import a_check, a_failed_item, a_result, partly_failing_homework

TEMPLATES = Path(__file__).parents[2] / "templates"
PHONE = 390  # CSS pixels, the width of a common phone
CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--headless",
    "--no-sandbox",  # the page runs nothing, and Chromium's own sandbox refuses to run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# A browser window is never narrower than about 500 pixels, a frame in it is.
IN_A_PHONE = """<!doctype html>
<iframe width="{width}" height="800" srcdoc="{page}"></iframe>
<script>
const frame = document.querySelector("iframe");
frame.onload = () => {{
  const page = frame.contentDocument;
  page.querySelectorAll("details").forEach(details => {{ details.open = {unfolded}; }});
  document.body.textContent = JSON.stringify({{
    width: page.documentElement.scrollWidth,
    smallest: Math.min(...[...page.querySelectorAll("p, li, td, th, pre")].map(
      element => parseFloat(frame.contentWindow.getComputedStyle(element).fontSize))),
  }});
}};
</script>"""

Browser = Callable[..., str]


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")

    def run(*arguments: str) -> str:
        command = [CHROMIUM, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout

    return run


def a_result_of_long_words() -> Result:
    """A result with nothing in it at which a line could be broken."""
    word = "x" * 3000
    check = a_check(name=word, sentence=word, message=word, traceback=word, output=word)
    item = a_failed_item(title=word, message=word, hint=f"`{word}`", checks=(check,))
    return a_result(item, problem=word)


@pytest.mark.parametrize("unfolded", [False, True])
@pytest.mark.parametrize("make", [partly_failing_homework, a_result_of_long_words])
def test_the_report_is_no_wider_than_a_phone(
    make: Callable[[], Result], unfolded: bool, browser: Browser, tmp_path: Path
) -> None:
    page = html.escape(render_report(make(), template_dir=TEMPLATES))
    frame = tmp_path / "phone.html"
    frame.write_text(IN_A_PHONE.format(width=PHONE, page=page, unfolded=json.dumps(unfolded)), encoding="utf-8")
    seen = re.search(r"<body>({.*})", browser("--dump-dom", frame.as_uri()))
    assert seen
    measured = json.loads(html.unescape(seen[1]))
    assert measured["width"] <= PHONE
    assert measured["smallest"] >= 12


def test_paper_shows_what_points_were_lost_for_and_leaves_out_what_is_folded_beside_it(
    browser: Browser, tmp_path: Path
) -> None:
    result = partly_failing_homework()
    report, paper = tmp_path / "report.html", tmp_path / "report.pdf"
    report.write_text(render_report(result, template_dir=TEMPLATES), encoding="utf-8")
    browser(f"--print-to-pdf={paper}", report.as_uri())
    printed = squeezed("".join(page.get_textpage().get_text_range() for page in pdfium.PdfDocument(paper)))
    checks = [check for item in result.items for check in item.checks]
    expected = [item.title for item in result.items]
    expected += [text for check in checks for text in (check.sentence, check.message, check.traceback)]
    lost = [check for check in checks if check.credit < 1 and check.status not in UNDECIDED]
    expected += [fact.found for check in lost for fact in check.facts]
    expected += [exhibit.title for check in lost for exhibit in check.exhibits]
    expected += ["batch 3: loss 2.2834", "100%"]  # printed output, folded on the screen
    assert [text for text in expected if squeezed(text) not in printed] == []
    assert "0.9498" not in printed  # of a curve that was passed


def squeezed(text: str) -> str:
    """`text` without blanks, backticks and ligatures: a PDF keeps glyphs, not the breaks between lines."""
    return re.sub(r"[\s`]", "", unicodedata.normalize("NFKC", text))
