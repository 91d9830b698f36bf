"""The pytest plugin: options, and the verdict on each check. What checks are given is in `fixtures`.

`autograder grade` and `autograder check` pass a `Run` to pytest; plain `pytest tests/public --submission PATH` makes
one from its options. In a run without either, the plugin does nothing.
"""

from __future__ import annotations

import inspect
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from autograder import data
from autograder.answering import ReferencePlayer, Student
from autograder.assignment import find_kit_rubric
from autograder.checks.case import JUDGING_BYTES, Attempt, CheckCase
from autograder.checks.concluding import concluded
from autograder.checks.ends import lost_in
from autograder.checks.evidence import Evidence
from autograder.checks.importing import forget_namesakes, make_importable
from autograder.checks.item import mark_of
from autograder.checks.naming import with_names_for_what_is_left
from autograder.checks.run import ATTEMPT, RUN, Run
from autograder.checks.second_chances import with_second_chances
from autograder.checks.sessions import Sessions
from autograder.checks.settings import Settings
from autograder.checks.setup import set_up
from autograder.checks.uncallable import left_to_a_person
from autograder.checks.unread import with_what_can_not_be_read
from autograder.own_work import bounded_memory
from autograder.results import CheckResult, Status
from autograder.rubric import FoundCheck, Rubric, RubricError, Visibility, load_rubric, verify_checks
from autograder.sandbox import Kind, SandboxUnavailable, choose
from autograder.submission import SubmissionError, collect
from autograder.worker.clock import PATIENCE

pytest_plugins: Final = ("autograder.checks.fixtures",)
GRADER_MARGIN: Final = 60.0  # seconds that the grader's own work, including the start of a worker, may add to a check


class GivenRun:
    """Passes an existing run to the plugin: `pytest.main(arguments, plugins=[GivenRun(run)])`."""

    def __init__(self, run: Run) -> None:
        self.run = run

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[RUN] = self.run

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Run this lane's checks, item by item."""
        if session.testsfailed:  # before any has run: pytest reports what could not be collected
            return None
        by_item: dict[str, list[pytest.Item]] = {}
        for check in session.items:
            by_item.setdefault(check.stash[ATTEMPT].check.item.id, []).append(check)
        groups = list(by_item.values())
        seconds_for = self.run.setup.seconds_for
        seconds = [sum(seconds_for(check.stash[ATTEMPT].check) for check in group) for group in groups]
        try:
            for position in self.run.lane.turns(seconds):
                for check in groups[position]:
                    check.config.hook.pytest_runtest_protocol(item=check, nextitem=None)
                    if session.shouldstop:
                        raise session.Interrupted(session.shouldstop)
        except session.Interrupted:  # a KeyboardInterrupt too, and pytest's own
            raise
        except KeyboardInterrupt as stop:  # pytest would swallow it, and spend seconds on printing it with sources
            self.run.stopped = stop
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
        setup = set_up(rubric, submission, settings)
        config.stash[RUN] = Run(setup, stack.enter_context(Sessions(setup)))
    except (RubricError, SubmissionError, SandboxUnavailable, data.DataError) as error:
        raise pytest.UsageError(str(error)) from error


def pytest_sessionstart(session: pytest.Session) -> None:
    """Let the checks import the assignment's probes, and be imported themselves."""
    run = session.config.stash.get(RUN, None)
    if run is not None:
        rubric = run.setup.rubric
        root, folders = rubric.root, rubric.assignment.checks
        make_importable((root / rubric.assignment.probes).parent)
        for name in (folders.public, folders.hidden):  # as pytest names the modules in them
            forget_namesakes(".".join(Path(name).parts), root / name)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the checks of this profile, in the rubric's order, after comparing them with the rubric."""
    run = config.stash.get(RUN, None)
    if run is None:
        return
    setup, rubric = run.setup, run.setup.rubric
    cases = {item: case for item in items if (case := _case(item, rubric)) is not None}
    folders = rubric.assignment.checks
    both = all((rubric.root / folder).is_dir() for folder in (folders.public, folders.hidden))
    if both and config.getoption("--submission", None) is None:
        found = {
            case.name: FoundCheck(
                case.name, case.mark.id, case.visibility, f"{item.location[0]}:{(item.location[1] or 0) + 1}"
            )
            for item, case in cases.items()
        }
        try:
            verify_checks(rubric, found)
        except RubricError as error:
            run.stopped = error  # or pytest would report it as an internal error
            raise
    wanted = [item for item, case in cases.items() if setup.wants(case)]
    order = {name: index for index, name in enumerate(name for entry in rubric.items for name in entry.checks)}
    wanted.sort(key=lambda item: order.get(cases[item].name, len(order)))
    config.hook.pytest_deselected(items=[item for item in items if item not in wanted])
    items[:] = wanted
    for item in items:
        item.stash[ATTEMPT] = Attempt(cases[item])
        # The check alone: naming the bug afterwards has its own time limit.
        item.add_marker(pytest.mark.timeout(PATIENCE * setup.seconds_for(cases[item]) + GRADER_MARGIN, func_only=True))


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
    attempt = item.stash.get(ATTEMPT, None)
    if attempt is not None:
        item.stash[ATTEMPT] = replace(attempt, started=time.monotonic())


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[None]:
    """Keep what is needed to run a check again, with another student, reference and evidence; limit the memory that it uses
    on the answers."""
    attempt = pyfuncitem.stash.get(ATTEMPT, None)
    if attempt is None:
        yield
        return
    function = pyfuncitem.obj
    given = {name: pyfuncitem.funcargs[name] for name in inspect.signature(function).parameters}

    def call(student: Student | ReferencePlayer, reference: ReferencePlayer, evidence: Evidence) -> None:
        fresh = {"student": student, "reference": reference, "evidence": evidence}
        function(**{name: fresh.get(name, value) for name, value in given.items()})

    pyfuncitem.stash[ATTEMPT] = replace(attempt, call=call)
    with bounded_memory(JUDGING_BYTES):
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """When all checks are over: second chances, names for what is left, and what a person must see."""
    done = yield
    run = session.config.stash.get(RUN, None)
    if run is None or run.problem is not None:
        return done
    try:
        elsewhere = run.lane.share(lost_in(run.ends))
    except Exception as error:  # of another lane
        run.stopped = error
        return done
    tried = with_second_chances(run.setup, run.sessions, run.ends, elsewhere)
    named = with_names_for_what_is_left(run.setup, run.sessions.loading.bindings, tried, elsewhere)
    left = left_to_a_person(run.setup, run.sessions, named)
    run.ends = with_what_can_not_be_read(run.setup, run.sessions, left)
    return done


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Conclude a check: after its call, or after a failed set-up."""
    outcome: Any = yield
    attempt = item.stash.get(ATTEMPT, None)
    if attempt is None or not (call.when == "call" or (call.when == "setup" and call.excinfo)):
        return
    error = call.excinfo.value if call.excinfo else None
    run = item.config.stash[RUN]
    end = concluded(run.setup, run.sessions, attempt, error, run.ends)
    run.ends += (end,)
    run.on_check(end.result)
    if end.result.status is not Status.PASSED:
        outcome.get_result().longrepr = told(end.result)


def told(result: CheckResult) -> str:
    """A check that was not passed, for pytest's terminal: the message, the named bug, the student's own frames."""
    lines = [result.sentence, f"  {result.status.value}: {result.message}"]
    for named in result.diagnosis:
        lines += [f"  bug: {named.cause}", f"  fix: {named.mend}"]
    if result.traceback:
        lines.append(result.traceback)
    return "\n".join(lines)
