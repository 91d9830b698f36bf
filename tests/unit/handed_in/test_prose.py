"""What can be an answer, and what can't."""

from __future__ import annotations

import pytest

from autograder.handed_in.prose import could_answer, is_english, is_sentence, says_results


@pytest.mark.parametrize(
    "text",
    [
        "ReLU achieved the highest accuracy in all of our runs.",
        "It is dropout.",
        "The update rule of momentum smooths the path, so our loss falls faster (0.23 after epoch 3).",
        "As in Kingma et al. (2015), Adam was the fastest in my experiments.",
        "Сигмоида обучалась медленнее всего из-за насыщения.",
        "ReLU 的准确率最高。",
        "With dropout (p = 0.5) the gap is 0.3 %, without it 2.1 %.",
    ],
)
def test_what_says_something_about_the_students_runs_can_be_an_answer(text):
    assert could_answer(text)


@pytest.mark.parametrize(
    "text",
    [
        "Figure 3: ReLU is the fastest of the three.",
        "Table 1. Final accuracies",
        "Let us denote the pre-activation of layer l by z.",
        "δ(l) = (W(l+1))Tδ(l+1) ⊙ σ′(z(l)) (1)",
        "Glorot and Bengio (2010) studied why deep networks are difficult to train.",
        "Run pip install -r requirements.txt before anything else.",
        "--optimizer: one of sgd, momentum, rmsprop, adam",
        "Epoch 1: loss=0.4359, acc=0.9394 Epoch 2: loss=0.1794, acc=0.9579",
        "class Net(nn.Module): def __init__(self): super().__init__() self.conv1 = nn.Conv2d(3, 32, 3)",
        "I did not have time for the bonus.",
        "*Your analysis here*",
        "TODO",
        "In this report we present our solution of the first homework.",
        "We compare three networks:",
    ],
)
def test_captions_formulas_logs_instructions_and_placeholders_are_no_answers(text):
    assert not could_answer(text)


def test_what_came_out_is_told_from_what_was_done():
    assert says_results("ReLU was the fastest.")
    assert says_results("The first layers get 1e-9.")
    assert not says_results("The gradients were tracked by a hook on every linear layer.")


def test_a_log_and_a_label_are_no_sentences():
    assert is_sentence("Adam was the best of all.")
    assert not is_sentence("Final test accuracy:")
    assert not is_sentence("loss 0.4359 0.3312 0.2231 done.")


def test_english_is_known_by_its_commonest_words():
    assert is_english("The gradients were tracked by a hook and plotted on a logarithmic axis.")
    assert not is_english("Die Gradienten wurden mit einem Hook aufgezeichnet.")
