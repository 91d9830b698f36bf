from torch import nn

ACTIVATIONS = dict(relu=nn.ReLU, sigmoid=nn.Sigmoid, tanh=nn.Tanh)


class MLP(nn.Module):
    """One class for everything: dropout=0 means none."""

    def __init__(self, layers, activation="relu", dropout=0.0):
        super().__init__()
        modules = []
        for k in range(len(layers) - 1):
            modules += [nn.Linear(layers[k], layers[k + 1])]
            if k < len(layers) - 2:
                modules += [ACTIVATIONS[activation]()]
                if dropout > 0:
                    modules += [nn.Dropout(dropout)]
        self.seq = nn.Sequential(*modules)

    def forward(self, x):
        return self.seq(x.reshape(x.shape[0], -1))
