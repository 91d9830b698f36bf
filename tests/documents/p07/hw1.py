import torch, torchvision
from torch import nn
from torch.utils.data import DataLoader
from torchvision import transforms

device = "cuda" if torch.cuda.is_available() else "cpu"
tf = transforms.ToTensor()
train_loader = DataLoader(torchvision.datasets.MNIST(".", True, tf, download=True), 64, shuffle=True)
test_loader = DataLoader(torchvision.datasets.MNIST(".", False, tf, download=True), 256)


class MLP(nn.Module):
    def __init__(self, sizes, act):
        super().__init__()
        f = {"relu": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh}[act]
        layers = []
        for a, b in zip(sizes[:-2], sizes[1:-1]):
            layers += [nn.Linear(a, b), f()]
        self.net = nn.Sequential(*layers, nn.Linear(sizes[-2], sizes[-1]))

    def forward(self, x):
        return self.net(x.flatten(1))
