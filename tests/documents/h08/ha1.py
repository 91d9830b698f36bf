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

def grad_norms(model):
    # collects the mean abs gradient for every linear layer
    return [m.weight.grad.abs().mean().item() for m in model.modules() if isinstance(m, nn.Linear)]

for kind in ('sigmoid', 'relu'):
    log[kind].append(grad_norms(deep[kind]))

if __name__ == "__main__":
    main()
