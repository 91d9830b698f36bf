# Problem 1 and 2C, MNIST. (Problem 3 not finished in time, sorry)
import argparse
import numpy as np
import torch
import torch.nn as nn
import matplotlib.pyplot as plt
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=10)
parser.add_argument("--batch-size", type=int, default=128)
args = parser.parse_args()

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
torch.manual_seed(0)


def get_data(batch_size):
    tf = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))])
    train_set = datasets.MNIST("../data", train=True, download=True, transform=tf)
    test_set = datasets.MNIST("../data", train=False, download=True, transform=tf)
    return DataLoader(train_set, batch_size, shuffle=True), DataLoader(test_set, batch_size)


class FlexibleMLP(nn.Module):
    """MLP with arbitrary hidden layers."""

    def __init__(self, input_size, hidden_sizes, output_size, activation='relu'):
        super(FlexibleMLP, self).__init__()
        self.layers = nn.ModuleList()
        prev = input_size
        for h in hidden_sizes:
            self.layers.append(nn.Linear(prev, h))
            prev = h
        self.output = nn.Linear(prev, output_size)
        if activation == 'relu':
            self.activation = nn.ReLU()
        elif activation == 'sigmoid':
            self.activation = nn.Sigmoid()
        elif activation == 'tanh':
            self.activation = nn.Tanh()
        else:
            raise ValueError("Unknown activation: " + activation)

    def forward(self, x):
        x = x.view(x.size(0), -1)
        for layer in self.layers:
            x = self.activation(layer(x))
        return self.output(x)


class FlexibleMLPDropout(FlexibleMLP):
    def __init__(self, input_size, hidden_sizes, output_size, activation='relu', dropout=0.5):
        super().__init__(input_size, hidden_sizes, output_size, activation)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x):
        x = x.view(x.size(0), -1)
        for layer in self.layers:
            x = self.dropout(self.activation(layer(x)))
        return self.output(x)


def evaluate_model(model, data_loader):
    """Accuracy in percent."""
    model.eval()
    correct, total = 0, 0
    with torch.no_grad():
        for images, labels in data_loader:
            images, labels = images.to(device), labels.to(device)
            _, predicted = torch.max(model(images), 1)
            total += labels.size(0)
            correct += (predicted == labels).sum().item()
    return 100.0 * correct / total


def train_model(model, train_loader, test_loader, optimizer, epochs=10):
    """Trains and returns the histories: losses, train accuracy, test accuracy."""
    criterion = nn.CrossEntropyLoss()
    train_losses, train_accs, test_accs = [], [], []
    for epoch in range(epochs):
        model.train()
        running_loss = 0.0
        for images, labels in train_loader:
            images, labels = images.to(device), labels.to(device)
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item()
        train_losses.append(running_loss / len(train_loader))
        train_accs.append(evaluate_model(model, train_loader))
        test_accs.append(evaluate_model(model, test_loader))
        print(f"Epoch [{epoch+1}/{epochs}] loss {train_losses[-1]:.4f} train {train_accs[-1]:.2f}% test {test_accs[-1]:.2f}%")
    return train_losses, train_accs, test_accs


def main():
    train_loader, test_loader = get_data(args.batch_size)

    # ---- 1A
    model = FlexibleMLP(784, [128, 64], 10, 'relu').to(device)
    opt = torch.optim.Adam(model.parameters(), lr=0.001)
    train_model(model, train_loader, test_loader, opt, args.epochs)

    # ---- 1B
    results = {}
    for act in ['relu', 'sigmoid', 'tanh']:
        model = FlexibleMLP(784, [128, 64], 10, act).to(device)
        opt = torch.optim.Adam(model.parameters(), lr=0.001)
        results[act] = train_model(model, train_loader, test_loader, opt, args.epochs)
    plt.figure()
    for act in results:
        plt.plot(results[act][0], label=act)
    plt.xlabel('epoch'); plt.ylabel('training loss'); plt.legend()
    plt.savefig('activations.png')
    for act in results:
        print(act, results[act][2][-1])

    # ---- 2C
    reg = {}
    for name in ['none', 'l2', 'dropout']:
        if name == 'dropout':
            model = FlexibleMLPDropout(784, [128, 64], 10).to(device)
        else:
            model = FlexibleMLP(784, [128, 64], 10).to(device)
        opt = torch.optim.Adam(model.parameters(), lr=0.001, weight_decay=0.001 if name == 'l2' else 0)
        reg[name] = train_model(model, train_loader, test_loader, opt, args.epochs)
    plt.figure()
    for name in reg:
        plt.plot(reg[name][1], label=name + ' train')
        plt.plot(reg[name][2], '--', label=name + ' test')
    plt.xlabel('epoch'); plt.ylabel('accuracy'); plt.legend()
    plt.savefig('regularization.png')


if __name__ == '__main__':
    main()
