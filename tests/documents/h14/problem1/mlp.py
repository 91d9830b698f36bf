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

results = {}
for act in ['relu', 'sigmoid', 'tanh']:
    net = MLP([784, 128, 64, 10], act).to(device)
    results[act] = fit(net, epochs=10)
for k, v in results.items():
    print(k, round(v['test_acc'][-1], 4))

if __name__ == "__main__":
    main()
