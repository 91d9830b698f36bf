"""The public checks of a kit: without the reference, without hidden checks and what these need.

A kit's folder `autograder_checks` is a small assignment of its own: the public checks and all that they import, a rubric
reduced to them, the sample of the data, the engine as a wheel, and the reference's recorded answers instead of the reference.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from autograder.answering.recorded import RecordingPlayer, save_answers
from autograder.checking import carry_out
from autograder.checks.given import SAMPLES
from autograder.checks.run import OnCheck
from autograder.checks.settings import Settings
from autograder.checks.setup import set_up
from autograder.results import Status
from autograder.rubric import Item, Rubric
from autograder.rubric.documented import docstrings
from autograder.sandbox import Kind
from autograder.starter.filling import fill_scripts
from autograder.starter.skeleton import Module
from autograder.submission import collect

ANSWERS: Final = "reference-answers"
ENGINE: Final = Path(__file__).resolve().parents[2]  # a checkout
ENGINE_FILES: Final = ("autograder", "pyproject.toml", "README.md", "LICENSE", "requirements.txt")
HEADER: Final = "# The assignment's rubric, reduced to the public checks. Made by `autograder release`.\n\n"


class ChecksError(Exception):
    """A kit's checks can't be made. The message says why."""


def write_checks(
    rubric: Rubric, kit: Path, folder: Path, modules: Sequence[Module], on_check: OnCheck = lambda result: None
) -> None:
    """Write the checks for the kit in `kit` into `folder`.

    The kit's scripts, filled from the reference, run all of them: that is how the reference's answers are recorded. Raises
    ChecksError when one fails, or the engine is not a checkout.
    """
    profile = _public_profile(rubric)
    tests = (rubric.root / rubric.assignment.probes).parent
    public = sorted((rubric.root / rubric.assignment.checks.public).rglob("*.py"))
    named = [*(function.adapter for function in rubric.functions.values()), rubric.assignment.material or ""]
    modules_named = {path.partition(":")[0] for path in named if path}
    judges = _judges(rubric)
    for path in _with_imports(tests, [*public, *judges], modules_named):
        target = folder / path.relative_to(rubric.root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    (folder / rubric.assignment.probes).mkdir(parents=True, exist_ok=True)
    write_rubric(rubric, folder, public, judges)
    _copy_samples(rubric, folder)
    save_answers(folder / ANSWERS, _recorded(rubric, profile, kit, modules, on_check))
    build_engine(folder)


def write_rubric(rubric: Rubric, folder: Path, checks: Sequence[Path], judges: Sequence[Path] = ()) -> Path:
    """Write the reduced rubric into `folder`, with the text of the assignment that it names, and return its path."""
    path = folder / "rubric" / rubric.path.name
    path.parent.mkdir(parents=True)
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER)
        yaml = YAML()
        yaml.width = 120
        yaml.dump(reduced(rubric, checks, judges), file)
    if rubric.assignment.text:
        (folder / rubric.assignment.text).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(rubric.root / rubric.assignment.text, folder / rubric.assignment.text)
    return path


def _judges(rubric: Rubric) -> list[Path]:
    """The modules of the judges of a run."""
    run = rubric.assignment.run
    return sorted((rubric.root / run.judges).glob("*.py")) if run is not None else []


def reduced(rubric: Rubric, checks: Sequence[Path], judges: Sequence[Path] = ()) -> dict[str, Any]:
    """The rubric as data, with only the checks in these files, and the thresholds that these and the judges look up."""
    asked = dict(_thresholds_by_check(checks))
    asked_by_judges = {name for path in judges for name in _thresholds_in(ast.parse(path.read_text(encoding="utf-8")))}
    data: dict[str, Any] = rubric.model_dump(mode="json", exclude_defaults=True)
    for name in ("reproduction", "other_references", "answers"):  # what a kit has no files for
        data["assignment"].pop(name, None)
    data["assignment"]["recorded"] = ANSWERS
    for name, text in docstrings(rubric).items():
        data["functions"][name]["docstring"] = text
    data["profiles"] = {name: about for name, about in data["profiles"].items() if about["visibilities"] == ["public"]}
    for part, part_data in zip(rubric.parts, data["parts"], strict=True):
        for item, item_data in zip(part.items, part_data["items"], strict=True):
            kept = [name for name in item.checks if name in asked]
            wanted = {name for check in kept for name in asked[check]} | asked_by_judges
            _replace(item_data, "checks", _shares(item, kept) if item.shares else kept)
            _replace(item_data, "comparable", [name for name in item.comparable if name in kept])
            _replace(item_data, "thresholds", {k: v for k, v in item.thresholds.items() if k in wanted})
    used = {name for part_data in data["parts"] for each in part_data["items"] for name in each.get("thresholds", ())}
    declared = {kind: [name for name in names if name in used] for kind, names in rubric.thresholds.items()}
    _replace(data, "thresholds", {kind: names for kind, names in declared.items() if names})
    return data


def build_engine(folder: Path) -> None:
    """Build the engine as a wheel into `folder`, from a copy of its files. Raises ChecksError when that fails."""
    if not all((ENGINE / name).exists() for name in ENGINE_FILES):
        raise ChecksError(
            f"the engine in {ENGINE} is not a checkout, so no package can be made from it; use --no-checks"
        )
    with tempfile.TemporaryDirectory(prefix="autograder-") as scratch:
        for name in ENGINE_FILES:
            source, target = ENGINE / name, Path(scratch) / name
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copyfile(source, target)
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
        options = ["--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(folder)]
        environment = os.environ | {"SOURCE_DATE_EPOCH": "315532800"}  # so that equal engines make equal wheels
        done = subprocess.run(
            [*pip, "wheel", *options, scratch], env=environment, capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise ChecksError(f"pip could not make a package of the engine: {done.stderr.strip()[-500:]}")


def _recorded(rubric: Rubric, profile: str, kit: Path, modules: Sequence[Module], on_check: OnCheck) -> dict[str, Any]:
    """The reference's answers while the kit's scripts, filled from it, run the public checks."""
    answers: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="autograder-") as scratch:
        filled = Path(scratch) / "filled"
        filled.mkdir()
        for module in modules:
            shutil.copyfile(kit / f"{module.name}.py", filled / f"{module.name}.py")
        fill_scripts(filled, modules)
        submission = collect(filled, Path(scratch) / "submission")
        settings = Settings(profile, Kind.NONE, threads=1)
        checked = carry_out(set_up(rubric, submission, settings, partial(RecordingPlayer, answers=answers)), on_check)
    lost = [f"{r.name}: {r.message}" for r in checked.results if r.status not in (Status.PASSED, Status.REVIEW)]
    if lost:
        raise ChecksError("filled from the reference, the kit does not pass its own checks:\n  " + "\n  ".join(lost))
    return answers


def _public_profile(rubric: Rubric) -> str:
    """The profile that runs public checks only."""
    for name, profile in rubric.profiles.items():
        if profile.visibilities == ("public",):
            return name
    raise ChecksError(
        f"{rubric.path} has no profile with `visibilities: [public]`, so students have nothing to check with"
    )


def _with_imports(tests: Path, files: Sequence[Path], modules: Iterable[str]) -> set[Path]:
    """The files, and what they and `modules` import from sibling packages, such as probes."""
    found: set[Path] = set()
    waiting = [*files, *(path for name in modules for path in _module_files(tests, name))]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.ImportFrom(module=str(module), names=names, level=0):
                    candidates = [module, *(f"{module}.{name.name}" for name in names)]
                case ast.Import(names=names):
                    candidates = [name.name for name in names]
                case _:
                    continue
            waiting += [each for name in candidates for each in _module_files(tests, name)]
    return found


def _module_files(tests: Path, module: str) -> Iterator[Path]:
    """The file of a module below `tests`, with those of the packages around it."""
    path = tests.joinpath(*module.split("."))
    if path.with_suffix(".py").is_file():
        yield path.with_suffix(".py")
    for package in (path, *path.parents):
        if package != tests and package.is_relative_to(tests) and (package / "__init__.py").is_file():
            yield package / "__init__.py"


def _thresholds_by_check(files: Iterable[Path]) -> Iterator[tuple[str, set[str]]]:
    """Each check in the files with the thresholds that it looks up, `thresholds["accuracy"]`."""
    for path in files:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield node.name, set(_thresholds_in(node))


def _thresholds_in(code: ast.AST) -> Iterator[str]:
    """The names of thresholds that code looks up, each of `thresholds["a" if sampled else "b"]` too."""
    for each in ast.walk(code):
        if isinstance(each, ast.Subscript) and ast.unparse(each.value) == "thresholds":
            yield from (
                inner.value
                for inner in ast.walk(each.slice)
                if isinstance(inner, ast.Constant) and isinstance(inner.value, str)
            )


def _shares(item: Item, kept: Sequence[str]) -> dict[str, float]:
    """The shares of the checks that are kept, adding up to 1 again."""
    whole = sum(item.shares[name] for name in kept)
    return {name: item.shares[name] / whole for name in kept}


def _replace(data: dict[str, Any], key: str, value: Any) -> None:
    if value:
        data[key] = value
    else:
        data.pop(key, None)


def _copy_samples(rubric: Rubric, folder: Path) -> None:
    source = rubric.root / SAMPLES
    for name in rubric.assignment.data:
        if not (source / name).is_dir():
            raise ChecksError(f"there is no sample of {name} in {source}, which students need to check with")
        shutil.copytree(source / name, folder / SAMPLES / name)
    if (readme := source.parent / "README.md").is_file() and rubric.assignment.data:
        shutil.copyfile(readme, folder / SAMPLES.parent / "README.md")
