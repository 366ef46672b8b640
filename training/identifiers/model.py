"""The net that finds identifiers by their context: a few gated convolutions over the words on top of the net of names,
whose weights stay as they are. It sees what that net sees of each word and what it understood of the sentence."""
import torch
from torch import nn

from names.model import Block, Window
from names.tokens import GAPS, SHAPES

KINDS = ("ID", "BANK", "VEH", "DOB", "HANDLE", "SECRET", "PHONE", "PERSON", "ADDRESS", "FORMAT")
LABELS = ["O"] + [f"{side}-{kind}" for kind in KINDS for side in "BI"]
REACHES = (1, 2, 4)


class Identifiers(nn.Module):
    def __init__(self, seen, width=96, reaches=REACHES, dropout=0.15):
        """`seen`: how many numbers come with each word: its pieces, its letter groups, what the net of names understood."""
        super().__init__()
        self.shape, self.gap = nn.Embedding(SHAPES, 16), nn.Embedding(GAPS, 8)
        self.enter = nn.Linear(seen + 24, 2 * width)
        self.blocks = nn.ModuleList([Block(width, reach, dropout) for reach in reaches])
        self.window = Window(width)
        self.looks_before = len(reaches) - 1
        self.norm = nn.LayerNorm(width)
        self.leave = nn.Linear(width, len(LABELS))
        self.dropout = nn.Dropout(dropout)

    def forward(self, piece, gram, shape, gap, understood, mask):
        """What is known of each word alone, and the net of names' last layer before its tags; logits (B, T, labels). The last block
        comes behind the look at the whole window."""
        x = torch.cat([piece, gram, self.shape(shape), self.gap(gap), understood], -1)
        a, b = self.enter(self.dropout(x)).chunk(2, -1)
        x = a * torch.sigmoid(b)
        for i, block in enumerate(self.blocks):
            if i == self.looks_before:
                x = self.window(x, mask)
            x = block(x, mask)
        return self.leave(self.norm(x))


def load(path):
    """A net as large as the checkpoint is."""
    state = torch.load(path)
    blocks = len({name.split(".")[1] for name in state if name.startswith("blocks.")})
    width = len(state["norm.weight"])
    net = Identifiers(state["enter.weight"].shape[1] - 24, width, REACHES[:blocks])
    net.load_state_dict(state)
    return net
