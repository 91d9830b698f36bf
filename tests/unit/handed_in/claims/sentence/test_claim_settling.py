"""What a token means is decided by its neighbours: each rule by which it is, is met by its own example."""

from __future__ import annotations

import pytest

from autograder.handed_in.claims.sentence.context import Context
from autograder.handed_in.claims.sentence.settling import RULES, settled
from autograder.handed_in.claims.sentence.tokens import tokens
from autograder.handed_in.claims.words.mentions import Configurations
from autograder.handed_in.naming import Naming

OPTIMIZERS = Configurations(Naming({"SGD": [], "RMSprop": [], "Adam": []}), ("SGD", "RMSprop", "Adam"))


@pytest.mark.parametrize("rule", RULES, ids=[rule.example for rule in RULES])
def test_a_rule_decides_in_its_example(rule):
    found = tokens(f"{rule.example}.", OPTIMIZERS)
    first = [next((each for each in RULES if each.when(Context(found, at))), None) for at in range(len(found))]
    assert rule in first


@pytest.mark.parametrize(
    ("sentence", "word", "kind"),
    [
        ("Adam has an accuracy of over 97 %.", "over", "bound"),
        ("Adam gained two points over SGD.", "over", "than"),
        ("Adam led SGD.", "led", "beat"),
        ("Adam is in the lead.", "in the lead", "extreme"),
    ],
)
def test_the_same_word_means_different_things_among_different_neighbours(sentence, word, kind):
    (token,) = [each for each in settled(tokens(sentence, OPTIMIZERS)) if each.text == word]
    assert token.kind == kind
