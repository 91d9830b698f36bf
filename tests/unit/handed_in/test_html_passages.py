"""HTML pages into passages."""

from __future__ import annotations

import base64

import pytest

from autograder.handed_in.html import read_html, tables
from tests.unit.handed_in.documents import a_plot

NOTEBOOK = f"""<head><title>Export</title><style>p {{}}</style></head>
<div class="jp-MarkdownCell"><h2 id="Q1">Q1<a class="anchor-link" href="#Q1">¶</a></h2><p>Adam was <b>best</b>.</p></div>
<div class="jp-CodeCell"><div class="jp-InputPrompt">In [7]:</div>
<div class="jp-InputArea-editor"><div class="highlight"><pre>print(<span>"hello"</span>)</pre></div></div>
<div class="jp-OutputArea-output"><pre>Adam: 0.98</pre></div>
<div class="jp-OutputArea-output"><img src="data:image/png;base64,{base64.b64encode(a_plot(size=1)).decode()}"></div></div>
<script>alert("no text")</script>"""


def read(text: str) -> list[tuple[str, str]]:
    return [(each.kind, each.text) for each in read_html(text, "hw1.html")]


def test_an_exported_notebook_has_its_headings_prose_code_outputs_and_pictures():
    assert read(NOTEBOOK) == [
        ("heading", "Q1"),
        ("text", "Adam was best."),
        ("code", 'print("hello")'),
        ("printed", "Adam: 0.98"),
        ("picture", ""),
    ]


def test_cells_are_named_as_in_the_notebook():
    assert [each.where for each in read_html(NOTEBOOK, "hw1.html")][2:4] == ["cell 7", "cell 7"]


def test_a_line_in_bold_is_a_heading_and_each_point_of_a_list_a_passage():
    assert read("<p><strong>Analysis:</strong></p><ul><li>One.<li>Two.</ul>") == [
        ("heading", "Analysis"),
        ("text", "One."),
        ("text", "Two."),
    ]


def test_a_table_has_rows_and_a_frame_is_text():
    page = "<table><tr><th>act<th>acc</tr><tr><td>relu<td>0.97</tr></table>"
    assert tables(page) == [(("act", "acc"), ("relu", "0.97"))]
    assert read("<table><tr><td>Only a frame around text.</td></tr></table>") == [("text", "Only a frame around text.")]


def test_broken_html_is_read_as_far_as_it_goes():
    assert read("</p></table><td>x<p>One<h2>Two") == [("text", "x"), ("text", "One"), ("heading", "Two")]


def test_pages_of_nothing_but_tags_are_refused():
    with pytest.raises(ValueError, match="more than 300,000 tags"):
        read("<div><b>" * 400_000)
