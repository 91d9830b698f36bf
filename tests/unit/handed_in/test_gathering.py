"""All documents of a submission, and what becomes of those that can't be read."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from autograder.handed_in.gathering import Gathered, gather
from tests.unit.handed_in.documents import a_plot, code, markdown, plotted

pytestmark = pytest.mark.apart


def documents(gathered: Gathered) -> dict[str, tuple[str, str, str]]:
    return {each.file: (each.kind, each.found, each.problem) for each in gathered.documents}


def test_every_kind_of_document_is_read_in_order(notebook, pdf, collected):
    notebook(markdown("An answer."), code("run()", plotted()))
    pdf([(10, "A report with enough words on its page to be no scan at all.")])
    gathered = gather(
        collected(notes__md="# Problem 1", helper__py="# Part B\nx = 1", loss__png=a_plot(), requirements__txt="torch")
    )
    assert documents(gathered) == {
        "homework1.ipynb": ("notebook", "1 picture, 1 paragraph", ""),
        "report.pdf": ("PDF", "1 paragraph", ""),
        "notes.md": ("text", "", ""),
        "helper.py": ("script", "", ""),
        "loss.png": ("picture", "1 picture", ""),
    }
    assert gathered.passages[0].file == "homework1.ipynb"


def test_what_cannot_be_read_is_told_and_costs_nothing_else(notebook, collected):
    notebook(markdown("An answer."), code("run()"))
    gathered = gather(collected(report__pdf=b"no PDF", answers__docx=b"PK", more__rtf=b"{}", loss__png=b"no picture"))
    found = documents(gathered)
    assert found["report.pdf"] == ("PDF", "", "it could not be read: it is not a PDF file")
    assert found["answers.docx"] == ("document", "", "it could not be read: it is damaged, or not a file of this kind")
    assert found["more.rtf"] == ("other", "", "files of this kind are not read; export it as PDF")
    assert found["homework1.ipynb"][1] == "1 paragraph"


def test_a_report_without_text_is_called_a_scan(notebook, pdf, collected):
    notebook(code("run()"))
    pdf([(10, "1")])
    assert "as a scan does" in documents(gather(collected()))["report.pdf"][2]


def test_a_text_in_another_encoding_is_read(notebook, collected):
    notebook(code("run()"))
    gathered = gather(collected(bericht__txt="Überanpassung tritt auf.".encode("cp1252")))
    assert [each.text for each in gathered.passages if each.kind == "text"] == ["Überanpassung tritt auf."]


def test_thousands_of_pictures_are_not_all_read(notebook, collected):
    notebook(code("run()"))
    gathered = gather(collected(**{f"data{number}__png": a_plot(size=1) for number in range(60)}))
    assert sum(each.kind == "picture" for each in gathered.passages) == 40
    assert any("20 more of this kind were not read" in each.problem for each in gathered.documents)


def test_of_many_pdf_files_ten_are_read_and_the_others_told(notebook, collected):
    notebook(code("run()"))
    gathered = gather(collected(**{f"report{number}__pdf": b"%PDF-1.4" for number in range(14)}))
    found = documents(gathered)
    assert sum(kind == "PDF" for kind, _, _ in found.values()) == 11
    assert ("PDF", "", "4 more of this kind were not read") in found.values()


def test_a_document_that_ends_its_reader_costs_itself(notebook, collected, monkeypatch):
    monkeypatch.setattr("autograder.handed_in.gathering.ROOM", 100_000)
    notebook(markdown("An answer."), code("run()"))
    gathered = gather(
        collected(a__md=("word " * 60 + "\n\n") * 6_000, b__py="# A comment\nx = 1", c__txt="Another answer.")
    )
    found = documents(gathered)
    assert found["a.md"][2] == "it was read in part: there is too much in it"
    assert found["homework1.ipynb"] == ("notebook", "1 paragraph", "")


def test_where_the_time_is_over_the_documents_are_told(notebook, pdf, collected, monkeypatch):
    monkeypatch.setattr("autograder.handed_in.gathering.SECONDS", 0.0)
    notebook(markdown("An answer."), code("run()"))
    pdf([(10, "A report.")])
    found = documents(gather(collected()))
    assert {name for name, (_, _, problem) in found.items() if "it was not read" in problem} == {
        "homework1.ipynb",
        "report.pdf",
    }


def test_a_line_of_megabytes_is_left_out_and_told(notebook, collected):
    notebook(code("run()"))
    found = documents(gather(collected(notes__txt=b"word " * 300_000 + b"\nAdam was the best of them.\n")))
    assert found["notes.txt"] == ("text", "1 paragraph", "1 line of more than 20,000 characters left out")


def test_what_is_embedded_in_a_pdf_is_told_and_not_opened(notebook, collected):
    notebook(code("run()"))
    script = (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R/Names<</JavaScript<</Names[(a)4 0 R]>>>>>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj\n"
        b"4 0 obj<</S/JavaScript/JS(app.alert\\(1\\))>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    )
    assert documents(gather(collected(report__pdf=script)))["report.pdf"][2].startswith(
        "the JavaScript in it was not run"
    )


def test_a_scan_is_named_as_pictures_without_text(notebook, collected):
    notebook(code("run()"))
    scan = io.BytesIO()
    Image.open(io.BytesIO(a_plot())).convert("RGB").save(scan, "PDF")
    found = documents(gather(collected(report__pdf=scan.getvalue())))["report.pdf"]
    assert found[1] == "1 picture"
    assert "what is written in its pictures can't be read here" in found[2]
