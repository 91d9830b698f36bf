"""Whether a report was handed in as PDF that can be read and has text and figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograder.handed_in.pdf import Pdf
from autograder.quoting import file_named
from autograder.requirements.finding import Finding, counted, shortened
from autograder.results import Met


def look(reports: Sequence[str], pdfs: Mapping[str, Pdf], words: float, figures: float) -> Finding:
    """One of the `reports` must have at least this many `words` and `figures`; `pdfs` has those that were read."""
    if not reports:
        advice = (
            "Export your report as PDF and put it beside your code. A notebook's own export does, if it has your text."
        )
        return Finding(Met.UNMET, "No PDF was handed in.", advice=advice)
    read = [(name, pdf) for name, pdf in pdfs.items() if pdf.pages]
    unreadable = [f"{file_named(name)} cannot be read: {pdf.problem}" for name, pdf in pdfs.items() if not pdf.pages]
    if len(reports) > len(pdfs):
        unreadable.append(f"{len(reports) - len(pdfs):,} more PDF files were not looked at")
    if not read:
        advice = "Open the PDF yourself; if it opens, print it to a new PDF and hand that one in."
        return Finding(Met.UNMET, f"{unreadable[0]}.", shortened(unreadable[1:]), advice)
    path, best = max(read, key=lambda each: (_lacks(each[1], words, figures) == [], each[1].words))
    others = [f"{file_named(name)}: {_told(pdf)}" for name, pdf in read if name != path]
    lacks = _lacks(best, words, figures)
    found = f"{file_named(path)} has {_told(best)}."
    if not lacks:
        return Finding(Met.MET, found, shortened([*others, *unreadable]))
    if best.words == 0:
        advice = "No text can be read from it, as in a scan; export the report from the program that you wrote it with."
    else:
        advice = f"Add {' and '.join(lacks)}: a reader should see your results without running your code."
    return Finding(Met.UNMET, found, shortened([*others, *unreadable]), advice)


def _lacks(pdf: Pdf, words: float, figures: float) -> list[str]:
    short = ["text" if not pdf.words else f"text ({words:g} words or more)"] if pdf.words < words else []
    return short + (["figures" if figures != 1 else "a figure"] if pdf.figures < figures else [])


def _told(pdf: Pdf) -> str:
    more = " (only the first were read)" if pdf.cut else ""
    pieces = [counted(pdf.pages, "page") + more, counted(pdf.words, "word")]
    return f"{', '.join(pieces)} and {counted(pdf.figures, 'figure')}"
