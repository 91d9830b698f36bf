"""The pytest plugin: options, fixtures, and the verdict on each check.

`autograder grade` and `autograder check` hand a `CheckRun` to pytest; plain `pytest tests/public --submission PATH` makes
one from its options. In a run without either, the plugin does nothing.
"""

from __future__ import annotations

import importlib
import inspect
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import pytest

from autograder import data
from autograder.answering import ReferencePlayer, Student
from autograder.assignment import find_kit_rubric
from autograder.checks.case import JUDGING_BYTES, CheckCase
from autograder.checks.evidence import Evidence
from autograder.checks.importing import forget_namesakes, make_importable
from autograder.checks.item import mark_of
from autograder.checks.run import CheckRun
from autograder.checks.second_chances import give_second_chances
from autograder.checks.settings import Settings
from autograder.checks.thresholds import Thresholds
from autograder.checks.uncallable import leave_to_a_person
from autograder.own_work import bounded_memory
from autograder.results import Status
from autograder.rubric import FoundCheck, Rubric, RubricError, Visibility, load_rubric, verify_checks
from autograder.sandbox import Kind, SandboxUnavailable, choose
from autograder.submission import SubmissionError, collect
from autograder.worker.clock import PATIENCE

RUN: Final = pytest.StashKey[CheckRun]()
CASE: Final = pytest.StashKey[CheckCase]()
GRADER_MARGIN: Final = 60.0  # seconds that the grader's own work, starting a worker included, may add to a check


class GivenRun:
    """Hands a run that exists already to the plugin: `pytest.main(arguments, plugins=[GivenRun(run)])`."""

    def __init__(self, run: CheckRun) -> None:
        self.run = run

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[RUN] = self.run

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Run the checks item by item, those that are this lane's."""
        if session.testsfailed:  # before any has run: pytest tells what could not be collected
            return None
        by_item: dict[str, list[pytest.Item]] = {}
        for check in session.items:
            by_item.setdefault(check.stash[CASE].item.id, []).append(check)
        groups = list(by_item.values())
        seconds = [sum(self.run.seconds_for(check.stash[CASE]) for check in group) for group in groups]
        try:
            for position in self.run.lane.turns(seconds):
                for check in groups[position]:
                    check.config.hook.pytest_runtest_protocol(item=check, nextitem=None)
                    if session.shouldstop:
                        raise session.Interrupted(session.shouldstop)
        except session.Interrupted:  # a KeyboardInterrupt too, and pytest's own
            raise
        except KeyboardInterrupt as stop:  # which pytest keeps to itself, and prints with its sources for seconds
            self.run.machine_problem = stop
        return True


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("autograder", "checking one submission")
    group.addoption("--submission", metavar="PATH", help="the submission to check: a folder, zip, notebook or script")
    group.addoption("--rubric", metavar="FILE", help="the rubric (default: the only one in rubric/)")
    group.addoption("--secret", type=int, default=0, help="what the inputs of the checks are drawn from (default: 0)")
    group.addoption("--profile", default="quick", help="how much to run (default: quick)")
    group.addoption(
        "--sandbox", default="none", choices=[kind.value for kind in Kind], help="default: none, as for one's own work"
    )


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    if RUN in config.stash or not config.getoption("--submission", None):
        return
    stack = ExitStack()
    config.add_cleanup(stack.close)
    given = Path(name) if (name := config.getoption("--rubric")) else None
    try:
        handed_in = Path(config.getoption("--submission"))
        rubric = load_rubric(find_kit_rubric(given, handed_in, config.rootpath))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="autograder-")))
        submission = collect(handed_in, folder / "submission")
        kind, secret = choose(Kind(config.getoption("--sandbox"))), config.getoption("--secret")
        settings = Settings(config.getoption("--profile"), kind, secret=secret)
        config.stash[RUN] = stack.enter_context(CheckRun(rubric, submission, settings))
    except (RubricError, SubmissionError, SandboxUnavailable, data.DataError) as error:
        raise pytest.UsageError(str(error)) from error


def pytest_sessionstart(session: pytest.Session) -> None:
    """Let the checks import the assignment's probes, and be imported themselves."""
    run = session.config.stash.get(RUN, None)
    if run is not None:
        root, folders = run.rubric.root, run.rubric.assignment.checks
        make_importable((root / run.rubric.assignment.probes).parent)
        for name in (folders.public, folders.hidden):  # as pytest names the modules in them
            forget_namesakes(".".join(Path(name).parts), root / name)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the checks of this profile, in the rubric's order, after holding them against the rubric."""
    run = config.stash.get(RUN, None)
    if run is None:
        return
    cases = {item: case for item in items if (case := _case(item, run.rubric)) is not None}
    folders = run.rubric.assignment.checks
    both = all((run.rubric.root / folder).is_dir() for folder in (folders.public, folders.hidden))
    if both and config.getoption("--submission", None) is None:
        found = {
            case.name: FoundCheck(
                case.name, case.mark.id, case.visibility, f"{item.location[0]}:{(item.location[1] or 0) + 1}"
            )
            for item, case in cases.items()
        }
        verify_checks(run.rubric, found)
    wanted = [item for item, case in cases.items() if run.wants(case)]
    order = {name: index for index, name in enumerate(name for entry in run.rubric.items for name in entry.checks)}
    wanted.sort(key=lambda item: order.get(cases[item].name, len(order)))
    config.hook.pytest_deselected(items=[item for item in items if item not in wanted])
    items[:] = wanted
    for item in items:
        item.stash[CASE] = cases[item]
        # The check alone: naming the bug afterwards keeps to a time of its own.
        item.add_marker(pytest.mark.timeout(PATIENCE * run.seconds_for(cases[item]) + GRADER_MARGIN, func_only=True))


def _case(item: pytest.Item, rubric: Rubric) -> CheckCase | None:
    function = getattr(item, "function", None)
    mark = mark_of(function)
    if mark is None:
        return None
    hidden = (rubric.root / rubric.assignment.checks.hidden).resolve()
    visibility: Visibility = "hidden" if item.path.resolve().is_relative_to(hidden) else "public"
    known = {entry.id: entry for entry in rubric.items}
    if mark.id not in known:
        raise pytest.UsageError(
            f"{item.location[0]}: {item.name} is for item '{mark.id}', which {rubric.path} does not have"
        )
    sentence = " ".join((function.__doc__ or "").split())
    return CheckCase(item.name, sentence, visibility, mark, known[mark.id])


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    case = item.stash.get(CASE, None)
    if case is not None:
        case.started = time.monotonic()


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[None]:
    """Keep the means to run a check a second time, with another student, reference and evidence; bound the memory that it takes
    over the answers."""
    case = pyfuncitem.stash.get(CASE, None)
    if case is None:
        yield
        return
    function = pyfuncitem.obj
    given = {name: pyfuncitem.funcargs[name] for name in inspect.signature(function).parameters}

    def call(student: Student | ReferencePlayer, reference: ReferencePlayer, evidence: Evidence) -> None:
        fresh = {"student": student, "reference": reference, "evidence": evidence}
        function(**{name: fresh.get(name, value) for name, value in given.items()})

    case.call = call
    with bounded_memory(JUDGING_BYTES):
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """When all checks are over: second chances, names for what is left, and what a person must see."""
    done = yield
    run = session.config.stash.get(RUN, None)
    if run is None or run.machine_problem is not None:
        return done
    try:
        run.elsewhere = run.lane.share(run.lost_so_far())
    except Exception as error:  # of another lane
        run.machine_problem = error
        return done
    give_second_chances(run)
    run.name_what_is_left()
    leave_to_a_person(run)
    return done


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Conclude a check: after its call, or after a set-up that failed."""
    outcome: Any = yield
    case = item.stash.get(CASE, None)
    if case is None or not (call.when == "call" or (call.when == "setup" and call.excinfo)):
        return
    error = call.excinfo.value if call.excinfo else None
    result = item.config.stash[RUN].conclude(case, error)
    if result.status is not Status.PASSED:
        outcome.get_result().longrepr = told(result)


def told(result: Any) -> str:
    """A check that was not passed, for pytest's terminal: the message, the named bug, the student's own lines."""
    lines = [result.sentence, f"  {result.status.value}: {result.message}"]
    for named in result.diagnosis:
        lines += [f"  bug: {named.cause}", f"  mend: {named.mend}"]
    if result.traceback:
        lines.append(result.traceback)
    return "\n".join(lines)


@pytest.fixture
def student(request: pytest.FixtureRequest) -> Iterator[Student]:
    """The student's code, in a session of its own."""
    run = _run(request)
    case = request.node.stash[CASE]
    with run.student(run.seconds_for(case)) as player:
        case.student = player
        yield player


@pytest.fixture
def reference(request: pytest.FixtureRequest) -> ReferencePlayer:
    """The reference, which answers the same probes."""
    return _run(request).reference()


@pytest.fixture
def thresholds(request: pytest.FixtureRequest) -> Thresholds:
    """The thresholds that the rubric sets for this check's item."""
    return Thresholds(request.node.stash[CASE].item)


@pytest.fixture
def evidence(request: pytest.FixtureRequest) -> Evidence:
    """Takes the facts and exhibits that the report shows for this check."""
    found: Evidence = request.node.stash[CASE].evidence
    return found


@pytest.fixture
def secret(request: pytest.FixtureRequest) -> int:
    """What all inputs of this grading run are drawn from. No probe may be given it, nor anything that it follows from."""
    return _run(request).settings.secret


@pytest.fixture
def material(request: pytest.FixtureRequest, secret: int) -> Any:
    """The inputs of this grading run, as the assignment's `material` draws them from the secret."""
    rubric = _run(request).rubric
    if rubric.assignment.material is None:
        raise pytest.UsageError(f"{rubric.path}: checks take `material`, but `assignment: material:` is not set")
    module, _, name = rubric.assignment.material.partition(":")
    return getattr(importlib.import_module(module), name)(secret)


@pytest.fixture
def images(request: pytest.FixtureRequest) -> Callable[[str, str], data.ImageSet]:
    """`images("mnist", "test")`: a data set with its labels, on the grader's side."""
    return _run(request).images


@pytest.fixture
def sampled(request: pytest.FixtureRequest) -> bool:
    """Whether this run works on the small sample."""
    return _run(request).profile.sample


@pytest.fixture
def assigned(request: pytest.FixtureRequest) -> bool:
    """Whether this run trains as long as the assignment asks for."""
    return _run(request).profile.training == "assigned"


def _run(request: pytest.FixtureRequest) -> CheckRun:
    run = request.config.stash.get(RUN, None)
    if run is None:
        raise pytest.UsageError("checks need a submission: give `--submission PATH`")
    return run
