import torch, torch.nn as nn, time
import matplotlib.pyplot as plt
from torchvision import datasets, transforms
device = 'cuda' if torch.cuda.is_available() else 'cpu'

class SimpleCNN(nn.Module):
    def __init__(self, pool=nn.MaxPool2d, f=32, k=3):
        super().__init__()
        self.conv1 = nn.Conv2d(3, f, k, padding=k // 2)
        self.conv2 = nn.Conv2d(f, 2 * f, k, padding=k // 2)
        self.pool = pool(2)
        self.fc1 = nn.Linear(2 * f * 64, 128)
        self.fc2 = nn.Linear(128, 10)

if __name__ == "__main__":
    main()
