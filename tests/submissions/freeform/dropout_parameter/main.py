import matplotlib.pyplot as plt
from torch.utils.data import DataLoader
from torchvision.datasets import MNIST
from torchvision.transforms import ToTensor
from train import *

batch_size = int(input("batch size? ") or 64)
training_data = MNIST(root="data", train=True, download=True, transform=ToTensor())
test_data = MNIST(root="data", train=False, download=True, transform=ToTensor())
train_dataloader = DataLoader(training_data, batch_size=batch_size)
test_dataloader = DataLoader(test_data, batch_size=batch_size)

model = MLP([784, 128, 64, 10])
print(model)
optimizer = optim.Adam(model.parameters(), lr=1e-3)
for t in range(10):
    print(f"Epoch {t+1}\n-------------------------------")
    train_loop(train_dataloader, model, nn.CrossEntropyLoss(), optimizer)
    test_loop(test_dataloader, model, nn.CrossEntropyLoss())

result = compare_regularization(train_dataloader, test_dataloader)
for name, r in result.items():
    plt.plot(r["train_accuracy"], label=name + " train")
    plt.plot(r["test_accuracy"], "--", label=name + " test")
plt.legend()
plt.title("Regularization")
plt.show()
