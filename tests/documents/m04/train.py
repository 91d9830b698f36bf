"""Training code for all problems, see report for results."""
import argparse, torch
from torch import nn

class FlexMLP(nn.Module):
    def __init__(self, widths, activation="relu"):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(i, o) for i, o in zip(widths, widths[1:])])
        self.activation = getattr(torch, activation)
    def forward(self, x):
        for l in self.layers[:-1]:
            x = self.activation(l(x))
        return self.layers[-1](x)

if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--problem", choices=["1b", "2a", "2b", "2c", "3b"])
    main(ap.parse_args())
