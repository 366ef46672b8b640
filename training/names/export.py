"""Exports checkpoints: int8 tables, ONNX with int8 matrix products, the vocabulary, and a manifest with SHA-256.
Usage: python -m names.export --data DIR --model FILE... --identifiers FILE --out ../models/names --version 1 --bias 0.5"""
import argparse
import hashlib
import json
import pathlib

import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn

from identifiers import model as identifiers

from .graph import Graph
from .model import LABELS, load
from .train import load_pieces

FORMAT = 2


class Exported(nn.Module):
    """The nets for inference, from the sums of each word's rows on: the tables are files of their own, of which the program
    adds up a word's rows itself, once for each word of a text. Several nets say the mean of what each says; the vectors of
    their letter groups stand beside each other. The net of identifiers goes on from the last of them. The program shows one window at a
    time, of which no word is padding."""

    def __init__(self, nets, identifiers):
        super().__init__()
        self.nets = nn.ModuleList(nets)
        self.identifiers = identifiers

    def forward(self, piece, gram, shape, gap):
        """What the exported graph works out, in floats (to compare)."""
        grams = gram.chunk(len(self.nets), -1)
        understood = [net.understand(piece, own, shape, gap, None) for net, own in zip(self.nets, grams)]
        said = [net.leave(x).softmax(-1) for net, x in zip(self.nets, understood)]
        found = self.identifiers(piece, grams[-1], shape, gap, understood[-1], None).softmax(-1)
        return sum(said) / len(said), found

    def graph(self, width):
        """As ONNX; `width` of a word's pieces."""
        graph = Graph(self)
        words = graph.add("Gather", graph.add("Shape", "shape"), graph.constant("second", np.int64(1)))
        count = len(self.nets)
        grams = graph.add("Split", "gram", outputs=count, axis=-1) if count > 1 else ["gram"]
        said = []
        for net, own in zip(self.nets, grams):
            x = graph.enter(net, ("piece", own), "shape", "gap")
            windows = {2: net.window, 5: getattr(net, "second_window", None)}
            understood = graph.layers(x, words, net, windows)
            said.append(graph.leave(understood, net.leave))
        x = graph.enter(self.identifiers, ("piece", grams[-1]), "shape", "gap", (understood,))
        found = graph.leave(graph.layers(x, words, self.identifiers, {self.identifiers.looks_before: self.identifiers.window}), self.identifiers.leave)
        inputs = {"piece": width, "gram": sum(net.grams.weight.shape[1] for net in self.nets), "shape": None, "gap": None}
        outputs = {"probabilities": (graph.add("Mean", *said), len(LABELS)), "identifiers": (found, len(identifiers.LABELS))}
        return graph.model(inputs, outputs)


def table(weights):
    """Rows in int8 and the scale of all; row 0 is padding."""
    weights = weights.clone()
    weights[0] = 0
    scale = float(weights.abs().max() / 127)
    return torch.round(weights / scale).to(torch.int8).numpy(), scale


def distance(exported, path, widths, words=200):
    """How far what the file says of random words is from what the nets say in floats, in the mean of words and tags;
    int8 explains a thousandth."""
    torch.manual_seed(0)
    piece, gram = (0.3 * torch.randn(1, words, width) for width in widths)
    ids = torch.ones((1, words), dtype=torch.int32)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    said = session.run(None, {"piece": piece.numpy(), "gram": gram.numpy(), "shape": ids.numpy(), "gap": ids.numpy()})
    with torch.no_grad():
        meant = exported(piece, gram, ids, ids)
    return max(float((torch.from_numpy(a) - b).abs().mean()) for a, b in zip(said, meant))


def digest(path):
    data = path.read_bytes()
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def main():
    parser = argparse.ArgumentParser()
    for name in ("--data", "--out", "--version"):
        parser.add_argument(name, required=True)
    parser.add_argument("--model", nargs="+", required=True, help="checkpoints; of several the mean of what they say")
    parser.add_argument("--identifiers", required=True, help="the net of identifiers, trained on the last of --model")
    parser.add_argument("--bias", type=float, default=0.5, help="how much O counts in the path")
    parser.add_argument("--lean", type=float, default=0.0, help="added to the logits of persons, so that they are found sooner")
    args = parser.parse_args()
    data, out = pathlib.Path(args.data), pathlib.Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    vectors = load_pieces(data)
    nets = [load(path, vectors) for path in args.model]
    for net in nets:
        net.leave.bias.data[1:3] += args.lean
    exported = Exported(nets, identifiers.load(args.identifiers)).eval()
    grams = torch.cat([net.grams.weight.detach() for net in nets], 1)
    onnx.save(exported.graph(vectors.shape[1]), str(out / "names.onnx"))
    far = distance(exported, out / "names.onnx", (vectors.shape[1], grams.shape[1]))
    print(f"The file is {far:.5f} away from the nets.")
    if far > 0.005:
        raise ValueError(f"The file says something else than the nets: {far}")
    pieces = json.loads((data / "pieces.json").read_text(encoding="utf-8"))["pieces"]
    (out / "vocabulary.txt").write_text("\n".join(pieces) + "\n", encoding="utf-8")
    tables = {}
    for name, weights in (("pieces", vectors), ("grams", grams)):
        rows, scale = table(weights)
        (out / f"{name}.bin").write_bytes(rows.tobytes())
        tables[name] = {"rows": rows.shape[0], "width": rows.shape[1], "scale": scale}
    files = {name: digest(out / name) for name in ("names.onnx", "pieces.bin", "grams.bin", "vocabulary.txt")}
    manifest = {"format": FORMAT, "version": args.version, "tags": LABELS, "identifierTags": identifiers.LABELS,
                "outsideWeight": args.bias, "tables": tables, "files": files}
    (out / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(manifest))


if __name__ == "__main__":
    main()
