"""How well the net alone finds what is marked in prompts that it was not trained on: by class, of the spans that are touched
by what it finds (recall whole: all words found) and of the spans it finds (precision: touch a mark of any class).
Usage: python -m identifiers.evaluate --data DIR --names FILE --identifiers FILE --prompts FILE... [--at 0.5] [--show]"""
import argparse
import collections
import json
import pathlib

import numpy as np
import torch

from names import model as names_model
from names.batches import encode
from names.tokens import Vocabulary, features
from names.train import load_pieces

from . import prompts
from .model import KINDS, LABELS, load
from .train import INDEX, seen


def said(names, net, vocabulary, text):
    """The text's words and, of each, how probable every class is."""
    rows = []
    for *given, _ in encode(vocabulary, text, [], INDEX):
        with torch.no_grad():
            logits = net(*seen(names, *(torch.from_numpy(part[None]) for part in given)))
        rows.append(logits.softmax(-1)[0].numpy())
    tags = np.concatenate(rows) if rows else np.zeros((0, len(LABELS)), np.float32)
    return features(vocabulary, text), tags[:, 1:].reshape(len(tags), len(KINDS), 2).sum(-1)


def found_in(words, classes, at):
    """Runs of words of which one class is at least `at` probable: (start, end, class)."""
    spans = []
    best = classes.argmax(-1) if len(classes) else []
    for i, (word, kind) in enumerate(zip(words, best)):
        if classes[i, kind] < at:
            continue
        if spans and spans[-1][3] == i - 1 and spans[-1][2] == KINDS[kind]:
            spans[-1] = (spans[-1][0], word[1], KINDS[kind], i)
        else:
            spans.append((word[0], word[1], KINDS[kind], i))
    return [span[:3] for span in spans]


def main():
    parser = argparse.ArgumentParser()
    for name in ("--data", "--names", "--identifiers"):
        parser.add_argument(name, required=True)
    parser.add_argument("--prompts", nargs="+", required=True)
    parser.add_argument("--at", type=float, default=0.5, help="how probable a class has to be")
    parser.add_argument("--show", action="store_true", help="print what is missed and what is found without a mark")
    args = parser.parse_args()
    folder = pathlib.Path(args.data)
    vocabulary = Vocabulary(json.loads((folder / "pieces.json").read_text(encoding="utf-8"))["pieces"])
    names, net = names_model.load(args.names, load_pieces(folder)).eval(), load(args.identifiers).eval()
    counts = collections.defaultdict(collections.Counter)
    for path in args.prompts:
        for text, marks in prompts.read(path):
            marks = prompts.classed(marks)
            spans = found_in(*said(names, net, vocabulary, text), args.at)
            hidden = np.zeros(len(text), bool)
            for start, end, kind in spans:
                hidden[start:end] = True
                right = any(start < e and s < end for s, e, _ in marks)
                counts[kind].update(found=1, right=right)
                if args.show and not right:
                    print("NOT MARKED", kind, repr(text[max(0, start - 40) : start]), repr(text[start:end]))
            for start, end, kind in marks:
                whole = all(hidden[i] or not text[i].isalnum() for i in range(start, end))
                counts[kind].update(marked=1, whole=whole, touched=bool(hidden[start:end].any()))
                if args.show and not whole:
                    print("MISSED", kind, repr(text[max(0, start - 40) : start]), repr(text[start:end]))
    print("class     marked  whole  touched  found  precision")
    for kind in KINDS:
        c = counts[kind]
        print(f"{kind:9} {c['marked']:6} {c['whole'] / max(1, c['marked']):6.3f} {c['touched'] / max(1, c['marked']):8.3f} "
              f"{c['found']:6} {c['right'] / max(1, c['found']):10.3f}")


if __name__ == "__main__":
    main()
