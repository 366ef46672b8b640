"""Measures a checkpoint on the development sets.
Usage: python -m names.evaluate --data DIR --model FILE --corpora DIR [--exported DIR]"""
import argparse
import json
import pathlib
import re
import time

import numpy as np
import torch

from . import corpora
from .batches import encode, pad
from .decode import spans_of
from .model import load
from .tokens import Vocabulary, features
from .train import load_pieces

EVAL = pathlib.Path(__file__).parent.parent / "eval"
FULL = {"PER": "PERSON", "LOC": "LOCATION", "ORG": "ORGANIZATION"}
MARK = re.compile(r"\[\[([PLO]):(.*?)\]\]", re.S)
MARKED = {"P": "PERSON", "L": "LOCATION", "O": "ORGANIZATION"}


def marked(block):
    text, spans, at = "", [], 0
    for found in MARK.finditer(block):
        text += block[at : found.start()]
        spans.append((len(text), len(text) + len(found[2]), MARKED[found[1]]))
        text += found[2]
        at = found.end()
    return text + block[at:], spans


def conll(path, classes, column=-1):
    for sentence in corpora.read(path, column):
        spans = corpora.spans_of(sentence, classes)
        text, found = corpora.glue(sentence, spans)
        yield text, [(s, e, FULL[k]) for s, e, k in found if not text[s:e].startswith("@")]


def sets(folder):
    folder = pathlib.Path(folder)
    yield "prompts", [marked(b.strip("\n")) for b in (EVAL / "prompts.txt").read_text(encoding="utf-8").split("---\n")]
    yield "prompts-held", [marked(b.strip("\n")) for b in (EVAL / "prompts-held.txt").read_text(encoding="utf-8").split("---\n")]
    names = {"PERSON": "PERSON", "GPE": "LOCATION", "ORGANIZATION": "ORGANIZATION"}
    synth = json.loads((folder / "pii/presidio-research-synth-dev.json").read_text(encoding="utf-8"))
    yield "synth-dev", [(x["full_text"], [(s["start_position"], s["end_position"], names[s["entity_type"]])
                                          for s in x["spans"] if s["entity_type"] in names]) for x in synth]
    yield "ewt-dev", list(ewt(folder))
    yield "wnut17-dev", list(conll(folder / "ner/wnut17-dev.conll", corpora.WNUT))
    yield "crossner-dev", [x for p in sorted((folder / "ner").glob("crossner-*-dev.txt")) for x in conll(p, corpora.CROSSNER)][::4]
    polish = [json.loads(p.read_text(encoding="utf-8")) for p in sorted((folder / "pii/pl-pii-bench").glob("*.json"))]
    labels = {"PERSON": "PERSON", "ORG": "ORGANIZATION", "LOC": "LOCATION"}
    yield "pl-pii-bench", [(d["text"], [(e["start"], e["end"], labels[e["label"]]) for e in d["entities"] if e["label"] in labels]) for d in polish]


def ewt(folder):
    """Words stand in the second column, tags in the third."""
    sentence = []
    for line in (folder / "ner/ewt-dev.iob2").read_text(encoding="utf-8").splitlines() + [""]:
        if line.startswith("#"):
            continue
        if not line:
            if sentence:
                text, found = corpora.glue(sentence, corpora.spans_of(sentence, corpora.PLAIN))
                yield text, [(s, e, FULL[k]) for s, e, k in found]
            sentence = []
        else:
            parts = line.split("\t")
            sentence.append((parts[1], parts[2]))


def probabilities(run, vocabulary, texts):
    encoded = [(i, w) for i, text in enumerate(texts) for w in encode(vocabulary, text, [])]
    order = sorted(range(len(encoded)), key=lambda k: len(encoded[k][1][2]))
    rows = [None] * len(encoded)
    for at in range(0, len(order), 32):
        group = order[at : at + 32]
        out = run(*pad([encoded[k][1] for k in group])[:4])
        for row, k in zip(out, group):
            rows[k] = row[: len(encoded[k][1][2])]
    probs = [[] for _ in texts]
    for (i, _), row in zip(encoded, rows):
        probs[i].append(row)
    return [np.concatenate(p) if p else np.zeros((0, 9), np.float32) for p in probs]


def overlap(a, b):
    return a[0] < b[1] and b[0] < a[1]


def measure(gold, found, kind):
    """Entity level by overlap (any), exactly, and the share fully covered; words count for characters covered."""
    hit = exact = full = right = total = false = chars = leaked = 0
    for g_all, f_all in zip(gold, found):
        g = [s for s in g_all if s[2] == kind]
        f = [s for s in f_all if s[2] == kind]
        total += len(g)
        for span in g:
            covered = set().union(*[set(range(max(span[0], s[0]), min(span[1], s[1]))) for s in f]) if f else set()
            hit += bool(covered)
            full += len(covered) == span[1] - span[0]
            exact += any(s[:2] == span[:2] for s in f)
            chars += span[1] - span[0]
            leaked += span[1] - span[0] - len(covered)
        for span in f:
            ok = any(overlap(span, s) for s in g)
            right += ok
            false += not ok
    p, r, re_ = right / max(1, right + false), full / max(1, total), exact / max(1, total)
    f2 = 5 * p * r / max(1e-9, 4 * p + r)
    return {"P": p, "R": r, "exact": re_, "F1": 2 * p * r / max(1e-9, p + r), "F2": f2, "leak": leaked / max(1, chars), "n": total, "false": false}


def exported(folder):
    """The model as it ships, read as the product reads it."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(folder / "names.onnx", options)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    tables = {}
    for name, info in manifest["tables"].items():
        rows = np.frombuffer((folder / f"{name}.bin").read_bytes(), np.int8).reshape(info["rows"], info["width"])
        tables[name] = rows.astype(np.float32) * info["scale"]

    def run_one(pieces, grams, shape, gap):
        piece = tables["pieces"][pieces].sum(2) / np.maximum((pieces > 0).sum(-1, keepdims=True), 1)
        gram = tables["grams"][grams].sum(2) / np.sqrt(np.maximum((grams > 0).sum(-1, keepdims=True), 1))
        feed = {"piece": piece.astype(np.float32), "gram": gram.astype(np.float32), "shape": shape, "gap": gap}
        return session.run(None, feed)[0][0]

    def run(*padded):
        lengths = (padded[2] > 0).sum(1)
        return [run_one(*(part[i : i + 1, :length] for part in padded)) for i, length in enumerate(lengths)]

    return run


def runner(args):
    if args.exported:
        return exported(pathlib.Path(args.exported))
    net = load(args.model, load_pieces(pathlib.Path(args.data))).eval()

    def run(*x):
        with torch.inference_mode():
            return net(*(torch.from_numpy(a) for a in x)).softmax(-1).numpy()

    return run


def main():
    parser = argparse.ArgumentParser()
    for name in ("--data", "--corpora"):
        parser.add_argument(name, required=True)
    parser.add_argument("--model")
    parser.add_argument("--exported", help="folder of an exported model, instead of --model")
    parser.add_argument("--bias", type=float, default=0.5, help="how much O counts in the path")
    parser.add_argument("--thresholds", default="0.3,0.5,0.7")
    parser.add_argument("--show", help="print misses and false alarms of this set")
    args = parser.parse_args()
    torch.set_num_threads(2)
    run = runner(args)
    vocabulary = Vocabulary(json.loads((pathlib.Path(args.data) / "pieces.json").read_text(encoding="utf-8"))["pieces"])
    thresholds = [float(x) for x in args.thresholds.split(",")]
    clean = (EVAL / "clean.txt").read_text(encoding="utf-8").split("---\n")
    for name, items in [*sets(args.corpora), ("clean", [(b, []) for b in clean])]:
        if args.show and name != args.show:
            continue
        texts = [text for text, _ in items]
        began = time.process_time()
        probs = probabilities(run, vocabulary, texts)
        spent = time.process_time() - began
        size = sum(len(t.encode()) for t in texts)
        candidates = [spans_of(features(vocabulary, t), p, args.bias) for t, p in zip(texts, probs)]
        print(f"{name}: {len(texts)} texts, {size} bytes, {1000 * spent / size * 1024:.1f} ms/KB in Python")
        for threshold in thresholds:
            found = [[s for s in c if s[3] >= threshold] for c in candidates]
            if name == "clean":
                shown = [(t[s:e], k, round(p, 2)) for t, f in zip(texts, found) for s, e, k, p in f if k == "PERSON"]
                print(f"  at {threshold}: {len(shown) / size * 2048:.2f} persons a 2 KB {shown[:40] if args.show else ''}")
                continue
            for kind in ("PERSON", "LOCATION", "ORGANIZATION"):
                m = measure([g for _, g in items], found, kind)
                if m["n"]:
                    print(f"  at {threshold} {kind:12} n {m['n']:4} P {m['P']:.3f} R {m['R']:.3f} exact {m['exact']:.3f} F1 {m['F1']:.3f} F2 {m['F2']:.3f} leak {m['leak']:.3f} false {m['false']}")
            if args.show and threshold == thresholds[0]:
                for (text, gold), f in zip(items, found):
                    people = [s for s in f if s[2] == "PERSON"]
                    for s in gold:
                        if s[2] == "PERSON" and not any(p[0] <= s[0] and p[1] >= s[1] for p in people):
                            print("  MISS", repr(text[max(0, s[0] - 40) : s[0]]), "[", repr(text[s[0] : s[1]]), "]", repr(text[s[1] : s[1] + 30]))
                    for p in people:
                        if not any(overlap(p, s) for s in gold if s[2] == "PERSON"):
                            print("  FALSE", repr(text[max(0, p[0] - 40) : p[0]]), "[", repr(text[p[0] : p[1]]), "]", repr(text[p[1] : p[1] + 30]), round(p[3], 2))


if __name__ == "__main__":
    main()
