# run by run_all.py, needs helper.py and models.py in the same namespace
device = torch.device('cpu')
mnist = datasets.MNIST('data', train=True, download=True, transform=transforms.ToTensor())
mnist_test = datasets.MNIST('data', train=False, download=True, transform=transforms.ToTensor())
train_loader = DataLoader(mnist, 128, shuffle=True)
test_loader = DataLoader(mnist_test, 256)

model = MLP([784, 128, 64, 10], 'relu')
opt = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(10):
    print(epoch, train_one_epoch(model, train_loader, nn.CrossEntropyLoss(), opt, device), eval_model(model, test_loader, device))

X = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=torch.float32)
Y = torch.tensor([[0], [1], [1], [0]], dtype=torch.float32)
xor_net = XORNet()
opt = torch.optim.Adam(xor_net.parameters(), lr=0.05)
for i in range(3000):
    opt.zero_grad()
    loss = nn.functional.binary_cross_entropy(xor_net(X), Y)
    loss.backward()
    opt.step()
print((xor_net(X) > 0.5).int().flatten())
