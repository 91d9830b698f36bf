"""Attacks on the grader: none earns more than it declares, harms another submission or the run, or leaves anything behind.

What is tried and what must happen is declared in `tests/submissions/hostile`. `make test` runs the quick ones, `make nightly`
all: `pytest -m "nightly or not nightly" tests/integration/test_hostile_corpus.py`. Attacks of a run are one class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from autograder.results import Status
from autograder.submission.names import visible
from hostile.class_run import WITNESSES, ClassRun, active_parts, earned, forget, run_class, steering
from hostile.corpus import Known, attacks
from tests.integration.conftest import needs_bubblewrap

pytestmark = [needs_bubblewrap, pytest.mark.timeout(3 * 3600)]

ALL = attacks()
EACH = [pytest.param(each, id=each.name, marks=[] if each.attack.quick else [pytest.mark.nightly]) for each in ALL]
Runs = Callable[[Known], ClassRun]


@pytest.fixture(scope="module")
def runs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    """The class that an attack was graded in, with all others that this session tests: one where submissions are only
    checked, one where they are run as they are, too."""
    given = [item.callspec.params.get("known") for item in request.session.items if hasattr(item, "callspec")]
    wanted = {each.name for each in given if isinstance(each, Known)}
    done: dict[bool, ClassRun] = {}
    work = tmp_path_factory.mktemp("hostile")

    def run_of(known: Known) -> ClassRun:
        if known.run not in done:
            together = [each for each in ALL if each.name in wanted and each.run == known.run]
            folder = work / ("run" if known.run else "checked")
            folder.mkdir()
            done[known.run] = run_class(together, folder, jobs=2)
        return done[known.run]

    yield run_of
    forget(work)


@pytest.mark.parametrize("known", EACH)
def test_an_attack_gains_nothing_and_harms_nobody(known: Known, runs: Runs) -> None:
    run = runs(known)
    graded = run.graded[visible(known.student)]
    assert graded.result is not None, graded.failure
    result = graded.result
    told = [(item.id, item.points, item.status.value, item.message) for item in result.items if item.id in known.items]
    assert earned(result, known.items) <= known.attack.earns + 1e-9, told
    waiting = {item.id for item in result.items if item.id in known.items and item.status is Status.REVIEW}
    assert known.attack.waits or not waiting, told
    text = result.model_dump_json()
    assert all(word in text for word in known.attack.says), told
    assert not any(word in text for word in known.attack.never_says), told
    assert not any(f"{run.mark}{loot}" in text for loot in ("work", "account")), "it read what is not its own"
    assert "root:x:0" not in text
    assert active_parts(graded.folder) == []
    assert steering(graded) == set()
    for name in WITNESSES:
        right = run.graded[name].result
        assert right is not None, run.graded[name].failure
        assert [item.id for item in right.items if item.id in run.items and item.points < item.max_points] == []
    assert run.left == ()
