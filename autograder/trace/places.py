"""The base of all records of a trace, and lines of code as places."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from autograder.quoting import file_named
from autograder.trace.forms import Text


class Seen(BaseModel):
    """A frozen record; unknown fields are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_inf_nan="strings", arbitrary_types_allowed=True)


class Place(Seen):
    """A line of the student's code. `run` is the notebook or script that was run, if it is another file than `source`, and
    `run_in` the cell of it that was running. 0: no cell, or not known."""

    source: Text
    run: Text = ""
    cell: int = 0
    line: int = 0
    run_in: int = 0

    @property
    def file_at_work(self) -> str:
        """The notebook or script that was run."""
        return self.run or self.source

    @property
    def cell_at_work(self) -> int:
        """The cell of it that was running; 0 for none."""
        return self.run_in or self.cell

    def __str__(self) -> str:
        if cell := self.cell_at_work:
            return f"{file_named(self.file_at_work)}, cell {cell}"
        return f"{file_named(self.run)} ({self.to_the_line})" if self.run not in ("", self.source) else self.to_the_line

    @property
    def to_the_line(self) -> str:
        """'hw1.ipynb, cell 3, line 2' or 'main.py, line 7', as far as it is known."""
        cell = self.cell_at_work
        words = [file_named(self.file_at_work), f"cell {cell}"] if cell else [file_named(self.source)]
        return ", ".join([*words, f"line {self.line}"] if self.line else words)
