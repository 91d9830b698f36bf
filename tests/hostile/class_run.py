"""A class of attacks between two right submissions, graded as any class is, and what it left behind."""

from __future__ import annotations

import io
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import psutil
import pytest
from rich.console import Console

from autograder.checks.settings import Settings
from autograder.cohort import REPORT, Graded, grade_all
from autograder.grader_digest import digest_under_any_secret
from autograder.report import print_result
from autograder.results import Result
from autograder.rubric import load_rubric
from autograder.sandbox import Kind
from autograder.submission import find_submissions
from autograder.submission.names import visible
from hostile.corpus import Known, hand_in, right_functions

ROOT: Final = Path(__file__).resolve().parents[2]
RUBRIC: Final = ROOT / "rubric" / "hw1.yaml"
RUN_SECONDS: Final = 20.0
WITNESSES: Final = ("aa right", "zz right")  # graded first and last
# What a report may be made of; our own template has no script at all.
RUNS_SOMETHING: Final = frozenset({"script", "iframe", "object", "embed", "base", "link", "form", "foreignobject"})


@dataclass(frozen=True)
class ClassRun:
    """What became of each student, and of the machine. `mark` is a word that stands in what attacks try to leave or to read."""

    graded: Mapping[str, Graded]
    items: tuple[str, ...]
    mark: str
    left: tuple[str, ...]  # what should not be there any more, in words


def run_class(attacks: Sequence[Known], work: Path, jobs: int) -> ClassRun:
    """Hand attacks in as one class, and grade it in `work`, an empty folder."""
    rubric = load_rubric(RUBRIC)
    items = tuple(dict.fromkeys(item for known in attacks for item in known.items))
    mark = f"hostile{secrets.token_hex(6)}"
    download, temporary = work / "class", work / "temporary"
    for folder in (download, temporary):
        folder.mkdir()
    for name in WITNESSES:
        (download / name).mkdir()
        right = right_functions(rubric, items, "")
        (download / name / "homework1.py").write_text(f"{right}\n\nOWN_WORK = '{mark}work'\n", encoding="utf-8")
    for known in attacks:
        hand_in(known, rubric, items, download, mark)
    run_seconds = RUN_SECONDS if any(known.run for known in attacks) else 0
    settings = Settings(
        "standard", Kind.BUBBLEWRAP, threads=1, only=frozenset(items), run_seconds=run_seconds, secret=7
    )
    before, grader = _mounts(), digest_under_any_secret(rubric, settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(temporary))  # inherited by all that grade
        patch.setenv("HOSTILE_ACCOUNT", f"{mark}account")
        patch.setattr(tempfile, "tempdir", None)
        found = find_submissions(download, work / "unpacked", is_class=True)
        done = list(grade_all(found.submissions, work / "out", RUBRIC, settings, jobs, resume=False, reviews={}))
    tempfile.tempdir = None
    left = [f"running: {name}" for name in _running(mark)]
    left += [f"mounted: {mount}" for mount in sorted(_mounts() - before)]
    left += [f"written: {path}" for path in _written(mark, temporary)]
    if digest_under_any_secret(load_rubric(RUBRIC), settings) != grader:
        left.append("written: checks, rubric, reference or engine")
    graded = {visible(each.submission.student): each for each in done}
    return ClassRun(graded, items, mark, tuple(left))


def earned(result: Result, items: Sequence[str]) -> float:
    """Points on these items."""
    return sum(item.points for item in result.items if item.id in items)


def active_parts(folder: Path) -> list[str]:
    """What of a report's page would run, load or lead somewhere, in words; nothing for one that only shows."""
    found: list[str] = []

    class Looking(HTMLParser):
        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
            if tag in RUNS_SOMETHING:
                found.append(f"<{tag}>")
            for name, value in attributes:
                address = (value or "").strip().lower()
                leads = name in ("src", "href", "xlink:href", "action", "srcset") and not address.startswith(
                    ("#", "data:image/")
                )
                # A clipping path of the page's own leads nowhere: reports draw with them.
                loads = "url(" in address.replace("url('#", "").replace('url("#', "").replace("url(#", "")
                if name.startswith("on") or leads or loads:
                    found.append(f"<{tag} {name}={value!r:.60}>")

    Looking().feed((folder / REPORT).read_text(encoding="utf-8"))
    return found


def steering(graded: Graded) -> set[str]:
    """Characters in a report, or in what a terminal shows of a result, that steer a terminal or turn the direction of writing."""
    said = io.StringIO()
    if graded.result is not None:
        print_result(graded.result, Console(file=said, width=200))
    text = said.getvalue() + (graded.folder / REPORT).read_text(encoding="utf-8")
    return set(re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text))


def _running(mark: str) -> list[str]:
    found = []
    for process in psutil.process_iter(["cmdline"]):
        line = " ".join(process.info["cmdline"] or ())
        if mark in line and process.pid != os.getpid():
            found.append(line[:200])
    own = psutil.Process().children(recursive=True)
    return found + [" ".join(child.cmdline())[:200] for child in own if "bwrap" in child.name()]


def _mounts() -> frozenset[str]:
    return frozenset(Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace").splitlines())


def _written(mark: str, temporary: Path) -> list[str]:
    """Files that an attack has written where anything is kept, and folders that the grader has forgotten."""
    import site

    places = [
        Path.home(),
        Path("/tmp"),
        Path("/var/tmp"),
        Path("/dev/shm"),
        Path("/"),
        ROOT,
        ROOT / "autograder",
        RUBRIC.parent,
    ]
    places += [Path(folder) for folder in site.getsitepackages()]
    found = [path for place in dict.fromkeys(places) if os.access(place, os.R_OK | os.X_OK) for path in place.iterdir()]
    return [str(path) for path in found if mark in path.name] + [str(path) for path in temporary.glob("autograder*")]


def forget(work: Path) -> None:
    """Remove a run's folder, whatever lies in it."""
    shutil.rmtree(work, ignore_errors=True)
