"""Exports checkpoints: int8 tables, ONNX with int8 matrix products, the vocabulary, and a manifest with SHA-256.
Usage: python -m names.export --data DIR --model FILE... --identifiers FILE --out ../models/names --version 1 --bias 0.5"""
import argparse
import hashlib
import json
import pathlib

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn

from identifiers import model as identifiers

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
        grams = gram.chunk(len(self.nets), -1)
        understood = [net.understand(piece, own, shape, gap, None) for net, own in zip(self.nets, grams)]
        said = [net.leave(x).softmax(-1) for net, x in zip(self.nets, understood)]
        found = self.identifiers(piece, grams[-1], shape, gap, understood[-1], None).softmax(-1)
        return sum(said) / len(said), found


def table(weights):
    """Rows in int8 and the scale of all; row 0 is padding."""
    weights = weights.clone()
    weights[0] = 0
    scale = float(weights.abs().max() / 127)
    return torch.round(weights / scale).to(torch.int8).numpy(), scale


def digest(path):
    data = path.read_bytes()
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def main():
    parser = argparse.ArgumentParser()
    for name in ("--data", "--out", "--version"):
        parser.add_argument(name, required=True)
    parser.add_argument("--model", nargs="+", required=True, help="checkpoints; of several the mean of what they say")
    parser.add_argument("--identifiers", required=True, help="the net of identifiers, trained on the last of --model")
    parser.add_argument("--keep-float", action="store_true", help="leave float.onnx beside it, to compare")
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
    example = (torch.randn(2, 20, vectors.shape[1]), torch.randn(2, 20, grams.shape[1]),
               torch.ones((2, 20), dtype=torch.int32), torch.ones((2, 20), dtype=torch.int32))
    names, outputs = ["piece", "gram", "shape", "gap"], ["probabilities", "identifiers"]
    whole = out / "float.onnx"
    axes = {name: {0: "windows", 1: "words"} for name in [*names, *outputs]}
    torch.onnx.export(exported, example, str(whole), input_names=names, output_names=outputs, dynamic_axes=axes,
                      opset_version=17, dynamo=False)
    final = out / "names.onnx"
    # Only matrix products: the small last one of each net stays float, where int8 costs accuracy and saves nothing.
    graph = onnx.load(str(whole)).graph
    keep = [node.name for node in graph.node if node.op_type == "MatMul" and "/leave/" in node.name]
    quantize_dynamic(str(whole), str(final), weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul"],
                     nodes_to_exclude=keep, extra_options={"MatMulConstBOnly": True})
    if not args.keep_float:
        whole.unlink()
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
