"""Writes one shard of the marked prompts, each a few times with other values, for `names.train --teacher`: without tags, because
places and firms are not marked in them; what the teacher says of them is learned.
Usage: python -m identifiers.untagged --prompts FILE... --vocabulary FILE --times N --seed S --out FILE"""
import argparse
import json
import pathlib
import random

from names.batches import IGNORE, encode, write_shard
from names.tokens import Vocabulary

from . import prompts
from .vary import pools, vary


def main():
    parser = argparse.ArgumentParser()
    for name in ("--vocabulary", "--out"):
        parser.add_argument(name, required=True)
    parser.add_argument("--prompts", nargs="+", required=True)
    parser.add_argument("--times", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    vocabulary = Vocabulary(json.loads(pathlib.Path(args.vocabulary).read_text(encoding="utf-8"))["pieces"])
    marked = [prompt for path in args.prompts for prompt in prompts.read(path)]
    values, windows = pools(marked), []
    for text, spans in marked * args.times:
        varied, _ = vary(text, spans, values, rng, swap=0.5, cut=0.2)
        for *given, labels in encode(vocabulary, varied, []):
            labels[:] = IGNORE
            windows.append((*given, labels))
    print(len(windows), write_shard(args.out, windows))


if __name__ == "__main__":
    main()
