"""How the functions were found, for the terminal, and the lines that would bind those that were not."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from autograder.mapping import FILE, TABLE
from autograder.report.text import one_line
from autograder.results import Binding, Result

WIDEST = 100  # columns


def print_names(result: Result, console: Console) -> None:
    """Print which names are not the standard ones, and for functions that were not found the line of `autograder.toml` that would
    bind them. Nothing if each function has its standard name.
    """
    for block in _blocks(result.bindings):
        console.print()
        console.print(block, width=min(console.width, WIDEST), highlight=False)


def _blocks(bindings: tuple[Binding, ...]) -> Iterator[RenderableType]:
    found = [binding for binding in bindings if binding.bound_to and (binding.sure != "certain" or binding.others)]
    if found:
        yield Text("Which of your functions was used for which", "bold")
        yield _table([(binding.function, f"{binding.sure}: {_described(binding)}") for binding in found])
    if lines := suggested(bindings):
        yield Text(f"Not found. If one of these is it, put the line into {FILE} beside your files:", "bold")
        yield Text("\n".join([f"[{TABLE}]", *lines]))
    missing = [binding for binding in bindings if not binding.bound_to and not binding.unwritten]
    nowhere = [binding.function for binding in missing if not binding.target]
    if nowhere:
        yield Text(f"Not found, and nothing comes near: {', '.join(nowhere)}.")


def _described(binding: Binding) -> str:
    others = f"; also there: {', '.join(binding.others)}" if binding.others else ""
    return one_line(f"{binding.bound_to}, by {binding.how}{others}")


def suggested(bindings: tuple[Binding, ...]) -> list[str]:
    """The line that would bind what comes nearest, for each function that was not found."""
    missing = [binding for binding in bindings if not binding.bound_to and binding.target]
    return [f'{binding.function} = "{binding.target}"{_choice(binding)}' for binding in missing]


def _choice(binding: Binding) -> str:
    return f"  # or: {', '.join(binding.others[1:])}" if len(binding.others) > 1 else ""


def _table(rows: list[tuple[str, str]]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    for function, told in rows:
        table.add_row(Text(function), Text(told, "dim", overflow="fold"))
    return table
