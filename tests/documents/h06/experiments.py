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

opts = {'SGD': torch.optim.SGD, 'RMSprop': torch.optim.RMSprop, 'Adam': torch.optim.Adam}
# momentum is done separately below
for name, cls in opts.items():
    model = MLP([784, 128, 64, 10]).to(device)
    t0 = time.time()
    hist[name] = fit(model, opt=cls(model.parameters(), lr=LR[name]), epochs=20)
    times[name] = time.time() - t0

configs = {'none': dict(), 'l2': dict(weight_decay=1e-3), 'dropout': dict(p=0.5)}
for name, kw in configs.items():
    tr, te = run(name, **kw)
    print(f'{name}: train {tr:.4f} test {te:.4f}')

class SimpleCNN(nn.Module):
    def __init__(self, pool=nn.MaxPool2d, f=32, k=3):
        super().__init__()
        self.conv1 = nn.Conv2d(3, f, k, padding=k // 2)
        self.conv2 = nn.Conv2d(f, 2 * f, k, padding=k // 2)
        self.pool = pool(2)
        self.fc1 = nn.Linear(2 * f * 64, 128)
        self.fc2 = nn.Linear(128, 10)

if __name__ == "__main__":
    main()
