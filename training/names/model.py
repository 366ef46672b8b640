"""The net: word pieces (the encoder's static vectors, fixed), hashed letter groups, shape and gap of each word; gated
convolutions over the words with growing reach and one look at the whole window. Convolutions are written as shifts and
matrix products, which int8 inference does well."""
import torch
from torch import nn

from .tokens import BUCKETS, GAPS, SHAPES

REACHES = (1, 2, 4, 8, 1, 2, 4)
LABELS = ["O"] + [f"{side}-{kind}" for kind in ("PER", "LOC", "ORG", "ADDR") for side in "BI"]


def only(x, mask):
    """Without what is padding; `mask` is None where nothing is."""
    return x if mask is None else x * mask


class Block(nn.Module):
    def __init__(self, width, reach, dropout):
        super().__init__()
        self.reach = reach
        self.norm = nn.LayerNorm(width)
        self.mix = nn.Linear(3 * width, 2 * width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, mask):
        y = only(self.norm(x), mask)
        padded = nn.functional.pad(y, (0, 0, self.reach, self.reach))
        near = torch.cat([padded[:, : -2 * self.reach], y, padded[:, 2 * self.reach :]], -1)
        a, b = self.mix(near).chunk(2, -1)
        return x + self.dropout(a * torch.sigmoid(b))


class Window(nn.Module):
    """Adds to each word what the window as a whole is like: prose, code, a list, all lower case."""

    def __init__(self, width):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.mix = nn.Linear(2 * width, width)

    def forward(self, x, mask):
        y = only(self.norm(x), mask)
        if mask is None:
            mean, top = y.mean(1, keepdim=True), y.amax(1, keepdim=True)
        else:
            mean = y.sum(1, keepdim=True) / mask.sum(1, keepdim=True).clamp(min=1)
            top = (y + (mask - 1) * 100).amax(1, keepdim=True)
        return x + torch.tanh(self.mix(torch.cat([mean, top], -1)))


def bag(ids, table):
    """Sum of the rows of each word; row 0 is padding."""
    flat = nn.functional.embedding_bag(ids.flatten(0, 1), table, mode="sum", padding_idx=0)
    return flat.unflatten(0, ids.shape[:2])


class Names(nn.Module):
    def __init__(self, pieces, width=96, grams=48, reaches=REACHES, dropout=0.1):
        """`pieces`: the encoder's static vectors, float (count, dimensions)."""
        super().__init__()
        self.register_buffer("pieces", pieces)
        self.grams = nn.Embedding(BUCKETS, grams, padding_idx=0)
        nn.init.normal_(self.grams.weight, std=0.1)
        self.shape, self.gap = nn.Embedding(SHAPES, 16), nn.Embedding(GAPS, 8)
        self.enter = nn.Linear(pieces.shape[1] + grams + 24, 2 * width)
        self.width = width
        blocks = [Block(width, reach, dropout) for reach in reaches]
        self.blocks = nn.ModuleList(blocks)
        self.window = Window(width)
        if len(reaches) > 5:
            self.second_window = Window(width)
        self.norm = nn.LayerNorm(width)
        self.leave = nn.Linear(width, len(LABELS))
        self.word_dropout = dropout

    def go_on_from(self, state):
        """Takes a checkpoint over; layers that it lacks begin by passing on what they are given."""
        missing, unexpected = self.load_state_dict(state, strict=False)
        if unexpected:
            raise ValueError(f"The checkpoint is of another net: {unexpected[:3]}")
        for name, module in self.named_modules():
            if isinstance(module, (Block, Window)) and f"{name}.mix.weight" in missing:
                with torch.no_grad():
                    module.mix.weight[: self.width] = 0
                    module.mix.bias[: self.width] = 0

    def forward(self, pieces, grams, shape, gap):
        """pieces (B, T, 6), grams (B, T, 24), shape and gap (B, T); 0 is padding. Returns logits (B, T, labels)."""
        mask = (shape > 0).unsqueeze(-1).float()
        piece, gram = self.look_up(pieces, grams)
        if self.training:
            keep = (torch.rand_like(mask) > self.word_dropout).float()
            piece = piece * keep
        return self.context(piece, gram, shape, gap, mask)

    def look_up(self, pieces, grams):
        """What is known of each word alone: the mean of its pieces, and its letter groups."""
        count = (pieces > 0).sum(-1, keepdim=True).clamp(min=1)
        gram_count = (grams > 0).sum(-1, keepdim=True).clamp(min=1)
        return bag(pieces, self.pieces) / count, bag(grams, self.grams.weight) / gram_count.sqrt()

    def context(self, piece, gram, shape, gap, mask):
        """From what is known of each word alone to the logits."""
        return self.leave(self.understand(piece, gram, shape, gap, mask))

    def understand(self, piece, gram, shape, gap, mask):
        """The last layer before the tags."""
        x = torch.cat([piece, gram, self.shape(shape), self.gap(gap)], -1)
        a, b = self.enter(x).chunk(2, -1)
        x = a * torch.sigmoid(b)
        for i, block in enumerate(self.blocks):
            if i == 2:
                x = self.window(x, mask)
            if i == 5:
                x = self.second_window(x, mask)
            x = block(x, mask)
        return self.norm(x)


def load(path, pieces):
    """A net as large as the checkpoint is."""
    state = torch.load(path)
    blocks = len({name.split(".")[1] for name in state if name.startswith("blocks.")})
    net = Names(pieces, len(state["norm.weight"]), reaches=REACHES[:blocks])
    net.load_state_dict(state)
    return net
