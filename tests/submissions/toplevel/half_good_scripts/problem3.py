# Homework 1 - Problem 3 and bonus
import time
import torch
import torch.nn as nn
import torch.nn.functional as F
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
import torchvision
import torchvision.transforms as T
from torchvision import datasets
from torch.utils.data import DataLoader
from sklearn.metrics import confusion_matrix, ConfusionMatrixDisplay

device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
torch.manual_seed(0)

transform = T.Compose([T.ToTensor(), T.Normalize([0.5] * 3, [0.5] * 3)])
training_data = datasets.CIFAR10(root="data", train=True, download=True, transform=transform)
test_data = datasets.CIFAR10(root="data", train=False, download=True, transform=transform)
train_dataloader = DataLoader(training_data, batch_size=128, shuffle=True)
test_dataloader = DataLoader(test_data, batch_size=128)
labels = ["plane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
loss_fn = nn.CrossEntropyLoss()


def train_loop(dataloader, model, optimizer):
    model.train()
    loss_sum = 0
    for X, y in dataloader:
        X, y = X.to(device), y.to(device)
        loss = loss_fn(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss_sum += loss.item()
    return loss_sum / len(dataloader)


def test_loop(dataloader, model):
    model.eval()
    loss_sum, correct = 0, 0
    with torch.no_grad():
        for X, y in dataloader:
            X, y = X.to(device), y.to(device)
            pred = model(X)
            loss_sum += loss_fn(pred, y).item()
            correct += (pred.argmax(1) == y).sum().item()
    return loss_sum / len(dataloader), correct / len(dataloader.dataset)


# ---------- Part A ----------
class CNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 32, 3, padding=1)
        self.conv2 = nn.Conv2d(32, 64, 3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.fc1 = nn.Linear(64 * 8 * 8, 128)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = x.view(-1, 64 * 8 * 8)
        x = F.relu(self.fc1(x))
        x = F.softmax(self.fc2(x), dim=1)
        return x


cnn = CNN().to(device)
print(cnn)
optimizer = torch.optim.Adam(cnn.parameters(), lr=0.001)
epochs = 20
train_losses, val_losses, val_accs = [], [], []
for epoch in range(epochs):
    train_losses.append(train_loop(train_dataloader, cnn, optimizer))
    vl, va = test_loop(test_dataloader, cnn)
    val_losses.append(vl)
    val_accs.append(va)
    print(f"Epoch {epoch + 1}: train loss {train_losses[-1]:.4f}, val loss {vl:.4f}, val acc {va:.4f}")

plt.figure()
plt.plot(train_losses, "b-", label="training loss")
plt.plot(val_losses, "r-", label="validation loss")
plt.xlabel("epoch")
plt.ylabel("loss")
plt.legend()
plt.savefig("p3a_loss.png")
plt.show()

acc_3a = val_accs[-1]
print("Final test accuracy of the CNN: %.2f %%" % (100 * acc_3a))

cnn.eval()
y_true, y_pred = [], []
with torch.no_grad():
    for X, y in test_dataloader:
        y_pred += cnn(X.to(device)).argmax(1).cpu().tolist()
        y_true += y.tolist()
ConfusionMatrixDisplay(confusion_matrix(y_true, y_pred), display_labels=labels).plot(xticks_rotation=90)
plt.tight_layout()
plt.savefig("p3a_confusion.png")
plt.show()


# ---------- Part B ----------
model_1 = nn.Sequential(   # shallow
    nn.Conv2d(3, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(4),
    nn.Flatten(), nn.Linear(32 * 8 * 8, 64), nn.ReLU(), nn.Linear(64, 10))

model_2 = nn.Sequential(   # deeper, VGG like
    nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.Conv2d(64, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    nn.Flatten(), nn.Linear(64 * 8 * 8, 128), nn.ReLU(), nn.Linear(128, 10))

model_3 = nn.Sequential(   # average pooling
    nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2),
    nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2),
    nn.Conv2d(64, 128, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2),
    nn.Flatten(), nn.Linear(128 * 4 * 4, 128), nn.ReLU(), nn.Linear(128, 10))

rows = []
for name, m in [("Model 1 (shallow)", model_1), ("Model 2 (VGG like)", model_2), ("Model 3 (avg pool)", model_3)]:
    m.to(device)
    optimizer = torch.optim.Adam(m.parameters(), lr=0.001)
    num_params = len(list(m.parameters()))
    start = time.time()
    for epoch in range(10):
        l = train_loop(train_dataloader, m, optimizer)
        print(name, epoch + 1, l)
    duration = time.time() - start
    _, acc = test_loop(test_dataloader, m)
    rows.append([name, num_params, round(duration, 1), acc])
print(pd.DataFrame(rows, columns=["Architecture", "# parameters", "Training time (s)", "Test accuracy"]).to_string(index=False))

# ---------- Part C ----------
kernels = cnn.conv1.weight.detach().cpu().clone()
kernels = kernels - kernels.min()
kernels = kernels / kernels.max()
grid = torchvision.utils.make_grid(kernels, nrow=8, padding=1)
plt.figure(figsize=(8, 4))
plt.imshow(np.transpose(grid.numpy(), (1, 2, 0)))
plt.axis("off")
plt.title("Filters of the first conv layer")
plt.savefig("p3c_filters.png")
plt.show()

for n in range(3):
    image, label = test_data[n]
    with torch.no_grad():
        activation = F.relu(cnn.conv1(image.unsqueeze(0).to(device)))[0].cpu().numpy()
    fig = plt.figure(figsize=(12, 6))
    for i in range(32):
        ax = fig.add_subplot(4, 8, i + 1)
        ax.imshow(activation[i], cmap="gray")
        ax.axis("off")
    fig.suptitle("Activation maps, image %d (%s)" % (n, labels[label]))
    plt.savefig("p3c_maps_%d.png" % n)
    plt.show()

# ---------- Bonus ----------
transform = T.Compose([T.Resize((224, 224)), T.ToTensor(), T.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])
training_data = datasets.CIFAR10(root="data", train=True, download=True, transform=transform)
test_data = datasets.CIFAR10(root="data", train=False, download=True, transform=transform)
train_dataloader = DataLoader(training_data, batch_size=64, shuffle=True)
test_dataloader = DataLoader(test_data, batch_size=64)

resnet = torchvision.models.resnet18(weights="DEFAULT")
num_ftrs = resnet.fc.in_features
resnet.fc = nn.Linear(num_ftrs, 10)
resnet.to(device)
optimizer = torch.optim.SGD(resnet.parameters(), lr=0.001, momentum=0.9)
for epoch in range(3):
    l = train_loop(train_dataloader, resnet, optimizer)
    _, acc = test_loop(test_dataloader, resnet)
    print("ResNet18 epoch", epoch + 1, "loss", l, "test accuracy", acc)
print("CNN (3A): %.4f   ResNet18: %.4f" % (acc_3a, acc))
