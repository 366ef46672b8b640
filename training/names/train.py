"""Trains the net on shards; saves after every round, so that it can be stopped and taken up again. With a teacher, a larger net
that is trained already, it also learns how likely the teacher finds each tag (Hinton, Vinyals, Dean 2015), of words without
a tag of their own too.
Usage: python -m names.train --data DIR (pieces.npy, pieces.json, shard-*.npz) --out FILE --rounds N"""
import argparse
import collections
import json
import math
import pathlib
import random
import time

import numpy as np
import torch
from torch import nn

from .batches import IGNORE, pad
from .model import REACHES, Names, load

# A missed person costs more than a false one; words outside every span weigh a little less.
WEIGHTS = [0.9, 1.3, 1.3, 1.0, 1.0, 0.9, 0.9, 0.9, 0.9]
WORDS_A_BATCH = 2048


def read_shard(path):
    with np.load(path) as shard:
        parts = [shard[name] for name in ("pieces", "grams", "shape", "gap", "labels")]
        ends = np.cumsum(shard["lengths"])
    types = (np.int32, np.int32, np.int32, np.int32, np.int64)
    starts = np.concatenate([[0], ends[:-1]])
    return [tuple(p[s:e].astype(t) for p, t in zip(parts, types)) for s, e in zip(starts, ends)]


def batches(windows, rng):
    """Windows of like length together, in random order."""
    order = sorted(range(len(windows)), key=lambda i: len(windows[i][2]) + rng.random() * 8)
    found, batch, longest = [], [], 0
    for i in order:
        longest = max(longest, len(windows[i][2]))
        if batch and longest * (len(batch) + 1) > WORDS_A_BATCH:
            found.append(batch)
            batch, longest = [], len(windows[i][2])
        batch.append(i)
    found.append(batch)
    rng.shuffle(found)
    return found


def save(state, path):
    torch.save(state, path + ".part")
    pathlib.Path(path + ".part").replace(path)


class Mean:
    """The moving mean of the weights, which is what is saved: it is better than where the last batches left them."""

    def __init__(self, net, keep):
        self.net, self.keep, self.steps = net, keep, 0
        self.weights = [p.detach().clone() for p in net.parameters()]

    @torch.no_grad()
    def add(self):
        self.steps += 1
        keep = min(self.keep, self.steps / (self.steps + 10))
        torch._foreach_lerp_(self.weights, [p.detach() for p in self.net.parameters()], 1 - keep)

    def state(self):
        state = self.net.state_dict()
        for (name, _), weights in zip(self.net.named_parameters(), self.weights):
            state[name] = weights
        return state


def distance(logits, taught, words):
    """Cross entropy to what the teacher says; the mean over the words."""
    each = -(taught.softmax(-1) * logits.log_softmax(-1)).sum(-1)
    return each[words].mean()


class Loss:
    """To the tags, and to the teacher where there is one."""

    def __init__(self, teacher, share):
        self.to_tags = nn.CrossEntropyLoss(torch.tensor(WEIGHTS), ignore_index=IGNORE, label_smoothing=0.02)
        self.teacher, self.share = teacher, share

    def __call__(self, net, given, labels, half):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
            logits = net(*given).float()
            if self.teacher is not None:
                with torch.no_grad():
                    taught = self.teacher(*given).float()
        if self.teacher is None:
            return self.to_tags(logits.flatten(0, 1), labels.flatten())
        tags = self.to_tags(logits.flatten(0, 1), labels.flatten()) if (labels != IGNORE).any() else 0
        return (1 - self.share) * tags + self.share * distance(logits, taught, given[2] > 0)


def load_pieces(folder):
    scale = json.loads((folder / "pieces.json").read_text(encoding="utf-8"))["scale"]
    return torch.from_numpy(np.load(folder / "pieces.npy").astype(np.float32) * scale)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--start", help="a checkpoint to go on from")
    parser.add_argument("--teacher", help="a checkpoint of a larger net to learn from")
    parser.add_argument("--taught", type=float, default=0.6, help="share of the loss that is the teacher's")
    parser.add_argument("--width", type=int, default=96)
    parser.add_argument("--blocks", type=int, default=len(REACHES), help="a net of so many convolutions")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--final", type=float, default=0.05, help="share of the rate that is left at the end")
    parser.add_argument("--minutes", type=float, default=1e9, help="stop after this long")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--half", action="store_true", help="compute in bfloat16, which newer processors do twice as fast")
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--mean", type=float, default=0.998, help="how slowly the mean of the weights moves")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)
    folder = pathlib.Path(args.data)
    vectors = load_pieces(folder)
    net = Names(vectors, args.width, reaches=REACHES[: args.blocks], dropout=args.dropout)
    if args.start:
        net.go_on_from(torch.load(args.start))
    optimizer = torch.optim.AdamW(net.parameters(), lr=args.rate, weight_decay=0.01, betas=(0.9, 0.98))
    loss_of = Loss(load(args.teacher, vectors).eval() if args.teacher else None, args.taught)
    mean, used = Mean(net, args.mean), collections.Counter()
    began, done, words = time.time(), 0, 0
    for round_number in range(args.rounds):
        shards = sorted(folder.glob("shard-*.npz"))  # also those written meanwhile
        shard = min(shards, key=lambda path: (used[path], path))
        used[shard] += 1
        windows = read_shard(shard)
        todo = batches(windows, rng)
        total = 0.0
        for i, batch in enumerate(todo):
            share = max((round_number + i / len(todo)) / args.rounds, (time.time() - began) / 60 / args.minutes)
            factor = min(1, (done + 1) / 200) * (args.final + (1 - args.final) * 0.5 * (1 + math.cos(math.pi * min(1, share))))
            for group in optimizer.param_groups:
                group["lr"] = args.rate * factor
            *given, labels = (torch.from_numpy(x) for x in pad([windows[j] for j in batch]))
            loss = loss_of(net.train(), given, labels, args.half)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            mean.add()
            total, done, words = total + loss.item(), done + 1, words + labels.numel()
            if i % 50 == 49:
                save(mean.state(), args.out)
                print(f"{shard.name} {i + 1}/{len(todo)} loss {total / (i + 1):.4f} {words / (time.time() - began):.0f} words/s", flush=True)
            if (time.time() - began) / 60 > args.minutes:
                break
        save(mean.state(), args.out)
        print(f"round {round_number + 1} loss {total / max(1, i + 1):.4f} {(time.time() - began) / 60:.1f} min", flush=True)
        if (time.time() - began) / 60 > args.minutes:
            break


if __name__ == "__main__":
    main()
