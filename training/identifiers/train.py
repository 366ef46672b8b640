"""Trains the net of identifiers on marked prompts, on top of a net of names that stays as it is.
Usage: python -m identifiers.train --data DIR (pieces.npy, pieces.json, lists.json) --names FILE --prompts FILE... --messages DIR
--code DIR... --out FILE"""
import argparse
import json
import math
import pathlib
import random
import time

import torch
from torch import nn

from names import model as names_model
from names.batches import IGNORE, encode, pad
from names.tokens import Vocabulary
from names.train import Mean, batches, load_pieces, save

from . import prompts
from .model import LABELS, REACHES, Identifiers
from .quiet import Quiet
from .vary import pools, vary

INDEX = {label: i for i, label in enumerate(LABELS)}


def seen(net, pieces, grams, shape, gap):
    """What the net of names, which does not learn here, gives this one: (piece, gram, shape, gap, understood, mask)."""
    with torch.no_grad():
        mask = (shape > 0).unsqueeze(-1).float()
        piece, gram = net.look_up(pieces, grams)
        return piece, gram, shape, gap, net.understand(piece, gram, shape, gap, mask), mask


def hide(given, share):
    """Some words are not known as such, only their shape and what the sentence says."""
    piece, gram, *rest, mask = given
    keep = (torch.rand_like(mask) > share).float()
    return piece * keep, gram * keep, *rest, mask


def arguments():
    parser = argparse.ArgumentParser()
    for name in ("--data", "--names", "--messages", "--out"):
        parser.add_argument(name, required=True)
    parser.add_argument("--prompts", nargs="+", required=True)
    parser.add_argument("--code", nargs="*", default=[])
    parser.add_argument("--rounds", type=int, default=24, help="how often each prompt is met")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--quiet", type=float, default=0.5, help="so many texts without identifiers for one prompt")
    parser.add_argument("--swap", type=float, default=0.2, help="share of the values that are others of their type")
    parser.add_argument("--cut", type=float, default=0.15, help="share of the prompts of which a part is met")
    parser.add_argument("--hide", type=float, default=0.1, help="share of the words whose letters are hidden")
    parser.add_argument("--dropout", type=float, default=0.15)
    parser.add_argument("--width", type=int, default=96)
    parser.add_argument("--blocks", type=int, default=len(REACHES))
    parser.add_argument("--mean", type=float, default=0.99, help="how slowly the mean of the weights moves")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--half", action="store_true", help="compute in bfloat16, which newer processors do twice as fast")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    args.lists = pathlib.Path(args.data) / "lists.json"
    return args


def main():
    args = arguments()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)
    folder = pathlib.Path(args.data)
    vectors = load_pieces(folder)
    vocabulary = Vocabulary(json.loads((folder / "pieces.json").read_text(encoding="utf-8"))["pieces"])
    names = names_model.load(args.names, vectors).eval()
    marked = [prompt for path in args.prompts for prompt in prompts.read(path)]
    values, quiet = pools(marked), Quiet(args, args.seed)
    known = vectors.shape[1] + names.grams.embedding_dim + names.width
    net = Identifiers(known, args.width, REACHES[: args.blocks], args.dropout)
    optimizer = torch.optim.AdamW(net.parameters(), lr=args.rate, weight_decay=0.02)
    loss_of = nn.CrossEntropyLoss(ignore_index=IGNORE, label_smoothing=0.02)
    mean, began, done = Mean(net, args.mean), time.time(), 0
    for round_number in range(args.rounds):
        texts = [vary(text, spans, values, rng, args.swap, args.cut) for text, spans in marked]
        windows = [w for text, spans in texts for w in encode(vocabulary, text, prompts.classed(spans), INDEX)]
        for _ in range(round(args.quiet * len(marked))):
            windows += encode(vocabulary, *quiet.draw(), INDEX)
        todo, total = batches(windows, rng), 0.0
        for i, batch in enumerate(todo):
            share = (round_number + i / len(todo)) / args.rounds
            for group in optimizer.param_groups:
                group["lr"] = args.rate * min(1, (done + 1) / 100) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * share)))
            *given, labels = (torch.from_numpy(x) for x in pad([windows[j] for j in batch]))
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=args.half):
                logits = net.train()(*hide(seen(names, *given), args.hide))
            loss = loss_of(logits.float().flatten(0, 1), labels.flatten())
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            mean.add()
            total, done = total + loss.item(), done + 1
        save(mean.state(), args.out)
        print(f"round {round_number + 1} of {len(todo)} batches, loss {total / len(todo):.4f}, {time.time() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
