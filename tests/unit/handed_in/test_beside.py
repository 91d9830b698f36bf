"""Sentences that only lead on, or say what was done, are told from those that say what came out."""

from __future__ import annotations

import pytest

from autograder.handed_in.beside import is_beside, without_beside

LEADS_ON = [
    "Next we turn to the optimizers.",
    "In the next section I look at regularization.",
    "Now let us move on to the convolutional networks.",
    "That leaves the question of overfitting.",
    "So much for the activations.",
    "The gradients will be discussed below.",
    "I will come back to this in part 3B.",
    "What happens in deeper networks is the topic of the next part.",
    "The regularization experiments follow in the next section.",
    "After this we examine the gradients.",
]
WAS_DONE = [
    "All four were trained for 20 epochs with a batch size of 128.",
    "I logged the gradient norms with a hook on every layer.",
    "We used the same seed for every run.",
    "For the third network I replaced max pooling by average pooling.",
    "The learning rate was set to 0.001 in all runs.",
    "Times were measured on a single GPU.",
    "I ran everything three times and took the mean.",
    "Dropout with p = 0.5 was applied after each hidden layer.",
    "Network C has four convolutional layers with 32 to 128 filters.",
    "Only the last layer was replaced and fine-tuned for three epochs.",
    "The accuracy was evaluated after each epoch.",
    "To get these numbers I averaged over three seeds.",
]
IS_DRAWN = [
    "Figure 3 shows the training loss of the three networks.",
    "The loss curves are shown in Figure 2.",
    "Table 2 lists the accuracies and times of all runs.",
    "The curves can be seen below.",
    "The dashed lines are the training accuracy.",
    "The y-axis is logarithmic.",
    "Fig. 4: Mean gradient per layer.",
    "The exact numbers are given in the table above.",
    "The plot below compares both networks layer by layer.",
    "All plots are in the folder figures.",
]
WENT_WRONG = [
    "Sadly the session timed out before I could save the plot.",
    "It took me two evenings to find the bug.",
    "I forgot to save the log of the second run.",
    "The kernel died twice.",
]
OUTLOOK = [
    "With more time I would have tried a schedule.",
    "It would be interesting to repeat this with batch normalization.",
    "In future work one could look at other datasets.",
    "I would have liked to test a ResNet as well.",
]
OTHERS_OF_THESE_KINDS = [
    "The next experiment is about regularization.",
    "Regularization is treated in the following part.",
    "How the gradients behave will be seen in the next part.",
    "Before we get to the CNNs, one word on dropout.",
    "This brings us to the second problem.",
    "With these numbers in hand I went on to the gradients.",
    "The rest of the report is about images.",
    "Let me now show the gradients.",
    "Up next: the gradients.",
    "I then moved on to part B.",
    "The loss of every epoch is stored in history.json.",
    "I plotted the curves with matplotlib on a logarithmic scale.",
    "Each model was trained from the same initial weights.",
    "All experiments use Adam with a learning rate of 0.001.",
    "Every configuration was run with three seeds and the mean is reported.",
    "The training loop is the one of Problem 1.",
    "We recorded the gradients after every epoch for each layer.",
    "Weight decay of 1e-4 was passed to the optimizer.",
    "I used PyTorch for all of this.",
    "The models were evaluated on the 10,000 test images.",
    "For this I wrote a small function.",
    "The hyperparameters are those of the assignment.",
    "Here are the curves.",
    "The legend gives the final accuracy.",
    "Bars are on a log scale.",
    "See the table for all numbers.",
    "In the figure, blue is sigmoid and orange is ReLU.",
    "Figure 4. Gradient norms of both networks.",
    "The picture shows the mean gradient of each layer after the first epoch.",
    "Shaded areas are the standard deviation over three seeds.",
    "My laptop overheated during the last run.",
    "Unfortunately Colab stopped the last run.",
    "I had to repeat the Adam run because of a wrong learning rate.",
    "I would try data augmentation next.",
    "A learning rate schedule would be the next thing to try.",
    "We leave batch normalization for another day.",
    "Given the time, I did not tune anything.",
    "Thanks for reading.",
    "The code for this is in part2.py.",
]
FINDS = [
    "Now the sigmoid comes last.",
    "In the next ten epochs Adam stays ahead.",
    "Next comes momentum with 97.6 %.",
    "Then the loss of SGD begins to fall.",
    "I would use Adam for the next problem.",
    "After all four were trained for 20 epochs, momentum was ahead of Adam.",
    "All four were trained for 20 epochs, and only SGD had not converged.",
    "I logged the gradients and found them nearly zero in the first layer.",
    "We used the same seed, so the difference is due to the activation.",
    "With a learning rate of 0.01 plain SGD needed all 20 epochs.",
    "Training took 40 seconds longer with dropout.",
    "I measured 96 s for SGD and 117 s for Adam.",
    "Dropout with p = 0.5 closed the gap.",
    "Network C has the most parameters and the lowest accuracy.",
    "Network C has more parameters than B but is no better.",
    "The deep network was trained in 280 s and reached 76 %.",
    "Figure 3 shows that the gap opens after epoch 5.",
    "The plot shows a clear gap between training and test accuracy.",
    "The gap can be seen in Figure 2 from epoch five on.",
    "The curves are almost identical.",
    "The dashed line of dropout stays above the solid one.",
    "As the table shows, Adam is best.",
    "Fine-tuning took the network from 70 to 93 %.",
    "Pre-trained filters were learned from a million images, which is why they help.",
    "With more epochs SGD would have caught up.",
    "With more data the wide network would have overfitted less.",
    "If time is short, I would take the small network.",
    "For practical use I would choose network B.",
    "It took the sigmoid network ten epochs to reach 97 %.",
    "The gradients were multiplied by at most 0.25 in each layer.",
    "Weights are shrunk at every step.",
    "The filters were already trained on photographs.",
    "Momentum was needed to get SGD going.",
    "Units are switched off at random, which keeps them from relying on each other.",
    "ReLU was the first to get below a loss of 0.1.",
    "Here ReLU is the clear winner.",
    "Das Netz mit ReLU ist am schnellsten.",
]
FINDS_IN_OTHER_WORDS = [
    "Adam and RMSprop were trained to the same loss in a third of the epochs.",
    "Everything was as expected.",
    "The result was the same with another seed.",
    "I see no difference between the two.",
    "In the end both are at 97.8 %.",
    "That is the vanishing gradient.",
    "Sigmoid needs more epochs.",
    "This was to be expected for so small a network.",
    "We found ReLU to be the best.",
    "The first layers were not trained at all.",
    "The curve of the baseline leaves the other two at epoch five.",
    "Its training curve lies below its test curve.",
    "Both were equally fast.",
    "The weights of the first layer were hardly changed.",
    "Each factor is at most a quarter.",
    "Its features were learned on ImageNet.",
    "Only the last layer had to be learned.",
    "Momentum is what makes SGD usable here.",
    "For quick experiments I use Adam, for the final run momentum.",
    "Dropout it is.",
    "The small network was trained in half the time.",
    "Sigmoid got stuck for the first two epochs.",
    "Training stops making progress after epoch 6.",
    "The two curves were on top of each other.",
    "RMSprop was the quickest to reach 95 %.",
    "The loss was still going down when I stopped.",
    "In ten epochs SGD was not done.",
    "I was surprised by tanh.",
    "I had expected ReLU to win.",
    "Pooling was changed as well, so depth alone may not be the reason.",
    "The test accuracy was not changed by dropout.",
    "The same holds for the wide network.",
    "Weight decay did little.",
    "With ReLU every layer is trained.",
    "A single run was made, so the last digit means nothing.",
    "It is followed by tanh.",
    "We stopped at 20 epochs, when SGD was at 93 %.",
]


@pytest.mark.parametrize("sentence", [*LEADS_ON, *WAS_DONE, *IS_DRAWN, *WENT_WRONG, *OUTLOOK, *OTHERS_OF_THESE_KINDS])
def test_what_finds_nothing_is_beside(sentence):
    assert is_beside(sentence)


@pytest.mark.parametrize("sentence", [*FINDS, *FINDS_IN_OTHER_WORDS])
def test_what_says_what_came_out_is_not(sentence):
    assert not is_beside(sentence)


def test_a_paragraph_loses_what_is_beside_at_its_ends_only():
    text = (
        "We trained three networks for ten epochs. ReLU wins with 97.8 %. The curves are shown in Figure 1. "
        "Tanh follows closely. Next we turn to the optimizers."
    )
    assert without_beside(text) == "ReLU wins with 97.8 %. The curves are shown in Figure 1. Tanh follows closely."


def test_a_paragraph_of_nothing_else_is_empty_and_one_without_is_as_it_was():
    assert without_beside("We trained three networks. The curves are shown in Figure 1.") == ""
    assert without_beside("ReLU  wins.\nTanh is last.") == "ReLU  wins.\nTanh is last."
