import torch
import torch.nn as nn


class MLP(nn.Module):
    """
    Multilayer perceptron.

    Args:
        n_inputs:   size of the input (784 for MNIST)
        hidden:     tuple with the sizes of the hidden layers
        n_outputs:  number of classes
        activation: 'relu', 'sigmoid' or 'tanh'
        dropout:    probability of dropout after every hidden layer (0 = none)

    forward() returns log-probabilities (log of the softmax), to be used with NLLLoss.
    """

    def __init__(self, n_inputs=784, hidden=(128, 64), n_outputs=10, activation="relu", dropout=0.0):
        super().__init__()
        self.activation = activation
        sizes = [n_inputs, *hidden]
        self.hidden_layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))
        self.output_layer = nn.Linear(sizes[-1], n_outputs)
        self.dropout = nn.Dropout(dropout)
        self.log_softmax = nn.LogSoftmax(dim=1)

    def _act(self, x):
        if self.activation == "relu":
            return torch.relu(x)
        if self.activation == "sigmoid":
            return torch.sigmoid(x)
        if self.activation == "tanh":
            return torch.tanh(x)
        raise NotImplementedError(self.activation)

    def forward(self, x):
        x = x.flatten(start_dim=1)
        for layer in self.hidden_layers:
            x = self.dropout(self._act(layer(x)))
        return self.log_softmax(self.output_layer(x))


class XorMLP(nn.Module):
    def __init__(self, n_hidden=3):
        super().__init__()
        self.hidden = nn.Linear(2, n_hidden)
        self.out = nn.Linear(n_hidden, 1)

    def forward(self, x):
        return torch.sigmoid(self.out(torch.tanh(self.hidden(x))))
