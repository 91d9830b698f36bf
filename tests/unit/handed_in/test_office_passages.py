"""Documents of word processors into passages."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.handed_in.office import read_docx, read_odt
from tests.unit.handed_in.documents import a_plot

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STYLES = f"""<w:styles xmlns:w="{WORD}"><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
<w:style w:styleId="TOC1"><w:name w:val="toc 1"/></w:style></w:styles>"""
LINKS = """<Relationships xmlns="r"><Relationship Id="rId5" Target="media/image1.png"/></Relationships>"""
OPEN = (
    'xmlns:office="urn:office" xmlns:text="urn:text" xmlns:style="urn:style" xmlns:fo="urn:fo" xmlns:table="urn:table"'
)


def run(text: str, about: str = "") -> str:
    return f"<w:r>{about and f'<w:rPr>{about}</w:rPr>'}<w:t>{text}</w:t></w:r>"


def paragraph(*runs: str, style: str = "") -> str:
    named = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{named}{''.join(runs)}</w:p>"


@pytest.fixture
def docx(tmp_path: Path) -> Callable[..., Path]:
    def write(*blocks: str) -> Path:
        path = tmp_path / "report.docx"
        with zipfile.ZipFile(path, "w") as archive:
            body = (
                f'<w:document xmlns:w="{WORD}" xmlns:a="a" xmlns:r="r"><w:body>{"".join(blocks)}</w:body></w:document>'
            )
            archive.writestr("word/document.xml", body)
            archive.writestr("word/styles.xml", STYLES)
            archive.writestr("word/_rels/document.xml.rels", LINKS)
            archive.writestr("word/media/image1.png", a_plot(size=1))
        return path

    return write


def read(path: Path) -> list[tuple[str, str]]:
    return [(each.kind, each.text) for each in read_docx(path, "report.docx")]


def test_headings_are_told_by_the_names_of_styles_in_any_language_and_by_bold_letters(docx):
    path = docx(
        paragraph(run("Optimizers"), style="berschrift1"),
        paragraph(run("Analysis", "<w:b/>")),
        paragraph(run("Adam was "), run("best", "<w:b/>"), run(".")),
    )
    assert read(path) == [("heading", "Optimizers"), ("heading", "Analysis"), ("text", "Adam was best.")]


def test_contents_and_what_was_struck_out_are_left_out(docx):
    path = docx(
        paragraph(run("Optimizers 2"), style="TOC1"), paragraph(run("Adam."), f"<w:del>{run('Not SGD.')}</w:del>")
    )
    assert read(path) == [("text", "Adam.")]


def test_letters_of_one_width_are_code(docx):
    assert read(docx(paragraph(run("x = 1", '<w:rFonts w:ascii="Courier New"/>')))) == [("code", "x = 1")]


def test_tables_have_rows_and_pictures_are_found(docx):
    cell = "<w:tc>{}</w:tc>"
    row = "<w:tr>{}</w:tr>"
    table = "".join(
        row.format("".join(cell.format(paragraph(run(each))) for each in each_row))
        for each_row in (("name", "acc"), ("Adam", "0.98"))
    )
    picture = '<w:r><w:drawing><a:blip r:embed="rId5"/></w:drawing></w:r>'
    assert read(docx(f"<w:tbl>{table}</w:tbl>", paragraph(picture))) == [
        ("table", "name | acc\nAdam | 0.98"),
        ("picture", ""),
    ]


def test_an_open_document_is_read(tmp_path):
    path = tmp_path / "report.odt"
    content = f"""<office:document-content {OPEN}><office:automatic-styles><style:style style:name="P1">
    <style:text-properties fo:font-weight="bold"/></style:style></office:automatic-styles><office:body><office:text>
    <text:h text:outline-level="2">Optimizers</text:h><text:p text:style-name="P1">Analysis</text:p>
    <text:list><text:list-item><text:p>Adam<text:s/>was <text:span>best</text:span>.</text:p></text:list-item></text:list>
    <table:table><table:table-row><table:table-cell><text:p>name</text:p></table:table-cell><table:table-cell><text:p>acc</text:p>
    </table:table-cell></table:table-row><table:table-row><table:table-cell><text:p>Adam</text:p></table:table-cell><table:table-cell>
    <text:p>0.98</text:p></table:table-cell></table:table-row></table:table>
    </office:text></office:body></office:document-content>"""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", content)
    assert [(each.kind, each.level, each.text) for each in read_odt(path, "report.odt")] == [
        ("heading", 2, "Optimizers"),
        ("heading", 6, "Analysis"),
        ("text", 0, "Adam was best."),
        ("table", 0, "name | acc\nAdam | 0.98"),
    ]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"<html>"])
def test_what_is_no_such_file_says_so(tmp_path, content):
    path = tmp_path / "report.docx"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="damaged, or not a file of this kind"):
        list(read_docx(path, "report.docx"))


def test_entities_that_would_fill_the_memory_are_refused(tmp_path):
    path = tmp_path / "report.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", '<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>')
    with pytest.raises(ValueError, match="EntitiesForbidden"):
        list(read_docx(path, "report.docx"))
