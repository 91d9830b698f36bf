"""PDF files into passages, in a process of its own."""

from __future__ import annotations

import zlib

import pytest

from autograder.handed_in.passages import Passage
from autograder.handed_in.pdf import Pdf, _continue, read_pdf
from tests.unit.handed_in.documents import LOCKED_PDF, pages_of

pytestmark = pytest.mark.apart

ANSWER = """Among the tested activation functions, ReLU achieved the highest test accuracy
and the fastest convergence. Sigmoid performed the worst due to saturation."""


def of_kind(passages: tuple[Passage, ...], kind: str) -> list[str]:
    return [each.text for each in passages if each.kind == kind]


def test_larger_letters_are_headings_and_lines_become_paragraphs(pdf):
    path = pdf([(18, "Problem 1"), (14, "Part B: Activations"), (10, ANSWER), (10, "relu: 0.9778\ntanh: 0.9760")])
    found = read_pdf(path, "report.pdf")
    assert of_kind(found.passages, "heading") == ["Problem 1", "Part B: Activations"]
    assert of_kind(found.passages, "text") == [ANSWER.replace("\n", " ")]
    assert of_kind(found.passages, "printed") == ["relu: 0.9778\ntanh: 0.9760"]
    assert {each.place for each in found.passages} == {"report.pdf page 1"}
    assert (found.pages, found.problem) == (1, "")


def test_a_paragraph_goes_on_after_a_page(pdf):
    path = pdf(
        [(10, "The deeper network was\nbetter in our runs than")],
        [(10, "the baseline was in all of them.\nIt took longer.")],
    )
    (text,) = of_kind(read_pdf(path, "report.pdf").passages, "text")
    assert text == "The deeper network was better in our runs than the baseline was in all of them. It took longer."


def test_a_plot_drawn_in_lines_is_a_picture_and_its_ticks_are_no_text(pdf):
    found = read_pdf(pdf([(10, ANSWER)], plot=True), "report.pdf")
    assert found.passages[-1].place == "report.pdf page 2"
    assert found.passages[-1].picture.startswith(b"\x89PNG")
    assert (len(found.passages), found.figures) == (2, 1)


def test_a_long_file_is_read_as_far_as_the_limit(pdf):
    path = pdf([(10, "A page of a very long report, with words on it.")])
    path.write_bytes(pages_of(path, times=200))
    found = read_pdf(path, "report.pdf")
    assert found.pages == 200
    assert len(found.passages) == 100
    assert found.problem == "only the first 100 of its 200 pages were read"


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"", "not a PDF"), (b"PK\x03\x04 a Word file", "not a PDF"), (b"%PDF-1.7\nand no more", "damaged")],
)
def test_what_cannot_be_read_says_why(tmp_path, content, why):
    path = tmp_path / "report.pdf"
    path.write_bytes(content)
    found = read_pdf(path, "report.pdf")
    assert (found.pages, found.passages) == (0, ())
    assert why in found.problem


def test_a_locked_file_says_so(tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(LOCKED_PDF)
    assert read_pdf(path, "report.pdf") == Pdf(problem="it is protected by a password")


def test_a_page_that_unpacks_to_gigabytes_costs_itself(tmp_path):
    packed = zlib.compress(zlib.compress(b"0 " * 100_000_000, 1), 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
        b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n%s\nendstream" % (len(packed), packed),
    ]
    content = b"%PDF-1.4\n"
    offsets = []
    for number, each in enumerate(objects, start=1):
        offsets.append(len(content))
        content += b"%d 0 obj%sendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    content += b"xref\n0 5\n0000000000 65535 f \n%strailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(content),
    )
    path = tmp_path / "report.pdf"
    path.write_bytes(content)
    found = read_pdf(path, "report.pdf")
    assert (found.pages, found.passages, found.scanned) == (1, (), True)


def test_a_paragraph_goes_on_behind_a_figure_and_its_caption():
    def text(said: str) -> Passage:
        return Passage("text", "a.pdf", "page 1", said)

    before = [
        text("Parameters are a poor predictor,"),
        Passage("picture", "a.pdf", "page 1", ""),
        text("Figure 4: Loss."),
    ]
    assert _continue(before, text("and depth is a better one."))
    assert before[0].text == "Parameters are a poor predictor, and depth is a better one."
    assert not _continue([text("It was best."), text("Figure 4: Loss.")], text("and so on"))
