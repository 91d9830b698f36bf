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

def make_opt(which, params):
    if which == 'sgd': return torch.optim.SGD(params, lr=1e-2)
    if which == 'mom': return torch.optim.SGD(params, lr=1e-2, momentum=.9)
    if which == 'rms': return torch.optim.RMSprop(params, lr=1e-3)
    return torch.optim.Adam(params, lr=1e-3)

from torchvision.models import vgg16, VGG16_Weights
backbone = vgg16(weights=VGG16_Weights.DEFAULT)
backbone.classifier[6] = nn.Linear(4096, 10)

if __name__ == "__main__":
    main()
