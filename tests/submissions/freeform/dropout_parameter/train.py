import sys
sys.path.append('.')
from nets import *
import torch
import torch.optim as optim

def train_loop(dataloader, model, loss_fn, optimizer):
    size = len(dataloader.dataset)
    total = 0
    model.train()
    for batch, (X, y) in enumerate(dataloader):
        pred = model(X)
        loss = loss_fn(pred, y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        total += loss.item()
        if batch % 100 == 0:
            print(f"loss: {loss.item():>7f}  [{batch * len(X):>5d}/{size:>5d}]")
    return total / len(dataloader)

def test_loop(dataloader, model, loss_fn):
    model.eval()
    size = len(dataloader.dataset)
    num_batches = len(dataloader)
    test_loss, correct = 0, 0
    with torch.no_grad():
        for X, y in dataloader:
            pred = model(X)
            test_loss += loss_fn(pred, y).item()
            correct += (pred.argmax(1) == y).type(torch.float).sum().item()
    test_loss /= num_batches
    correct /= size
    print(f"Test Error: \n Accuracy: {(100*correct):>0.1f}%, Avg loss: {test_loss:>8f} \n")
    return correct

def compare_regularization(train_loader, test_loader, epochs=10):
    out = {}
    for name, p, wd in (("none", 0.0, 0.0), ("l2", 0.0, 1e-3), ("dropout", 0.5, 0.0)):
        model = MLP([784, 128, 64, 10], dropout=p)
        opt = optim.Adam(model.parameters(), lr=1e-3, weight_decay=wd)
        out[name] = {"train_accuracy": [], "test_accuracy": []}
        for t in range(epochs):
            train_loop(train_loader, model, nn.CrossEntropyLoss(), opt)
            out[name]["train_accuracy"].append(test_loop(train_loader, model, nn.CrossEntropyLoss()))
            out[name]["test_accuracy"].append(test_loop(test_loader, model, nn.CrossEntropyLoss()))
    return out
