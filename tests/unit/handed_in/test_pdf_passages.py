"""PDF files into passages, in a process of its own."""

from __future__ import annotations

import zlib

import pypdf
import pytest

from autograder.handed_in.passages import Passage
from autograder.handed_in.pdf import UnreadablePdf, read_pdf

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


def test_a_plot_drawn_in_lines_is_told_and_its_ticks_are_no_text(pdf):
    found = read_pdf(pdf([(10, ANSWER)], plot=True), "report.pdf")
    assert found.passages[-1].place == "report.pdf page 2"
    assert "plot drawn in lines" in found.passages[-1].text
    assert of_kind(found.passages, "printed") == []


def test_a_long_file_is_read_as_far_as_the_limit(pdf):
    path = pdf([(10, "A page of a very long report, with words on it.")])
    writer = pypdf.PdfWriter()
    page = pypdf.PdfReader(path).pages[0]
    for _ in range(200):
        writer.add_page(page)
    writer.write(path)
    found = read_pdf(path, "report.pdf")
    assert found.pages == 200
    assert len(found.passages) == 100
    assert found.problem == "only the first 100 of its 200 pages were read"


@pytest.mark.parametrize(
    ("content", "why"), [(b"", "no PDF"), (b"PK\x03\x04 a Word file", "no PDF"), (b"%PDF-1.7\nand no more", "damaged")]
)
def test_what_cannot_be_read_says_why(tmp_path, content, why):
    path = tmp_path / "report.pdf"
    path.write_bytes(content)
    with pytest.raises(UnreadablePdf, match=why):
        read_pdf(path, "report.pdf")


def test_a_locked_file_says_so(pdf):
    path = pdf([(10, ANSWER)])
    writer = pypdf.PdfWriter(clone_from=path)
    writer.encrypt("secret")
    writer.write(path)
    with pytest.raises(UnreadablePdf, match="password"):
        read_pdf(path, "report.pdf")


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
    assert "left out: 1" in read_pdf(path, "report.pdf").problem
