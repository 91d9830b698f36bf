"""Which top-level statements a name depends on.

A notebook trains for an hour; its functions need a few imports, definitions and assignments. Starting from
one name, this traces what each statement needs back to the statements that bind or change it, and leaves out
all others. A statement sees the names as they are at its position; the body of a function sees them as they
are when it is called.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from autograder.worker.binding.effects import BLOCKS, TRAINING_CALLS, Effects, statements_in

LOOKUPS: Final = frozenset({"eval", "exec", "globals", "locals", "vars"})  # may reach any name


@dataclass(frozen=True)
class Program:
    """The top-level statements of one source by position, each with its effects."""

    effects: tuple[Effects, ...]
    nodes: tuple[ast.stmt, ...]
    guarded: tuple[bool, ...]  # inside `if __name__ == "__main__":`
    trained: str = ""  # a name whose trained value is wanted, so the blocks that train it count
    whole: bool = False  # as if all of it were run: blocks that train and the main guard count too

    @property
    def end(self) -> int:
        return len(self.effects)

    @cached_property
    def touching(self) -> dict[str, list[int]]:
        """For each name, the positions of statements that bind or change it, without those that never run."""
        positions: dict[str, list[int]] = {}
        for position, effects in enumerate(self.effects):
            touched = effects.binds | effects.changes
            if self.trained in effects.needs and self._calls_for_training(position):
                touched |= {self.trained}
            elif not self.whole and self.trains(position):
                continue
            for name in touched:
                positions.setdefault(name, []).append(position)
        for name, touching in positions.items() if not self.whole else ():
            # The main guard is for running the script itself; it counts only for names bound nowhere else.
            outside = [position for position in touching if not self.guarded[position]]
            if any(name in self.effects[position].binds for position in outside):
                positions[name] = outside
        return positions

    @cached_property
    def definitions(self) -> frozenset[str]:
        """The names of functions and classes."""
        return frozenset(name for effects in self.effects if effects.is_definition for name in effects.binds)

    def trains(self, position: int) -> bool:
        """Whether the statement is a block that trains a network, by itself or by calling a function."""
        return isinstance(self.nodes[position], BLOCKS) and self._calls_for_training(position)

    def _calls_for_training(self, position: int) -> bool:
        effects = self.effects[position]
        return bool(effects.attributes & TRAINING_CALLS or effects.needs & self.training_functions)

    @cached_property
    def training_functions(self) -> frozenset[str]:
        """Functions in which a network is trained, directly or by calling another one."""
        functions = [
            (effects.binds, effects.needs_later, effects.attributes_later)
            for effects, node in zip(self.effects, self.nodes, strict=True)
            if isinstance(node, (ast.FunctionDef, *BLOCKS))
        ]
        found: set[str] = set()
        while True:
            more = {
                name
                for names, needs, attributes in functions
                if attributes & TRAINING_CALLS or needs & found
                for name in names
            }
            if more <= found:
                return frozenset(found)
            found |= more

    def assigns(self, position: int, name: str) -> bool:
        """Whether the statement always gives `name` a new value."""
        return name in self.effects[position].binds and not self.effects[position].is_block

    def reaching(self, name: str, before: int) -> list[int]:
        """Positions of the statements that make the value that `name` has just before position `before`."""
        found = []
        for position in reversed(self.touching.get(name, [])):
            if position < before:
                found.append(position)
                if name in self.effects[position].rebinds:
                    break
        return found

    def closure(self, name: str, before: int) -> list[int]:
        """Positions of all statements that `name`, as it is just before `before`, depends on, in order."""
        found: set[int] = set()
        wanted = [(name, before)]
        seen = set(wanted)
        while wanted:
            name, before = wanted.pop()
            for position in self.reaching(name, before):
                found.add(position)
                for need in self._needs(position, before):
                    if need not in seen:
                        seen.add(need)
                        wanted.append(need)
        return sorted(found | set(self.always) if found else found)

    def _needs(self, position: int, before: int) -> list[tuple[str, int]]:
        effects = self.effects[position]
        needs = [(name, position) for name in effects.needs]
        # A name that is only bound further down is for a function that is called even further down.
        needs += [(name, before if self.reaching(name, before) else self.end) for name in effects.needs_later]
        if not effects.is_definition:  # a lambda may be called within its own statement
            needs += [(name, position) for name in effects.needs_later]
        if (effects.needs | effects.needs_later) & LOOKUPS:
            needs += [(name, before) for name in self.definitions]
        return needs

    @cached_property
    def always(self) -> Sequence[int]:
        """Star imports from libraries: it is unknown what they bind."""
        return [
            position
            for position, node in enumerate(self.nodes)
            if _has_star_import(node) and not self.guarded[position] and not self.trains(position)
        ]


def _has_star_import(statement: ast.stmt) -> bool:
    inner = statements_in(statement)
    return any(isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in inner)
