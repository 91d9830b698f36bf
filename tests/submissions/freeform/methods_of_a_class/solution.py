import copy
import torch
import torch.nn as nn
import torch.nn.functional as F
from tqdm import tqdm


class Experiment:
    """Everything of 1A in one class."""

    def __init__(self, model, train_loader, test_loader, lr=1e-3, device="cpu"):
        self.model = model.to(device)
        self.train_loader, self.test_loader = train_loader, test_loader
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=lr)
        self.device = device

    def train_epoch(self):
        self.model.train()
        total = 0.0
        for x, y in tqdm(self.train_loader, leave=False):
            x, y = x.to(self.device), y.to(self.device)
            self.optimizer.zero_grad()
            loss = F.cross_entropy(self.model(x), y)
            loss.backward()
            self.optimizer.step()
            total += loss.item()
        return total / len(self.train_loader)

    def evaluate(self):
        self.model.eval()
        correct = 0
        with torch.no_grad():
            for x, y in self.test_loader:
                correct += (self.model(x.to(self.device)).argmax(1).cpu() == y).sum().item()
        return correct / len(self.test_loader.dataset)

    def run(self, epochs):
        for epoch in range(epochs):
            print(epoch, self.train_epoch(), self.evaluate())


class MultiLayerPerceptron(nn.Module):
    def __init__(self, layer_sizes, activation_fn=nn.ReLU):
        super().__init__()
        layers = []
        for n_in, n_out in zip(layer_sizes[:-1], layer_sizes[1:]):
            layers.extend([nn.Linear(n_in, n_out), activation_fn()])
        self.net = nn.Sequential(*layers[:-1])

    def forward(self, x):
        return self.net(torch.flatten(x, start_dim=1))


def main():
    from torchvision import datasets, transforms
    tf = transforms.ToTensor()
    train = torch.utils.data.DataLoader(datasets.MNIST("data", download=True, transform=tf), 128, shuffle=True)
    test = torch.utils.data.DataLoader(datasets.MNIST("data", train=False, transform=tf), 128)
    Experiment(MultiLayerPerceptron([784, 128, 64, 10]), train, test).run(10)


main()
