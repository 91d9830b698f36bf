import torch
from torch import nn
# see the report for the settings
lr = 1e-3
