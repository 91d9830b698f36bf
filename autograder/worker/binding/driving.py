"""Files that a driver script runs by `exec(open(...).read())` share one namespace, so each sees what the others bind."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from autograder.worker.binding.effects import bound_names
from autograder.worker.binding.importing import module_name
from autograder.worker.binding.sources import Place, Source, Statement


def sharing(sources: Mapping[str, Source]) -> dict[str, Source]:
    """The sources; those that a driver runs get imports of the others' names before their own statements."""
    shared = dict(sources)
    for driver in sources.values():
        group = [driver.path, *dict.fromkeys(_executed(driver, sources))]
        for path in group if len(group) > 1 else ():
            others = [sources[other] for other in group if other != path]
            imports = tuple(_imports(sources[path], others))
            shared[path] = replace(shared[path], statements=(*imports, *shared[path].statements))
    return shared


def _executed(driver: Source, sources: Mapping[str, Source]) -> Iterator[str]:
    """The paths of the sources that the driver names in statements which call `exec` on an opened file."""
    by_name = {PurePosixPath(path).name: path for path in sources}
    for statement in driver.statements:
        calls = [node.func for node in ast.walk(statement.node) if isinstance(node, ast.Call)]
        if not {"exec", "open"} <= {called.id for called in calls if isinstance(called, ast.Name)}:
            continue
        for node in ast.walk(statement.node):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                path = by_name.get(PurePosixPath(node.value).name)
                if path and path != driver.path:
                    yield path


def _imports(source: Source, others: list[Source]) -> Iterator[Statement]:
    own = {name for statement in source.statements for name in bound_names(statement.node)}
    for other in others:
        for name in dict.fromkeys(name for each in other.statements for name in bound_names(each.node)):
            if name not in own:
                own.add(name)
                node = ast.ImportFrom(module_name(other.path), [ast.alias(name)], 0, lineno=1, col_offset=0)
                yield Statement(ast.fix_missing_locations(node), Place(source.path, None, 1), "", source.path)
