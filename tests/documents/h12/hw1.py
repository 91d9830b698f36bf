import torch, torch.nn as nn, time
import matplotlib.pyplot as plt
from torchvision import datasets, transforms
device = 'cuda' if torch.cuda.is_available() else 'cpu'

class MLP(nn.Module):
    def __init__(self, sizes, act='relu'):
        super().__init__()
        layers = []
        for a, b in zip(sizes[:-1], sizes[1:]):
            layers += [nn.Linear(a, b), ACTS[act]()]
        self.net = nn.Sequential(*layers[:-1])

    def forward(self, x):
        return self.net(x.view(x.size(0), -1))

configs = {'none': dict(), 'l2': dict(weight_decay=1e-3), 'dropout': dict(p=0.5)}
for name, kw in configs.items():
    tr, te = run(name, **kw)
    print(f'{name}: train {tr:.4f} test {te:.4f}')

if __name__ == "__main__":
    main()
