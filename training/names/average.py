"""Averages checkpoints of which one went on from the other; the mean is often better than either.
Usage: python -m names.average --out FILE CHECKPOINT CHECKPOINT..."""
import argparse

import torch

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", required=True)
    parser.add_argument("checkpoints", nargs="+")
    args = parser.parse_args()
    states = [torch.load(path) for path in args.checkpoints]
    torch.save({name: sum(state[name] for state in states) / len(states) for name in states[0]}, args.out)
