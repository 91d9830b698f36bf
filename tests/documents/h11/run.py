import torch, torch.nn as nn, time
import matplotlib.pyplot as plt
from torchvision import datasets, transforms
device = 'cuda' if torch.cuda.is_available() else 'cpu'

opts = {'SGD': torch.optim.SGD, 'RMSprop': torch.optim.RMSprop, 'Adam': torch.optim.Adam}
# momentum is done separately below
for name, cls in opts.items():
    model = MLP([784, 128, 64, 10]).to(device)
    t0 = time.time()
    hist[name] = fit(model, opt=cls(model.parameters(), lr=LR[name]), epochs=20)
    times[name] = time.time() - t0

class SimpleCNN(nn.Module):
    def __init__(self, pool=nn.MaxPool2d, f=32, k=3):
        super().__init__()
        self.conv1 = nn.Conv2d(3, f, k, padding=k // 2)
        self.conv2 = nn.Conv2d(f, 2 * f, k, padding=k // 2)
        self.pool = pool(2)
        self.fc1 = nn.Linear(2 * f * 64, 128)
        self.fc2 = nn.Linear(128, 10)

net = torchvision.models.resnet18(weights='IMAGENET1K_V1')
for p in net.parameters():
    p.requires_grad = False
net.fc = nn.Linear(512, 10)

if __name__ == "__main__":
    main()
