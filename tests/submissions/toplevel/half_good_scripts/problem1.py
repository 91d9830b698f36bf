# Homework 1 - Problem 1
import torch
import torch.nn as nn
import numpy as np
import matplotlib.pyplot as plt
from torchvision import datasets
from torchvision.transforms import ToTensor
from torch.utils.data import DataLoader

torch.manual_seed(0)
device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")

training_data = datasets.MNIST(root="data", train=True, download=True, transform=ToTensor())
test_data = datasets.MNIST(root="data", train=False, download=True, transform=ToTensor())
train_dataloader = DataLoader(training_data, batch_size=64, shuffle=True)
test_dataloader = DataLoader(test_data, batch_size=64)


# ---------- Part A ----------
class MLP(nn.Module):
    def __init__(self, input_dim=784, hidden1=128, hidden2=64, output_dim=10, activation="relu"):
        super().__init__()
        self.flatten = nn.Flatten()
        self.fc1 = nn.Linear(input_dim, hidden1)
        self.fc2 = nn.Linear(hidden1, hidden2)
        self.fc3 = nn.Linear(hidden2, output_dim)
        if activation == "relu":
            self.activation = nn.ReLU()
        elif activation == "sigmoid":
            self.activation = nn.Sigmoid()
        else:
            self.activation = nn.Tanh()

    def forward(self, x):
        x = self.flatten(x)
        x = self.activation(self.fc1(x))
        x = self.activation(self.fc2(x))
        logits = self.fc3(x)
        return logits


def train_loop(dataloader, model, loss_fn, optimizer):
    size = len(dataloader.dataset)
    model.train()
    loss_sum, correct = 0, 0
    for batch, (X, y) in enumerate(dataloader):
        X, y = X.to(device), y.to(device)
        pred = model(X)
        loss = loss_fn(pred, y)

        # backprop
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()

        loss_sum += loss.item()
        correct += (pred.argmax(1) == y).type(torch.float).sum().item()
    return loss_sum / len(dataloader), correct / size


def test_loop(dataloader, model, loss_fn):
    model.eval()
    size = len(dataloader.dataset)
    test_loss, correct = 0, 0
    with torch.no_grad():
        for X, y in dataloader:
            X, y = X.to(device), y.to(device)
            pred = model(X)
            test_loss += loss_fn(pred, y).item()
            correct += (pred.argmax(1) == y).type(torch.float).sum().item()
    return test_loss / len(dataloader), correct / size


loss_fn = nn.CrossEntropyLoss()
learning_rate = 1e-3
epochs = 10

model = MLP().to(device)
print(model)
optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
for t in range(epochs):
    train_loss, train_acc = train_loop(train_dataloader, model, loss_fn, optimizer)
    test_loss, test_acc = test_loop(test_dataloader, model, loss_fn)
    print(f"Epoch {t+1}: train loss {train_loss:>7f}, train acc {(100*train_acc):>0.1f}%, test acc {(100*test_acc):>0.1f}%")

print("Part A: training accuracy", train_acc, "test accuracy", test_acc)

# ---------- Part B ----------
activations = ["relu", "sigmoid", "tanh"]
all_losses = []
final_acc = []
for act in activations:
    model = MLP(activation=act).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    curve = []
    for t in range(epochs):
        train_loss, train_acc = train_loop(train_dataloader, model, loss_fn, optimizer)
        curve.append(train_loss)
        print(act, t + 1, train_loss)
    all_losses.append(curve)
    _, acc = test_loop(train_dataloader, model, loss_fn)
    final_acc.append(acc)

plt.figure()
for act, curve in zip(activations, all_losses):
    plt.plot(np.arange(1, epochs + 1), curve, label=act)
plt.xlabel("epoch")
plt.ylabel("training loss")
plt.title("Training loss for different activations")
plt.legend()
plt.savefig("p1b_loss.png")
plt.show()

print("Activation | Final test accuracy")
print("--------------------------------")
for act, acc in zip(activations, final_acc):
    print("%-10s | %.4f" % (act, acc))

# ---------- Part C ----------
x_xor = torch.Tensor([[0, 0], [0, 1], [1, 0], [1, 1]])
y_xor = torch.Tensor([0, 1, 1, 0]).reshape(-1, 1)

torch.manual_seed(3)
xor_net = nn.Sequential(
    nn.Linear(2, 4),
    nn.Tanh(),
    nn.Linear(4, 1)
)
mse = nn.MSELoss()
optimizer = torch.optim.Adam(xor_net.parameters(), lr=0.05)
for i in range(2000):
    optimizer.zero_grad()
    loss = mse(xor_net(x_xor), y_xor)
    loss.backward()
    optimizer.step()
    if (i + 1) % 500 == 0:
        print("xor step", i + 1, "loss", loss.item())

with torch.no_grad():
    out = xor_net(x_xor)
pred = (out > 0.5).float()
for i in range(4):
    print(x_xor[i].numpy(), "output %.3f" % out[i].item(), "class", int(pred[i].item()), "target", int(y_xor[i].item()))
print("XOR accuracy: {:.0f}%".format((pred == y_xor).float().mean().item() * 100))

h = 0.01
xx, yy = np.meshgrid(np.arange(-0.5, 1.5, h), np.arange(-0.5, 1.5, h))
with torch.no_grad():
    Z = xor_net(torch.Tensor(np.c_[xx.ravel(), yy.ravel()]))
Z = (Z.numpy() > 0.5).astype(int).reshape(xx.shape)
plt.figure()
plt.contourf(xx, yy, Z, cmap=plt.cm.Spectral, alpha=0.6)
plt.scatter(x_xor[:, 0], x_xor[:, 1], c=y_xor[:, 0], cmap=plt.cm.Spectral, edgecolors="k")
plt.title("XOR decision boundary")
plt.xlabel("x1")
plt.ylabel("x2")
plt.savefig("p1c_xor.png")
plt.show()
