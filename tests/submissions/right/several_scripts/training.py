"""Training and evaluation, used by all three problems."""
import torch
import torch.nn.functional as F

from models import DEVICE


def train_epoch(model, loader, optimizer, loss_fn):
    model.train()
    loss_total, count = 0.0, 0
    for inputs, targets in loader:
        inputs = inputs.to(DEVICE, non_blocking=True)
        targets = targets.to(DEVICE, non_blocking=True)
        for p in model.parameters():  # same as optimizer.zero_grad()
            p.grad = None
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()
        loss_total += loss.detach() * len(inputs)  # as a tensor, .item() in every step is slow
        count += len(inputs)
    return float(loss_total / count)


def loss_and_accuracy(model, loader):
    """Mean loss and accuracy on the loader."""
    model.eval()
    loss, right, count = 0.0, 0, 0
    with torch.no_grad():
        for inputs, targets in loader:
            inputs, targets = inputs.to(DEVICE), targets.to(DEVICE)
            outputs = model(inputs)
            loss += float(F.cross_entropy(outputs, targets, reduction="sum"))
            right += int((outputs.argmax(-1) == targets).sum())
            count += len(targets)
    return loss / count, right / count


def evaluate(model, loader):
    return loss_and_accuracy(model, loader)[1]


def mnist_loaders(batch_size=128):
    from torchvision import datasets, transforms

    flat = transforms.Compose([transforms.ToTensor(), torch.flatten])
    train = datasets.MNIST("data", train=True, download=True, transform=flat)
    test = datasets.MNIST("data", train=False, download=True, transform=flat)
    return (
        torch.utils.data.DataLoader(train, batch_size, shuffle=True),
        torch.utils.data.DataLoader(test, batch_size),
    )


def cifar_loaders(batch_size=128):
    from torchvision import datasets, transforms

    to_tensor = transforms.ToTensor()
    train = datasets.CIFAR10("data", train=True, download=True, transform=to_tensor)
    test = datasets.CIFAR10("data", train=False, download=True, transform=to_tensor)
    # 5000 training images for validation
    train, validation = torch.utils.data.random_split(train, [45000, 5000])
    return (
        torch.utils.data.DataLoader(train, batch_size, shuffle=True),
        torch.utils.data.DataLoader(validation, batch_size),
        torch.utils.data.DataLoader(test, batch_size),
    )
