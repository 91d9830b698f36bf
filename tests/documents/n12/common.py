"""Helper functions that are shared by the three notebooks."""
import torch
from torch import nn
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
