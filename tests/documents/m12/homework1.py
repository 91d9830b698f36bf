import torch
from torch import nn
# see pdf for answers
