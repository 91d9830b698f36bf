"""Whether a report was handed in as PDF that can be read and has text and figures."""

from __future__ import annotations

from typing import Final

from autograder import limited
from autograder.requirements.finding import Finding, counted, shortened
from autograder.requirements.pdf import SECONDS, Contents, UnreadablePdf, measure
from autograder.results import Met
from autograder.submission import Submission

MOST_PDFS: Final = 10
ALL_SECONDS: Final = 90.0  # for all of them


def look(submission: Submission, words: float, figures: float) -> Finding:
    """Measure each PDF; one of them must have at least so many `words` and `figures`."""
    if not submission.reports:
        advice = (
            "Export your report as PDF and put it beside your code. A notebook's own export does, if it has your text."
        )
        return Finding(Met.UNMET, "No PDF was handed in.", advice=advice)
    read: list[tuple[str, Contents]] = []
    unreadable = []
    patience = limited.Patience(ALL_SECONDS)
    for path in submission.reports[:MOST_PDFS]:
        try:
            seconds = patience.left(SECONDS)
            if not seconds:
                raise UnreadablePdf(f"those before it took the {ALL_SECONDS:g} seconds that all of them may take")
            read.append((path, measure(submission.folder / path, seconds)))
        except UnreadablePdf as reason:
            unreadable.append(f"{path} cannot be read: {reason}")
    if len(submission.reports) > MOST_PDFS:
        unreadable.append(f"{len(submission.reports) - MOST_PDFS:,} more PDF files were not looked at")
    if not read:
        advice = "Open the PDF yourself; where it shows, print it to a new PDF and hand in that one."
        return Finding(Met.UNMET, f"{unreadable[0]}.", shortened(unreadable[1:]), advice)
    path, best = max(read, key=lambda each: (_lacks(each[1], words, figures) == [], each[1].words))
    others = [f"{name}: {_told(contents)}" for name, contents in read if name != path]
    lacks = _lacks(best, words, figures)
    found = f"{path} has {_told(best)}."
    if not lacks:
        return Finding(Met.MET, found, shortened([*others, *unreadable]))
    if best.words == 0:
        advice = "No text can be read from it, as in a scan; export the report from the program that you wrote it with."
    else:
        advice = f"Add {' and '.join(lacks)}: a reader should see your results without running your code."
    return Finding(Met.UNMET, found, shortened([*others, *unreadable]), advice)


def _lacks(contents: Contents, words: float, figures: float) -> list[str]:
    short = ["text" if not contents.words else f"text ({words:g} words or more)"] if contents.words < words else []
    return short + (["figures" if figures != 1 else "a figure"] if contents.figures < figures else [])


def _told(contents: Contents) -> str:
    more = " (only the first were read)" if contents.cut else ""
    pieces = [counted(contents.pages, "page") + more, counted(contents.words, "word")]
    return f"{', '.join(pieces)} and {counted(contents.figures, 'figure')}"
