"""Sentences that the submission's own numbers contradict become questions; all others are left alone."""

from __future__ import annotations

import pytest

from autograder.handed_in.claims import questions
from autograder.handed_in.naming import Naming
from autograder.handed_in.numbers import Standing

ACTIVATIONS = [Standing("accuracy", {"relu": 0.9778, "sigmoid": 0.9719, "tanh": 0.9760}, "cell 9")]
OPTIMIZERS = [
    Standing("accuracy", {"SGD": 0.9352, "SGD+Momentum": 0.9768, "RMSprop": 0.9799, "Adam": 0.9758}, "cell 9"),
    Standing("seconds", {"SGD": 137.9, "SGD+Momentum": 81.3, "RMSprop": 92.7, "Adam": 121.3}, "cell 9"),
]
ARCHITECTURES = [
    Standing("accuracy", {"CNN_A (Baseline)": 0.7187, "CNN_B (Deeper)": 0.7379, "CNN_C (AvgPool)": 0.7253}, "cell 9"),
    Standing("seconds", {"CNN_A (Baseline)": 374.3, "CNN_B (Deeper)": 312.9, "CNN_C (AvgPool)": 646.2}, "cell 9"),
]


def asked(rubric, part: str, sentence: str, standings: list[Standing]) -> list[str]:
    return [each.found for each in questions([sentence], standings, Naming(rubric.part(part).names))]


@pytest.mark.parametrize(
    "sentence",
    [
        "Sigmoid was the best.",
        "sigmoid best",
        "In our runs, sigmoid performed best, followed by ReLU and tanh.",
        "Among the tested activation functions, sigmoid achieved the highest test accuracy and the fastest convergence.",
        "Tanh performed better than ReLU in our experiment.",
        "The best accuracy was reached by tanh.",
        "The highest test accuracy was achieved with sigmoid (0.9719).",
        "We get the best results with sigmoid.",
        "Sigmoid outperformed both.",
        "Sigmoid outperformed ReLU.",
        "ReLU had the lowest accuracy.",
        "ReLU performs worse than sigmoid and tanh.",
        "The worst result came from ReLU.",
        "Tanh is slightly worse than sigmoid.",
    ],
)
def test_a_ranking_of_activations_that_the_numbers_contradict_is_asked_about(rubric, sentence):
    (found,) = asked(rubric, "1B", sentence, ACTIVATIONS)
    assert found == "The test accuracy in cell 9: relu 0.9778, tanh 0.976, sigmoid 0.9719. Which is meant?"


@pytest.mark.parametrize(
    "sentence",
    [
        "ReLU performed best.",
        "ReLU best",
        "The best activation function was ReLU.",
        "Among the tested activation functions, ReLU achieved the highest test accuracy and the fastest convergence.",
        "Sigmoid performed the worst due to saturation effects and vanishing gradients.",
        "Tanh performed better than sigmoid because it is zero-centered.",
        "Tanh is slightly better than sigmoid but worse than ReLU.",
        "The worst results came from sigmoid, the best from ReLU.",
    ],
)
def test_what_the_numbers_say_too_is_not(rubric, sentence):
    assert asked(rubric, "1B", sentence, ACTIVATIONS) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Tanh should perform better than ReLU in theory.",
        "Sigmoid is best suited for output layers.",
        "Sigmoid did not perform best.",
        "Sigmoid reached 97.2 %, the others performed better.",
        "tanh was second best.",
        "One of the best was tanh.",
        "Sigmoid had the best training loss.",
        "Tanh was better at the beginning.",
        "All three performed well, but sigmoid took the longest to train.",
        "The best accuracy was 0.6 % above that of sigmoid.",
        "The best results without sigmoid are higher.",
        "The best result for tanh was 0.977.",
        "With sigmoid, the network converges slower, and it is the least accurate.",
        "Is sigmoid the best?",
        "Swish performed best.",
        "Sigmoid erreichte die höchste Genauigkeit.",
        "The network has only two hidden layers, therefore the difference in final accuracy is below 1 % here.",
    ],
)
def test_what_is_conjecture_negated_or_about_something_else_is_not(rubric, sentence):
    assert asked(rubric, "1B", sentence, ACTIVATIONS) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Adam achieved the best final accuracy.",
        "SGD with momentum performed worse than SGD.",
        "RMSprop was clearly worse.",
        "Adam had a higher accuracy than SGD with momentum.",
        "Adam took the longest.",
        "SGD trained fastest.",
        "RMSprop needed more time than Adam.",
    ],
)
def test_optimizers_are_told_apart_by_the_longest_of_their_names(rubric, sentence):
    assert len(asked(rubric, "2A", sentence, OPTIMIZERS)) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "Standard SGD converged the slowest and achieved the lowest accuracy due to its fixed learning rate.",
        "Adam provided a good balance, converging faster than SGD but slightly slower than RMSprop in this experiment.",
        "SGD with momentum performed better than SGD.",
        "Adam and RMSprop performed better than SGD.",
        "SGD took the longest time to train.",
        "Momentum was the fastest to train.",
        "Adam was slightly worse.",
        "Adam has the best reputation, but RMSprop achieved the best test accuracy here.",
        "The three adaptive methods all outperform plain SGD.",
        "Adam is the best choice for most problems.",
    ],
)
def test_true_or_vague_sentences_on_optimizers_are_left_alone(rubric, sentence):
    assert asked(rubric, "2A", sentence, OPTIMIZERS) == []


@pytest.mark.parametrize(
    ("sentence", "quantity"),
    [
        (
            "The deeper CNN achieved higher accuracy due to its capacity but required more training time.",
            "training time",
        ),
        ("The deeper network took longer.", "training time"),
        (
            "The model using average pooling showed lower accuracy, suggesting that max pooling preserves more.",
            "test accuracy",
        ),
        ("Average pooling was worse.", "test accuracy"),
        ("CNN_C achieved the highest accuracy.", "test accuracy"),
        ("CNN B performed worse than CNN A.", "test accuracy"),
    ],
)
def test_more_without_than_means_more_than_the_baseline(rubric, sentence, quantity):
    (found,) = asked(rubric, "3B", sentence, ARCHITECTURES)
    assert found.startswith(f"The {quantity} in cell 9")


@pytest.mark.parametrize(
    "sentence",
    [
        "The average pooling model performed worse than the deeper one.",
        "The deeper network took less time than the baseline.",
        "The average pooling network took the longest.",
        "The deeper model has more parameters, so it takes more memory.",
        "Overall, increasing model complexity improves performance but introduces higher computational cost.",
    ],
)
def test_true_sentences_on_architectures_are_left_alone(rubric, sentence):
    assert asked(rubric, "3B", sentence, ARCHITECTURES) == []


def test_one_table_that_agrees_is_enough_to_ask_nothing(rubric):
    other = Standing("accuracy", {"relu": 0.9701, "sigmoid": 0.9719}, "report.pdf page 2")
    assert asked(rubric, "1B", "Sigmoid performed best.", [*ACTIVATIONS, other]) == []


def test_values_that_are_as_good_as_equal_contradict_nothing(rubric):
    tied = [Standing("accuracy", {"relu": 0.9778, "tanh": 0.9777}, "cell 9")]
    assert asked(rubric, "1B", "Tanh performed best.", tied) == []
    close = [Standing("accuracy", {"relu": 0.9778, "tanh": 0.9775}, "cell 9")]
    assert asked(rubric, "1B", "Tanh performed best.", close) != []


def test_best_and_worst_are_not_said_of_sizes(rubric):
    sizes = [Standing("parameters", {"baseline": 545_098, "wide": 291_978, "deep": 106_890}, "cell 9")]
    assert asked(rubric, "3B", "The wide one with average pooling is slowest and worst.", sizes) == []


NETWORKS = [
    Standing("accuracy", {"Model A": 0.708, "Model B": 0.736, "Model C": 0.721}, "table 1"),
    Standing("seconds", {"Model A": 240.0, "Model B": 336.0, "Model C": 408.0}, "table 1"),
]
ONLY = [
    Standing("accuracy", {"CNN": 0.704}, "table 1"),
    Standing("train accuracy", {"CNN": 0.951}, "table 1"),
    Standing("gap", {"CNN": 0.247}, "table 1"),
]
LAYERS = [
    Standing("gradient", {"sigmoid": 2e-07, "ReLU": 0.001}, "table 1", "layer 1"),
    Standing("gradient", {"sigmoid": 0.01, "ReLU": 0.005}, "table 1", "layer 6"),
]


@pytest.mark.parametrize(
    ("part", "sentence", "standings"),
    [
        ("3B", "C is twice as slow as A.", NETWORKS),
        (
            "3B",
            "The third network wins.",
            [Standing("accuracy", {"CNN 1": 0.70, "CNN 2": 0.74, "CNN 3": 0.72}, "table 1")],
        ),
        ("3B", "Results:\n- B: slowest\n- A: fastest", NETWORKS),
        ("3A", "The final test accuracy after 20 epochs is 73.2%.", ONLY),
        ("3A", "The train accuracy ends up 11 points above the test accuracy.", ONLY),
        ("3A", "There is no big difference between the training accuracy and the test accuracy.", ONLY),
        ("2B", "In every layer ReLU has the larger gradient than sigmoid.", LAYERS),
        ("2A", "Contrary to what we expected, Adam was the fastest.", OPTIMIZERS),
        ("2A", "Adam appears to be better than RMSprop.", OPTIMIZERS),
    ],
)
def test_plain_sentences_of_reports_are_asked_about(rubric, part, sentence, standings):
    assert asked(rubric, part, sentence, standings)


@pytest.mark.parametrize(
    ("part", "sentence", "standings"),
    [
        ("1B", "Tanh turned out to be the most interesting case.", ACTIVATIONS),
        ("1B", "The ranking was clear, but sigmoid was still at 89 % at that point.", ACTIVATIONS),
        ("2A", "Adam is the worst of the three better ones.", OPTIMIZERS),
        ("2A", "Except for SGD, all are within half a point.", OPTIMIZERS),
        ("2A", "SGD needs 138 s, that is 50 % more than RMSprop.", OPTIMIZERS),
        ("2A", "Momentum gets 97.7 %. The error is four times smaller.", OPTIMIZERS),
        ("2A", "SGD made 648 mistakes.", OPTIMIZERS),
        ("2B", "With sigmoid the gradient falls about ten times in every layer.", LAYERS),
        ("3A", "The network classifies 95 % of the training images and 70 % of the test images correctly.", ONLY),
    ],
)
def test_what_is_not_understood_as_a_whole_is_left_alone(rubric, part, sentence, standings):
    assert not asked(rubric, part, sentence, standings)


SIZES = [
    Standing("accuracy", {"Baseline": 0.7043, "Deep": 0.7512, "Wide": 0.7238}, "table 1"),
    Standing("parameters", {"Baseline": 545_098, "Deep": 357_706, "Wide": 2_169_770}, "table 1"),
]
FOUR_OPTIMIZERS = [
    Standing("accuracy", {"SGD": 0.9347, "SGD+Momentum": 0.9779, "RMSprop": 0.9771, "Adam": 0.9763}, "table 1"),
    Standing("epochs", {"SGD": 12, "SGD+Momentum": 3, "RMSprop": 2, "Adam": 2}, "table 1"),
]
THREE_REGULARIZERS = [Standing("accuracy", {"none": 0.9754, "L2": 0.9770, "dropout": 0.9786}, "table 1")]


@pytest.mark.parametrize(
    ("part", "sentence", "standings"),
    [
        ("3B", "The deep network has fewer parameters than the baseline and still gets the best accuracy.", SIZES),
        ("2A", "Momentum improved the accuracy by more than 4 points at almost no additional cost.", FOUR_OPTIMIZERS),
        ("2A", "Adam converged faster than RMSprop, and both are close in accuracy.", FOUR_OPTIMIZERS),
        ("2A", "SGD is like 4 and a half points under momentum.", FOUR_OPTIMIZERS),
        ("2C", "L2 is less effective than dropout, but better than nothing.", THREE_REGULARIZERS),
        ("2C", "L2 comes second, dropout on the other hand has the best test accuracy.", THREE_REGULARIZERS),
    ],
)
def test_nothing_is_asked_about_what_the_numbers_bear_out(rubric, part, sentence, standings):
    assert asked(rubric, part, sentence, standings) == []


@pytest.mark.parametrize(
    ("part", "sentence", "standings"),
    [
        ("3B", "The deep network has more parameters than the baseline.", SIZES),
        ("2A", "It must be noted that SGD reached the highest accuracy.", FOUR_OPTIMIZERS),
        ("2A", "Adam has demonstrated the superior accuracy among the four.", FOUR_OPTIMIZERS),
        ("2A", "SGD is like 6 and a half points under momentum.", FOUR_OPTIMIZERS),
        ("2C", "Dropout has the best test accuracy, L2 on the other hand has the worst.", THREE_REGULARIZERS),
    ],
)
def test_a_question_is_asked_about_what_the_numbers_contradict(rubric, part, sentence, standings):
    assert len(asked(rubric, part, sentence, standings)) == 1


GAPS = [
    Standing("accuracy", {"none": 0.9781, "L2": 0.9776, "dropout": 0.9795}, "cell 9"),
    Standing("train accuracy", {"none": 0.9987, "L2": 0.9891, "dropout": 0.9803}, "cell 9"),
    Standing("gap", {"none": 0.0206, "L2": 0.0115, "dropout": 0.0008}, "cell 9"),
]


@pytest.mark.parametrize(
    "sentence",
    [
        "The training accuracy of L2 is above the test accuracy of dropout.",  # of two owners, and nobody's gap
        "Nearly two points separate L2 from the best one.",  # which L2 is not said to be
        "No regularization did not lose by much.",
        "L2 gave up one point on the training set and won nothing.",
        "Dropout gave up 1.8 points on the training set and won 0.14 on the test set.",
        "The gap goes from 2.1 to 1.2 and 0.1 with L2 and dropout.",
        "L2 was weaker than dropout: it only halved the gap.",
        "L2 closes a good 40 % of the gap, dropout nearly all.",
        "The training accuracy drops by 0.96 with L2 and by twice as much with dropout.",
        "Dropout is not better because it is newer but because it breaks up habits.",
        "A weight penalty is not a better method for that alone.",
        "L2 and dropout are 0.2 points apart, with dropout ahead.",
    ],
)
def test_what_may_be_read_otherwise_is_left_alone(rubric, sentence):
    assert not asked(rubric, "2C", sentence, GAPS)


def test_a_layer_that_learns_slower_has_less_of_the_gradient(rubric):
    layers = [
        Standing("gradient", {"layer 1": 3e-8, "layer 6": 1.2e-2}, "cell 9", title="sigmoid"),
        Standing("gradient", {"layer 1": 1.6e-3, "layer 6": 4.8e-3}, "cell 9", title="ReLU"),
    ]
    assert not asked(rubric, "2B", "With sigmoid layer 1 learns slower than layer 6.", layers)


def test_two_thirds_that_are_lost_leave_one(rubric):
    shrunk = [Standing("gap", {"none": 0.030, "dropout": 0.010}, "cell 9")]
    assert not asked(rubric, "2C", "Dropout reduced the gap by two thirds.", shrunk)
    assert asked(rubric, "2C", "Dropout reduced the gap by one third.", shrunk)


def test_points_lost_on_the_training_set_are_of_that(rubric):
    assert not asked(rubric, "2C", "L2 loses one point on the training set.", GAPS)
    assert asked(rubric, "2C", "L2 loses three points on the training set.", GAPS)


def test_parts_that_are_taken_away_are_not_what_is_left(rubric):
    assert not asked(rubric, "2C", "L2 takes away half of the gap, dropout nearly all of it.", GAPS)
    shrunk = [Standing("gap", {"none": 0.030, "dropout": 0.010}, "cell 9")]
    assert not asked(rubric, "2C", "Dropout takes away two thirds of the gap.", shrunk)


def test_beaten_only_by_one_is_beaten_by_nobody_else(rubric):
    assert asked(rubric, "2A", "Adam is only beaten by RMSprop.", OPTIMIZERS)
    assert not asked(rubric, "2A", "SGD with momentum is only beaten by RMSprop.", OPTIMIZERS)
