"""Packages are laid one upon another: what is below knows nothing of what is above it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ENGINE = Path(__file__).parents[2] / "autograder"


def imported(file: Path, package: str = "autograder") -> Iterator[str]:
    """What a file imports of a package, wherever it does so: the packages inside, or modules beside them."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.ImportFrom(module=str(module), names=names) if module == package:
                modules = [f"{package}.{each.name}" for each in names]
            case ast.ImportFrom(module=str(module)):
                modules = [module]
            case ast.Import(names=names):
                modules = [each.name for each in names]
            case _:
                continue
        inside = (module.removeprefix(f"{package}.") for module in modules if module.startswith(f"{package}."))
        yield from (module.split(".")[0] for module in inside)


def imports(folder: Path, package: str = "autograder") -> dict[str, set[str]]:
    """What each package below the folder of a package, and each module beside them, imports of the others."""
    found: dict[str, set[str]] = {}
    for file in folder.rglob("*.py"):
        name = file.relative_to(folder).parts[0].removesuffix(".py")
        found.setdefault(name, set()).update(set(imported(file, package)) - {name})
    return found


def cycle(graph: Mapping[str, set[str]]) -> list[str]:
    """Some that import each other in turn, the first named again at the end; empty where none do."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_packages_import_each_other_not_even_in_turn():
    graph = imports(ENGINE)
    assert {"checks", "diagnosis", "answering", "grading"} <= graph.keys()
    assert "answering" in graph["diagnosis"]
    assert cycle(graph) == []


def test_the_stages_by_which_claims_are_read_import_each_other_one_way():
    graph = imports(ENGINE / "handed_in" / "claims", "autograder.handed_in.claims")
    assert {"words", "sentence", "clause", "heads", "verdicts"} <= graph.keys()
    order = {stage: at for at, stage in enumerate(("words", "sentence", "clause", "heads", "verdicts"))}
    assert all(order[other] < order[stage] for stage in order for other in graph[stage] & order.keys())
    assert cycle(graph) == []


@pytest.mark.parametrize(
    "words", ["from autograder import one", "import autograder.one", "from autograder.one import a"]
)
def test_what_imports_each_other_is_found_however_it_is_written(tmp_path, words):
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "module.py").write_text("def late():\n    from autograder.two import b\n")
    (tmp_path / "two.py").write_text(words)
    assert set(cycle(imports(tmp_path))) == {"one", "two"}
