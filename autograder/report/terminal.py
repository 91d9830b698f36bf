"""The result as a table in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from autograder.report.mending import NOTHING_TO_MEND, mends
from autograder.report.text import code_spans, legible, one_line
from autograder.report.wording import LABELS, MET_LABELS, counted, duration, number, numbering_of_cells, points
from autograder.results import ItemResult, Met, PartResult, RequirementResult, Result, Status

WIDEST = 100  # columns; longer lines are hard to read
LAST_LINES = 12  # of a traceback

COLOURS = {
    Status.PASSED: "green",
    Status.PARTIAL: "yellow",
    Status.FAILED: "red",
    Status.ERROR: "red",
    Status.TIMEOUT: "red",
    Status.MISSING: "red",
    Status.REVIEW: "blue",
    Status.UNCHECKED: "bright_black",
}


MET_COLOURS = {Met.MET: "green", Met.UNMET: "yellow", Met.UNSEEN: "bright_black"}


def print_result(result: Result, console: Console) -> None:
    """Print `result` to `console`: the items by part, what to fix first, the errors, the score.

    For a submission that could not be graded at all, only why, and the score.

    Reads well at 80 columns and in a file: colours are never the only sign. Characters that the console's
    encoding lacks are printed as escapes.
    """
    page = _Page(console.encoding)
    blocks: list[RenderableType] = [page.heading(result)]
    if result.problem:
        blocks += [page.prose(line, "bold red") for line in result.problem.splitlines()]
    else:
        width = max((len(points(item)) for item in result.items), default=0)
        for part in result.parts:
            blocks.append(page.part(part, [item for item in result.items if item.part == part.id], width))
        blocks += page.first_to_fix(result)
        blocks += page.errors(result)
        blocks += page.ran(result)
        blocks += page.requirements(result)
        blocks += page.notes(result)
    blocks.append(page.score(result))
    for place, block in enumerate(blocks):
        if place:
            console.print()
        console.print(block, width=min(console.width, WIDEST), highlight=False)


@dataclass(frozen=True)
class _Page:
    """The blocks of the page, in the characters that `encoding` has."""

    encoding: str

    def heading(self, result: Result) -> RenderableType:
        name = self.text(f"{result.assignment.title}: {result.submission.name}")
        return Group(Text(name, "bold"), Rule(style="dim", characters=self.text("─", "-")))

    def part(self, part: PartResult, items: list[ItemResult], points_width: int) -> RenderableType:
        table = Table.grid(padding=(0, 2, 0, 0), expand=True)
        table.add_column(width=12, no_wrap=True)
        table.add_column(ratio=1)
        table.add_column(justify="right", no_wrap=True, min_width=points_width)
        for item in items:
            table.add_row(self.status(item.status), self.item(item), self.text(points(item)))
        title = Table.grid(expand=True)
        title.add_column(ratio=1)
        title.add_column(justify="right", no_wrap=True)
        title.add_row(Text(self.text(part.title), "bold"), Text(points(part), "bold"))
        return Group(title, table)

    def status(self, status: Status) -> Text:
        label = LABELS[status]
        return Text(f"{self.text(label.symbol, label.ascii_symbol)} {label.word}", COLOURS[status])

    def item(self, item: ItemResult) -> RenderableType:
        title = self.text(one_line(item.title)) + (" (bonus)" if item.bonus else "")
        if item.status is Status.PASSED or not item.message:
            return Text(title)
        where = f" ({item.decided_by[0].lower()}{item.decided_by[1:].rstrip('.')})" if item.by_running else ""
        return Group(Text(title), self.prose(f"{item.message}{where}", "dim"))

    def first_to_fix(self, result: Result) -> Iterator[RenderableType]:
        """The same causes as on the page, in the same order."""
        found = mends(result)
        if not found:
            return
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(justify="right")
        table.add_column(ratio=1)
        for place, mend in enumerate(found, start=1):
            lines = [self.prose(mend.cause)]
            if mend.mend:
                lines.append(self.prose(mend.mend, "green"))
            where = f"{mend.where}, " if mend.where else ""
            lost = f"{'up to ' if mend.at_most else ''}{counted(mend.points, 'point')} lost"
            lines.append(self.prose(f"{where}{lost}", "dim"))
            table.add_row(f"{place}.", Group(*lines))
        yield Group(Text("What to fix first", "bold"), table)

    def errors(self, result: Result) -> Iterator[RenderableType]:
        tracebacks = dict.fromkeys(
            check.traceback
            for item in result.items
            if item.status not in NOTHING_TO_MEND
            for check in item.checks
            if check.traceback
        )
        for place, traceback in enumerate(tracebacks):
            lines = legible(traceback).strip("\n").split("\n")
            text = Text(self.text("\n".join(lines[-LAST_LINES:])), overflow="fold")
            title = Text("Where your code stopped", "bold")
            yield Group(*([title] if place == 0 else []), Padding(text, (0, 0, 0, 2)))

    def ran(self, result: Result) -> Iterator[RenderableType]:
        if not result.ran:
            return
        lines: list[RenderableType] = [Text("What your code did when it was run, on little data", "bold")]
        for source in result.ran:
            lines.append(self.prose(source.told))
            lines += [Padding(self.prose(error, "yellow"), (0, 0, 0, 2)) for error in source.errors]
        if numbering := numbering_of_cells(result.submission.files):
            lines.append(self.prose(numbering, "dim"))
        yield Group(*lines)

    def requirements(self, result: Result) -> Iterator[RenderableType]:
        if not result.requirements:
            return
        table = Table.grid(padding=(0, 2, 0, 0), expand=True)
        table.add_column(no_wrap=True)
        table.add_column(ratio=1)
        for requirement in result.requirements:
            label = MET_LABELS[requirement.status]
            sign = f"{self.text(label.symbol, label.ascii_symbol)} {label.word}"
            table.add_row(Text(sign, MET_COLOURS[requirement.status]), self.requirement(requirement))
        yield Group(Text("Submission requirements (no points)", "bold"), table)

    def requirement(self, requirement: RequirementResult) -> RenderableType:
        lines: list[RenderableType] = [Text(self.text(one_line(requirement.asked)))]
        lines.append(self.prose(requirement.found, "dim"))
        if requirement.status is not Met.MET:  # where all is well, places and numbers are for the page
            lines += [Padding(self.prose(detail, "dim"), (0, 0, 0, 2)) for detail in requirement.details]
            if requirement.traceback:
                text = legible(requirement.traceback).strip("\n").split("\n")[-LAST_LINES:]
                lines.append(Padding(Text(self.text("\n".join(text)), overflow="fold"), (0, 0, 0, 2)))
        if requirement.advice:
            lines.append(self.prose(requirement.advice, "green"))
        return Group(*lines)

    def notes(self, result: Result) -> Iterator[RenderableType]:
        """What was left out, repaired, or taken to be something: the files that the rest of the page is about."""
        if result.submission.notes:
            yield Group(Text("What you handed in", "bold"), *(self.prose(note) for note in result.submission.notes))

    def score(self, result: Result) -> RenderableType:
        pieces = [f"Score: {number(result.score)} of {counted(result.max_score, 'point')}"]
        if result.max_bonus:
            pieces.append(f"bonus {number(result.bonus)} of {number(result.max_bonus)}")
        if result.awaiting_review or result.awaiting_bonus:
            bonus = f"{counted(result.awaiting_bonus, 'bonus point')}" if result.awaiting_bonus else ""
            due = counted(result.awaiting_review, "point") if result.awaiting_review else ""
            pieces.append(f"{' and '.join(filter(None, (due, bonus)))} awaiting manual grading")
        if result.unchecked:
            pieces.append(f"{counted(result.unchecked, 'point')} not looked at by profile {result.profile}")
        line = Text.assemble((pieces[0], "bold"), *(f"; {self.text(piece)}" for piece in pieces[1:]))
        line.append(f"  ({duration(result.seconds)})", "dim")
        return line

    def prose(self, text: str, style: str = "") -> Text:
        """Return `text` on one line, code in colour and with its backticks, since a file has no colour."""
        line = Text(style=style)
        for piece, is_code in code_spans(self.text(one_line(text))):
            line.append(f"`{piece}`" if is_code else piece, "bold cyan not dim" if is_code else None)
        return line

    def text(self, text: str, instead: str = "") -> str:
        """Return legible `text`, or `instead` (else escapes) where the encoding lacks a character of it."""
        text = legible(text)
        try:
            text.encode(self.encoding)
        except UnicodeEncodeError:
            return instead or text.encode(self.encoding, "backslashreplace").decode(self.encoding)
        return text
