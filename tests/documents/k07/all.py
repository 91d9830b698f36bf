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

curves = {}
for nl in (nn.ReLU, nn.Sigmoid, nn.Tanh):
    m = build_mlp([784, 128, 64, 10], nl).cuda()
    curves[nl.__name__] = train(m, train_dl, test_dl, n_epochs=10)  # ten epochs each
pd.DataFrame(curves).T

def make_opt(which, params):
    if which == 'sgd': return torch.optim.SGD(params, lr=1e-2)
    if which == 'mom': return torch.optim.SGD(params, lr=1e-2, momentum=.9)
    if which == 'rms': return torch.optim.RMSprop(params, lr=1e-3)
    return torch.optim.Adam(params, lr=1e-3)

for tag in ['base', 'wd', 'drop']:
    net = RegMLP(p=0.5 if tag == 'drop' else 0.0).cuda()
    o = torch.optim.Adam(net.parameters(), weight_decay=1e-3 if tag == 'wd' else 0)
    tr[tag], te[tag] = loop(net, o)

class Net(nn.Module):
    def __init__(self, chans, k=3, avg=False):
        super().__init__()
        self.body = make_body(chans, k, nn.AvgPool2d if avg else nn.MaxPool2d)
        self.head = nn.Sequential(nn.Flatten(), nn.LazyLinear(128), nn.ReLU(), nn.Linear(128, 10))

if __name__ == "__main__":
    main()
