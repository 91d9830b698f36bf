"""What is missing in a part waits where something of that part waits for a person, and nowhere else."""

from __future__ import annotations

from autograder.judging.neighbours import left_with_their_neighbours
from autograder.results import BY_RUNNING, ItemResult, Status
from tests.unit.report.sample_results import a_check, an_item


def item(part: str, status: Status, points: float = 0.0, kind: str = "automatic", **also: object) -> ItemResult:
    checks = (a_check(name="test_it", status=Status.MISSING if points < 1 else Status.PASSED, credit=points),)
    told = {"title": "The plot", "message": "not found", "max_points": 1, "checks": checks}
    return an_item(part=part, kind=kind, status=status, points=points, **(told | also))


def statuses(*items: ItemResult) -> list[Status]:
    return [each.status for each in left_with_their_neighbours(items)]


def test_what_is_missing_beside_what_waits_waits_too():
    waits, missing = left_with_their_neighbours([item("2B", Status.REVIEW), item("2B", Status.MISSING)])
    assert (waits.status, missing.status) == (Status.REVIEW, Status.REVIEW)
    assert missing.message.startswith("not found But “The plot” waits for a person")


def test_what_was_earned_in_part_for_want_of_a_function_waits_as_a_whole():
    _, partial = left_with_their_neighbours([item("2B", Status.REVIEW), item("2B", Status.PARTIAL, 0.4)])
    assert (partial.status, partial.points) == (Status.REVIEW, 0.0)


def test_what_is_missing_alone_is_lost():
    assert statuses(item("2A", Status.REVIEW), item("2B", Status.MISSING)) == [Status.REVIEW, Status.MISSING]


def test_a_written_answer_waits_always_and_says_nothing_on_code():
    assert statuses(item("2B", Status.REVIEW, kind="review"), item("2B", Status.MISSING))[1] is Status.MISSING


def test_what_is_wrong_or_right_or_shown_by_a_run_is_left_as_it_is():
    wrong = item("2B", Status.FAILED, checks=(a_check(name="test_it", status=Status.FAILED, credit=0),))
    by_running = item("2B", Status.PARTIAL, 0.5, decided_by=f"{BY_RUNNING} hw1.ipynb, cell 3.")
    right = item("2B", Status.PASSED, 1.0)
    given = [item("2B", Status.REVIEW), wrong, by_running, right]
    assert list(left_with_their_neighbours(given)) == given
