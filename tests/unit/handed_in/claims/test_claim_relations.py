"""Sentences become relations between named configurations."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.handed_in.claims.clause.discourse import Discourse
from autograder.handed_in.claims.reading import read
from autograder.handed_in.claims.relations import (
    Apart,
    Between,
    Claim,
    Extreme,
    First,
    Order,
    Party,
    Same,
    Stated,
)
from autograder.handed_in.claims.sentence.tokens import tokens
from autograder.handed_in.claims.words.lexicon import MEANINGS
from autograder.handed_in.claims.words.mentions import Configurations
from autograder.handed_in.naming import Naming

NAMES = {"SGD": ["plain SGD"], "SGD+Momentum": ["momentum"], "RMSprop": [], "Adam": []}
FOUR = Configurations(Naming(NAMES), tuple(NAMES), {"adaptive": ("RMSprop", "Adam")})
KNOWN = ("accuracy", "seconds", "epochs", "train accuracy", "gap")
ACCURACY, SECONDS, EPOCHS, GAP = ("accuracy",), ("seconds",), ("epochs",), ("gap",)


def claims(*sentences: str, configurations: Configurations = FOUR) -> list[Claim]:
    """The claims of the last of the sentences."""
    discourse = Discourse()
    found: list[Claim] = []
    for sentence in sentences:
        found, discourse = read(tokens(sentence, configurations), KNOWN, discourse)
    return found


def the_order(*sentences: str) -> tuple[tuple[str, ...], int, tuple[str, ...], tuple[str, ...]]:
    """Who has more (+1) or less (-1) than whom, and of what."""
    (claim,) = claims(*sentences)
    assert isinstance(claim, Order)
    return claim.subject.names, claim.of.sign, claim.other.names if claim.other else (), claim.of.quantities


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Adam is more accurate than SGD.", (("Adam",), +1, ("SGD",), ACCURACY)),
        ("Compared to SGD, Adam is more accurate.", (("Adam",), +1, ("SGD",), ACCURACY)),
        ("Adam's accuracy is lower than that of RMSprop.", (("Adam",), -1, ("RMSprop",), ACCURACY)),
        ("Adam and RMSprop took longer than momentum.", (("Adam", "RMSprop"), +1, ("SGD+Momentum",), SECONDS)),
        ("SGD was outperformed by Adam.", (("Adam",), +1, ("SGD",), ACCURACY)),
        ("SGD lagged behind Adam.", (("SGD",), -1, ("Adam",), ACCURACY)),
        ("Adding momentum to SGD raised the accuracy.", (("SGD+Momentum",), +1, ("SGD",), ACCURACY)),
        ("Replacing SGD with Adam reduced the training time.", (("Adam",), -1, ("SGD",), SECONDS)),
        ("Going from SGD to Adam shortened the training.", (("Adam",), -1, ("SGD",), SECONDS)),
        ("Momentum makes SGD faster to train.", (("SGD+Momentum",), -1, ("SGD",), SECONDS)),
        ("SGD converged faster than Adam.", (("SGD",), -1, ("Adam",), EPOCHS)),
        ("Unlike SGD, Adam is better than RMSprop.", (("Adam",), +1, ("RMSprop",), ACCURACY)),
        ("Adam overfits less than SGD.", (("Adam",), -1, ("SGD",), GAP)),
    ],
)
def test_who_has_more_than_whom_is_read_whatever_the_order_of_words(sentence, expected):
    assert the_order(sentence) == expected


@pytest.mark.parametrize(
    ("before", "sentence", "subject"),
    [
        ("Adam reached a good accuracy.", "It was faster to train than SGD.", ("Adam",)),
        ("Adam and RMSprop are alike.", "They were faster to train than SGD.", ("Adam", "RMSprop")),
        ("RMSprop and Adam were compared.", "The former was faster to train than SGD.", ("RMSprop",)),
        ("RMSprop and Adam were compared.", "The latter was faster to train than SGD.", ("Adam",)),
    ],
)
def test_pronouns_mean_who_was_spoken_of(before, sentence, subject):
    assert the_order(before, sentence) == (subject, -1, ("SGD",), SECONDS)


def test_of_two_that_were_spoken_of_one_is_compared_with_the_other():
    first, second = claims("RMSprop was more accurate than Adam, but slower to train.")
    assert isinstance(first, Order) and isinstance(second, Order)
    assert (second.subject.names, second.other) == (("RMSprop",), Party(("Adam",)))


def test_a_rank_is_one_among_all():
    first, second = claims("The best accuracy was reached by RMSprop, the second best by momentum.")
    assert isinstance(first, Extreme) and isinstance(second, Extreme)
    assert (first.subject.names, first.rank) == (("RMSprop",), 1)
    assert (second.subject.names, second.rank) == (("SGD+Momentum",), 2)


def test_a_ranking_is_an_order_of_neighbours():
    found = claims("RMSprop came first, followed by momentum and Adam.")
    pairs = [(each.subject.names, each.other.names) for each in found if isinstance(each, Order) and each.other]
    assert pairs == [(("RMSprop",), ("SGD+Momentum",)), (("SGD+Momentum",), ("Adam",))]


def test_values_go_to_whom_they_are_given():
    found = claims("SGD and Adam reached 93.5 % and 97.6 %, respectively, RMSprop (98.0 %) more than 97 %.")
    stated = [
        (each.subject.names, each.amount.number.value, each.amount.bound) for each in found if isinstance(each, Stated)
    ]
    assert sorted(stated) == [
        (("Adam",), 97.6, 0),
        (("RMSprop",), 97.0, 1),
        (("RMSprop",), 98.0, 0),
        (("SGD",), 93.5, 0),
    ]


def test_neither_of_them_is_a_claim_that_none_does():
    (claim,) = claims("Neither RMSprop nor Adam was faster to train than SGD.")
    assert isinstance(claim, Order) and claim.subject == Party(("RMSprop", "Adam"), nobody=True)


def test_only_one_of_them_is_also_a_claim_on_all_others():
    one, others = claims("Only SGD stayed below 95 %.")
    assert isinstance(one, Stated) and isinstance(others, Stated)
    assert others.subject == Party(group="all", without=("SGD",), nobody=True)


def test_all_but_one_leaves_that_one_out():
    (claim,) = claims("All optimizers except SGD exceeded 97 %.")
    assert isinstance(claim, Stated) and claim.subject == Party(group="all", without=("SGD",))


def test_a_word_of_the_rubric_for_several_means_these():
    assert the_order("The adaptive methods took longer than momentum.")[0] == ("RMSprop", "Adam")


def test_what_was_denied_of_the_one_may_be_said_of_the_other():
    first, second = claims("Adam did not improve the accuracy over SGD, RMSprop did.")
    assert isinstance(first, Order) and isinstance(second, Order)
    assert (first.negated, second.negated, second.subject.names) == (True, False, ("RMSprop",))


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("Adam lies between SGD and RMSprop.", Between),
        ("Adam and RMSprop are practically tied.", Same),
        ("The difference between Adam and SGD is four points.", Apart),
        ("All four are within 5 points.", Apart),
        ("Adam is as accurate as RMSprop.", Same),
    ],
)
def test_other_relations_are_read_too(sentence, kind):
    (claim,) = claims(sentence)
    assert isinstance(claim, kind)


def test_who_is_first_to_reach_a_value_is_asked_of_courses_and_of_epochs():
    course, epochs = claims("Adam was the first to reach 95 %.")
    assert isinstance(course, First) and isinstance(epochs, Extreme)
    assert (epochs.of.quantities, epochs.of.sign, epochs.of.goal) == (EPOCHS, -1, 0.95)


@pytest.mark.parametrize(
    "sentence",
    [
        "Adam would be faster than SGD.",
        "Adam usually beats SGD.",
        "If we trained longer, Adam would overtake RMSprop.",
        "Is Adam faster than SGD?",
        "In the first epochs Adam is better than RMSprop.",
        "Adam is better suited for noisy gradients than SGD.",
        "The learning rate of SGD is larger than that of Adam.",
        "Adam has a higher variance than SGD.",
        "Adam is faster than expected.",
        "Adam with a learning rate of 0.001 was used.",
        "The accuracy of Adam rose slowly.",
        "One of the best was Adam.",
    ],
)
def test_what_is_no_statement_of_a_result_claims_nothing(sentence):
    assert claims(sentence) == []


@pytest.mark.parametrize(
    "sentence",
    ["As expected, Adam is better than SGD.", "We expected SGD to win, but Adam is better than SGD."],
)
def test_an_expectation_beside_a_result_takes_nothing_from_it(sentence):
    assert the_order(sentence) == (("Adam",), +1, ("SGD",), ACCURACY)


WORDS = st.sampled_from([*NAMES, *MEANINGS, "97.6 %", "12 s", "0.97", "2 points", "saddle", "3"])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(WORDS, max_size=14), max_size=3))
def test_no_sentence_is_too_odd_to_be_read(sentences):
    assert isinstance(claims(*(" ".join(words) for words in sentences)), list)
