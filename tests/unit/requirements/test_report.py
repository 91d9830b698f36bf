"""PDF reports: real ones, bare ones, and files that are none."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.backends.backend_pdf import PdfPages

from autograder.handed_in.gathering import read_pdfs
from autograder.requirements import report
from autograder.requirements.finding import Finding
from autograder.results import Met
from autograder.submission import Submission
from tests.unit.handed_in.documents import LOCKED_PDF, pages_of

PROSE = "The network with ReLU learned fastest and reached the best accuracy of all three.\n" * 12


def looked(submission: Submission, words: float, figures: float) -> Finding:
    return report.look(submission.reports, read_pdfs(submission), words=words, figures=figures)


@pytest.fixture
def pdf() -> Callable[..., bytes]:
    """A PDF with a page of `text`, and a page for each drawing."""

    def build(text: str = "", drawings: Sequence[str] = ()) -> bytes:
        file = io.BytesIO()
        with PdfPages(file) as pages:
            page = plt.figure()
            page.text(0.05, 0.05, text)
            pages.savefig(page)
            for kind in drawings:
                figure, axes = plt.subplots()
                if kind == "picture":
                    figure.figimage(np.random.default_rng(0).random((200, 200)))
                else:
                    axes.plot(np.sin(np.arange(400)))
                pages.savefig(figure)
            plt.close("all")
        return file.getvalue()

    return build


@pytest.mark.parametrize("drawing", ["picture", "lines"])
def test_a_report_with_text_and_a_figure_is_met(submitted, pdf, drawing):
    found = looked(submitted({"hw1.py": "", "report.pdf": pdf(PROSE, [drawing])}), words=100, figures=1)
    assert found.status is Met.MET
    assert "1 figure" in found.found and "2 pages" in found.found


def test_a_report_without_figures_is_told_so(submitted, pdf):
    found = looked(submitted({"hw1.py": "", "report.pdf": pdf(PROSE)}), words=100, figures=1)
    assert (found.status, "a figure" in found.advice) == (Met.UNMET, True)


def test_a_report_with_too_little_text_is_told_how_much_is_asked(submitted, pdf):
    found = looked(submitted({"hw1.py": "", "report.pdf": pdf("Two words", ["lines"])}), words=100, figures=1)
    assert found.status is Met.UNMET
    assert "100 words" in found.advice


def test_a_scan_has_no_text_that_can_be_read(submitted, pdf):
    found = looked(submitted({"hw1.py": "", "scan.pdf": pages_of(Path(), times=0)}), words=100, figures=1)
    assert "scan" in found.advice


def test_the_best_of_several_counts_and_the_others_are_told(submitted, pdf):
    files = {"hw1.py": "", "assignment.pdf": pdf(PROSE * 2), "report.pdf": pdf(PROSE, ["picture"])}
    found = looked(submitted(files), words=100, figures=1)
    assert found.status is Met.MET
    assert found.found.startswith("report.pdf")
    assert found.details[0].startswith("assignment.pdf")


def test_no_pdf_is_told_as_such(submitted):
    assert looked(submitted({"hw1.py": ""}), words=1, figures=1).found == "No PDF was handed in."


@pytest.mark.parametrize("content", [b"", b"no PDF at all", b"%PDF-1.7\n1 0 obj\n<< /Type"])
def test_a_file_that_is_no_pdf_is_a_finding_and_no_failure(submitted, content):
    found = looked(submitted({"hw1.py": "", "report.pdf": content}), words=1, figures=1)
    assert found.status is Met.UNMET
    assert found.found.startswith("report.pdf cannot be read: ")


def test_a_protected_pdf_is_told_as_such(submitted):
    found = looked(submitted({"hw1.py": "", "report.pdf": LOCKED_PDF}), words=100, figures=1)
    assert found.found == "report.pdf cannot be read: it is protected by a password."


def test_words_are_counted_and_rules_are_no_figures(submitted, pdf):
    submission = submitted({"hw1.py": "", "report.pdf": pdf(PROSE)})
    (found,) = read_pdfs(submission).values()
    assert (found.pages, found.words, found.figures) == (1, 12 * 14, 0)
