from __future__ import annotations

from pathlib import Path

from autograder.rubric import load_rubric
from autograder.rubric.documented import docstrings, kit_texts
from autograder.starter.checks import reduced

RUBRIC = load_rubric(Path(__file__).resolve().parents[3] / "rubric" / "hw1.yaml")


def test_functions_are_documented_as_the_kit_words_it_and_else_as_the_reference_does():
    found = docstrings(RUBRIC)
    assert found["train_xor"].startswith("Train a model (by default a new one) until it gets all four XOR cases right")
    assert found["gradient_magnitudes"].startswith("The mean absolute gradient of each weight matrix")


def test_a_kits_own_rubric_holds_what_the_kit_says_of_its_functions():
    told = reduced(RUBRIC, [])["functions"]
    assert told["gradient_magnitudes"]["docstring"] == docstrings(RUBRIC)["gradient_magnitudes"]


def test_what_the_templates_of_a_kit_say_is_known_without_their_placeholders():
    texts = kit_texts(RUBRIC)
    assert any("YOUR ANSWER HERE" in text for text in texts)
    assert not any("{{" in text or "{%" in text for text in texts)
