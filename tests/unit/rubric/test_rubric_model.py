"""A loaded rubric is easy to ask."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from small_rubric import SMALL, line_of, write

from autograder.rubric import Rubric, RubricError, load_rubric


@pytest.fixture
def rubric(tmp_path: Path) -> Rubric:
    return load_rubric(write(tmp_path, SMALL))


def test_items_know_their_part_their_line_and_whether_they_are_a_bonus(rubric: Rubric) -> None:
    assert [item.id for item in rubric.items] == ["1A.network", "1A.evaluation", "1A.analysis", "bonus.code"]
    network = rubric.item("1A.network")
    assert (network.part, network.bonus) == ("1A", False)
    assert network.where == f"{rubric.path}:{line_of('- id: 1A.network')}"
    assert rubric.item("bonus.code").bonus
    assert rubric.part("1A").items[0] is network


def test_the_root_is_the_parent_of_the_rubrics_folder(rubric: Rubric, tmp_path: Path) -> None:
    assert rubric.root == tmp_path.resolve()


def test_a_rubric_survives_the_way_to_another_process(rubric: Rubric) -> None:
    assert pickle.loads(pickle.dumps(rubric)) == rubric


def test_looking_up_what_is_not_there_names_the_nearest(rubric: Rubric) -> None:
    with pytest.raises(RubricError, match=r"no item '1A.netwrok' in this rubric; did you mean '1A.network'"):
        rubric.item("1A.netwrok")
    with pytest.raises(RubricError, match=r"no part '9Z' in this rubric; choose from 1A, bonus"):
        rubric.part("9Z")
    with pytest.raises(RubricError, match=r"no profile 'quik' in this rubric; did you mean 'quick'"):
        rubric.profile("quik")


def test_a_threshold_that_is_not_set_names_the_line_to_set_it_on(rubric: Rubric) -> None:
    network = rubric.item("1A.network")
    assert network.threshold("test_accuracy") == 0.97
    with pytest.raises(RubricError) as caught:
        network.threshold("test_acuracy")
    assert str(caught.value) == (
        f"{rubric.path}:{line_of('thresholds:')}: parts[0].items[0].thresholds: item '1A.network' sets no "
        "threshold 'test_acuracy', which a check asks for; did you mean 'test_accuracy'?"
    )


def test_the_credit_of_a_plain_list_is_the_least(rubric: Rubric) -> None:
    item = rubric.item("1A.network")
    assert item.credit({"test_layers": 1.0, "test_logits": 0.25}) == 0.25


def test_the_credit_of_shares_is_their_weighted_mean(rubric: Rubric) -> None:
    item = rubric.item("1A.evaluation")
    credits = {"test_accuracy_is_counted": 1.0, "test_dropout_is_off": 0.0}
    assert item.credit(credits) == pytest.approx(0.7)


def test_a_check_that_did_not_run_leaves_the_credit_to_the_others(rubric: Rubric) -> None:
    assert rubric.item("1A.evaluation").credit({"test_dropout_is_off": 0.5}) == pytest.approx(0.5)
    assert rubric.item("1A.network").credit({"test_layers": 1.0}) == 1.0
    with pytest.raises(ValueError, match=r"no check of item '1A.network' ran"):
        rubric.item("1A.network").credit({})
