"""minilearn - what I understood of fastai's Learner, in 120 lines."""
import time
from collections import defaultdict
import torch, torch.nn as nn, torch.nn.functional as F

class CancelFit(Exception): pass

class CB:
    order = 0
    def __getattr__(self, k):
        if k.startswith('__') or k == 'L': raise AttributeError(k)
        return getattr(self.L, k)          # read-through to the learner, like fastai

class Learner:
    def __init__(self, model, dls, opt_func, loss=F.cross_entropy, cbs=()):
        self.dev = torch.device('cuda' if torch.cuda.is_available() else 'cpu')
        self.model, self.dls, self.loss_func = model.to(self.dev), dls, loss
        self.opt_func = opt_func
        self.cbs = [TrainEval(), *cbs]
        for c in self.cbs: c.L = self
    def __call__(self, event):
        for c in sorted(self.cbs, key=lambda c: c.order):
            f = type(c).__dict__.get(event)
            if f: f(c)
    def _one(self):
        self.xb, self.yb = (t.to(self.dev, non_blocking=True) for t in self.batch)
        self.preds = self.model(self.xb)
        self.loss = self.loss_func(self.preds, self.yb)
        self('after_loss')
        if self.training:
            self.opt.zero_grad()
            self.loss.backward(); self('after_backward')
            self.opt.step()
    def _all(self, dl, training):
        self.training, self.dl = training, dl
        self('before_pass')
        with torch.set_grad_enabled(training):
            for self.batch in dl:
                self._one(); self('after_batch')
        self('after_pass')
    def fit(self, n):
        self.n_epochs = n
        self.opt = self.opt_func([p for p in self.model.parameters() if p.requires_grad])
        self('before_fit')
        try:
            for self.epoch in range(n):
                self('before_epoch')
                self._all(self.dls[0], True)
                self._all(self.dls[1], False)
                self('after_epoch')
        except CancelFit: pass
        self('after_fit'); return self

class TrainEval(CB):
    order = -10
    def before_pass(self): self.L.model.train(self.L.training)

class Recorder(CB):
    """smoothed per-batch loss (debiased EMA as in fastai) + per-epoch numbers"""
    order = 5
    def __init__(self, beta=.98, quiet=True): self.beta, self.quiet = beta, quiet
    def before_fit(self): self.raw, self.smooth, self.ep, self.m, self.secs = [], [], defaultdict(list), 0., 0.
    def before_pass(self): self.s = self.c = self.n = 0; self.t0 = time.perf_counter()
    def after_batch(self):
        L = self.L; k = len(L.yb)
        self.s += L.loss.item() * k; self.n += k; self.c += (L.preds.argmax(-1) == L.yb).sum().item()
        if L.training:
            self.raw.append(L.loss.item()); self.m = self.beta * self.m + (1 - self.beta) * L.loss.item()
            self.smooth.append(self.m / (1 - self.beta ** len(self.raw)))
    def after_pass(self):
        who = 'train' if self.L.training else 'valid'
        if who == 'train': self.secs += time.perf_counter() - self.t0
        self.ep[who + '_loss'].append(self.s / self.n); self.ep[who + '_acc'].append(self.c / self.n)
    def after_epoch(self):
        if not self.quiet: print(self.L.epoch, *(f'{k}={v[-1]:.4f}' for k, v in self.ep.items()))

class GradStats(CB):
    """norm of the gradient of every Linear's weight, each iteration"""
    def before_fit(self):
        self.names = [n for n, m in self.L.model.named_modules() if isinstance(m, nn.Linear)]; self.hist = []
    def after_backward(self):
        d = dict(self.L.model.named_modules())
        self.hist.append([d[n].weight.grad.norm().item() for n in self.names])

class CleanTrain(CB):
    """accuracy on the training data in eval mode, after every epoch (for dropout)"""
    order = 8
    def before_fit(self): self.acc = []
    def after_epoch(self): self.acc.append(accuracy(self.L, 0))

def accuracy(learn, which=1):
    learn.model.eval(); good = n = 0
    with torch.no_grad():
        for x, y in learn.dls[which]:
            good += (learn.model(x.to(learn.dev)).argmax(-1).cpu() == y).sum().item(); n += len(y)
    return good / n

def get_preds(learn):
    learn.model.eval(); P, Y = [], []
    with torch.no_grad():
        for x, y in learn.dls[1]: P.append(learn.model(x.to(learn.dev)).cpu()); Y.append(y)
    return torch.cat(P), torch.cat(Y)
