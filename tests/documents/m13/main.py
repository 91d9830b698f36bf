import torch
from torch import nn

class MLP(nn.Module):
    # breiten: z.B. [784, 128, 64, 10]
    def __init__(self, breiten, akt):
        super().__init__()
        self.schichten = nn.ModuleList(nn.Linear(a, b) for a, b in zip(breiten, breiten[1:]))
        self.akt = akt
    def forward(self, x):
        x = x.view(len(x), -1)
        for s in self.schichten[:-1]:
            x = self.akt(s(x))
        return self.schichten[-1](x)
