# HW1
import torch
import torch.nn as nn
import matplotlib.pyplot as plt
import numpy as np
from torchvision import datasets, transforms

# load data
train = datasets.MNIST('mnist_data', train=True, download=True, transform=transforms.ToTensor())
test = datasets.MNIST('mnist_data', train=False, download=True, transform=transforms.ToTensor())
train_loader = torch.utils.data.DataLoader(train, batch_size=100, shuffle=True)
test_loader = torch.utils.data.DataLoader(test, batch_size=100)

# 1A
model = nn.Sequential(
    nn.Linear(784, 128), nn.ReLU(),
    nn.Linear(128, 64), nn.ReLU(),
    nn.Linear(64, 10))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
for epoch in range(10):
    running_loss = 0
    for images, labels in train_loader:
        images = images.view(-1, 784)
        optimizer.zero_grad()
        output = model(images)
        loss = criterion(output, labels)
        loss.backward()
        optimizer.step()
        running_loss += loss.item()
    correct = 0
    model.eval()
    with torch.no_grad():
        for images, labels in test_loader:
            images = images.view(-1, 784)
            correct += (model(images).argmax(1) == labels).sum().item()
    model.train()
    print('epoch', epoch + 1, 'loss', running_loss / len(train_loader), 'test accuracy', correct / len(test))

# 1B
all_losses = {}
for name, act in [('relu', nn.ReLU), ('sigmoid', nn.Sigmoid), ('tanh', nn.Tanh)]:
    model = nn.Sequential(nn.Linear(784, 128), act(), nn.Linear(128, 64), act(), nn.Linear(64, 10))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    losses = []
    for epoch in range(10):
        running_loss = 0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images.view(-1, 784)), labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item()
        losses.append(running_loss / len(train_loader))
    all_losses[name] = losses
    correct = 0
    with torch.no_grad():
        for images, labels in test_loader:
            correct += (model(images.view(-1, 784)).argmax(1) == labels).sum().item()
    print(name, 'final test accuracy', correct / len(test))

for name in all_losses:
    plt.plot(all_losses[name], label=name)
plt.xlabel('epoch')
plt.ylabel('training loss')
plt.legend()
plt.savefig('activations.png')
plt.close()

# 1C XOR
X = torch.Tensor([[0, 0], [0, 1], [1, 0], [1, 1]])
Y = torch.Tensor([[0], [1], [1], [0]])
net = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1), nn.Sigmoid())
opt = torch.optim.Adam(net.parameters(), lr=0.1)
for i in range(2000):
    opt.zero_grad()
    l = nn.BCELoss()(net(X), Y)
    l.backward()
    opt.step()
print(net(X).round())

xs = np.linspace(-0.5, 1.5, 100)
grid = np.array([[a, b] for b in xs for a in xs])
z = net(torch.Tensor(grid)).detach().numpy().reshape(100, 100)
plt.contourf(xs, xs, z)
plt.savefig('xor.png')
