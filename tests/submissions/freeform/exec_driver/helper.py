def train_one_epoch(model, loader, criterion, optimizer, device):
    model.train()
    losses = []
    for data, target in loader:
        data, target = data.to(device), target.to(device)
        optimizer.zero_grad()
        loss = criterion(model(data), target)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return sum(losses) / len(losses)

def eval_model(model, loader, device):
    model.eval()
    correct = n = 0
    with torch.no_grad():
        for data, target in loader:
            pred = model(data.to(device)).argmax(1).cpu()
            correct += int((pred == target).sum())
            n += len(target)
    return correct / n
