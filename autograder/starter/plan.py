"""`templates/starter/kit.yaml`: which parts of the reference students get as they are, and what the kit words differently."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from autograder.rubric import Rubric
from autograder.rubric.problems import Place, Problem, RubricError, did_you_mean
from autograder.rubric.source import read_yaml

FOLDER: Final = Path("templates", "starter")  # of the assignment
FILE: Final = "kit.yaml"


class Wording(BaseModel):
    """What the kit says about one function, in place of the reference's words."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    docstring: str = ""
    returns: str = ""


class Plan(BaseModel):
    """How a kit differs from the reference without its solutions."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    notebook: str = Field(min_length=1, description="the notebook's name, without .ipynb")
    packages: tuple[str, ...] = Field(description="what requirements.txt pins, as the grader's own does")
    imports: tuple[str, ...] = Field(default=(), description="lines at the top of the notebook and of every script")
    given: tuple[str, ...] = Field(default=(), description="names of the reference that are no solution")
    functions: dict[str, Wording] = Field(default_factory=dict)


def load_plan(rubric: Rubric) -> Plan:
    """Read the plan of the rubric's assignment. Raises RubricError, naming the line, for one that can't be used."""
    path = rubric.root / FOLDER / FILE
    data, source = read_yaml(path)
    try:
        plan = Plan.model_validate(data)
    except ValidationError as error:
        raise RubricError(
            Problem(source.place(*details["loc"]), f"{details['msg']}; found {details['input']!r}")
            for details in error.errors()
        ) from None
    unknown = [name for name in plan.functions if name not in rubric.functions]
    if unknown:
        raise RubricError(
            Problem(
                source.place("functions", name),
                f"no function '{name}' in {rubric.path}; {did_you_mean(name, rubric.functions)}",
            )
            for name in unknown
        )
    return plan


def pinned(requirements: Path, packages: tuple[str, ...]) -> str:
    """The lines of a requirements file for these packages. Raises RubricError if it does not pin one of them."""
    lines = [line.split("#")[0].strip() for line in requirements.read_text(encoding="utf-8").splitlines()]
    pins = {line.partition("==")[0].lower(): line for line in lines if "==" in line}
    missing = [name for name in packages if name.lower() not in pins]
    if missing:
        raise RubricError(
            [Problem(Place(str(requirements)), f"does not pin {', '.join(missing)}, which the kit asks for")]
        )
    return "".join(f"{pins[name.lower()]}\n" for name in packages)
