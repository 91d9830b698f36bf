import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader
torch.manual_seed(7)

def build_mlp(dims, nonlin):
    mods = []
    for i in range(len(dims) - 2):
        mods.append(nn.Linear(dims[i], dims[i + 1]))
        mods.append(nonlin())
    mods.append(nn.Linear(dims[-2], dims[-1]))
    return nn.Sequential(nn.Flatten(), *mods)

class Net(nn.Module):
    def __init__(self, chans, k=3, avg=False):
        super().__init__()
        self.body = make_body(chans, k, nn.AvgPool2d if avg else nn.MaxPool2d)
        self.head = nn.Sequential(nn.Flatten(), nn.LazyLinear(128), nn.ReLU(), nn.Linear(128, 10))

if __name__ == "__main__":
    main()
