"""`release_kit`: the folder that students get, made from the reference, the rubric and `templates/starter`."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import jinja2

from autograder.assignment import KIT
from autograder.checks.run import OnCheck
from autograder.report.wording import counted, number
from autograder.rubric import Rubric
from autograder.rubric.problems import Place, Problem, RubricError
from autograder.starter.checks import write_checks
from autograder.starter.imports import arranged
from autograder.starter.leaks import Leak, leaks
from autograder.starter.notebook import (
    cell_texts,
    cleared,
    functions_by_part,
    functions_in_order,
    source_notebook,
    written,
)
from autograder.starter.plan import FOLDER, Plan, load_plan, pinned
from autograder.starter.skeleton import Module, Skeleton, blocks, read_modules, skeleton

REQUIREMENTS: Final = "requirements.txt"


class LeakError(Exception):
    """Solution text is left in a kit, which was not written. The message names every line."""

    def __init__(self, found: Sequence[Leak]) -> None:
        super().__init__("solution text is left in the kit, so it was not written:\n  " + "\n  ".join(map(str, found)))
        self.leaks = tuple(found)


@dataclass(frozen=True)
class Kit:
    """A kit that was released."""

    folder: Path
    files: tuple[str, ...]


def release_kit(rubric: Rubric, folder: Path, *, checks: bool = True, on_check: OnCheck = lambda result: None) -> Kit:
    """Write the kit into `folder`, which must not exist yet or be empty. It appears only when all is done and verified.

    With `checks` it includes the public checks, and the kit filled from the reference has passed them. Raises
    RubricError for a plan, a reference or a template that does not fit, LeakError when solution text is left, ChecksError
    when the checks can't be included, and FileExistsError.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"{folder} is there already; name a new folder, or empty that one")
    plan = load_plan(rubric)
    reference = rubric.root / rubric.assignment.reference
    modules = read_modules(reference, list(rubric.functions))
    skeletons = _skeletons(rubric, modules, plan)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".releasing-", dir=folder.parent) as scratch:
        made = Path(scratch) / "kit"
        made.mkdir(mode=0o755)
        for name, text in kit_files(rubric, plan, skeletons, checks=checks).items():
            (made / name).write_text(text, encoding="utf-8")
        everything = [Module(path.stem, path.read_text(encoding="utf-8")) for path in sorted(reference.glob("*.py"))]
        if checks:
            write_checks(rubric, made, made / KIT, modules, on_check)
        if found := leaks(made, everything, skeletons, KIT):
            raise LeakError(found)
        if folder.exists():
            folder.rmdir()
        os.replace(made, folder)
    return Kit(
        folder, tuple(sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()))
    )


def kit_files(rubric: Rubric, plan: Plan, skeletons: Sequence[Skeleton], *, checks: bool) -> dict[str, str]:
    """The files that students fill in and read, by name. With `checks` the README says how to install those of the kit."""
    templates = _environment(rubric.root / FOLDER)
    notebook = cleared(source_notebook(rubric, skeletons, templates))
    texts = cell_texts(notebook)
    files = {f"{plan.notebook}.ipynb": written(notebook)}
    for each in skeletons:
        files[f"{each.name}.py"] = _script(rubric, each, texts, [other.name for other in skeletons], templates)
    home = {name: f"{each.name}.py" for each in skeletons for name in each.functions}
    parts = functions_by_part(rubric, list(home))
    files["README.md"] = templates.get_template("README.md.j2").render(
        rubric=rubric,
        checks=KIT if checks else "",
        notebook=f"{plan.notebook}.ipynb",
        scripts=[f"{each.name}.py" for each in skeletons],
        functions=[(part, name, home[name]) for part, names in parts.items() for name in names],
        written=[item for item in rubric.items if item.kind == "review"],
    )
    files[REQUIREMENTS] = pinned(rubric.root / REQUIREMENTS, plan.packages)
    return files


def _skeletons(rubric: Rubric, modules: Sequence[Module], plan: Plan) -> list[Skeleton]:
    functions = list(rubric.functions)
    siblings = [module.name for module in modules]
    found = [skeleton(module, functions, plan, siblings) for module in modules]
    missing = [name for name in functions if not any(name in each.functions for each in found)]
    if missing:
        place = Place(str(rubric.root / rubric.assignment.reference))
        raise RubricError([Problem(place, f"the reference defines no {', '.join(f'`{name}`' for name in missing)}")])
    return found


def _script(
    rubric: Rubric, module: Skeleton, texts: Mapping[str, str], own: Sequence[str], templates: jinja2.Environment
) -> str:
    grouped = functions_by_part(rubric, functions_in_order(rubric, list(module.functions)))
    parts = [
        (f"{part.id}: {part.title} ({counted(part.points, 'point')})", [texts[name] for name in grouped[part.id]])
        for part in rubric.parts
        if grouped[part.id]
    ]
    return templates.get_template("script.py.j2").render(
        summary=module.summary, imports=arranged(module.imports, own), given=blocks(module.given), parts=parts
    )


def _environment(folder: Path) -> jinja2.Environment:
    """Templates of text files: nothing is escaped, and an undefined variable is an error."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - Markdown and Python, made from the instructor's own files
    )
    filters: dict[str, Any] = {"number": number, "cell": _table_cell, "code": _code_span, "sentences": _sentences}
    environment.filters.update(filters)
    return environment


def _table_cell(text: str) -> str:
    return text.replace("|", r"\|")


def _code_span(name: str) -> str:
    return f"`{name}`"


def _sentences(bounds: tuple[int, int]) -> str:
    fewest, most = bounds
    return f"{fewest} to {most} sentences" if fewest != most else f"{fewest} sentence{'' if fewest == 1 else 's'}"
