"""A checkpoint of one net from the files that ship, to go on from: int8 weights times their scales.
Usage: python -m names.recover --exported ../models/names --net 1 --data DIR --out FILE (writes pieces.npy and pieces.json too)"""
import argparse
import json
import pathlib

import numpy as np
import onnx
import torch
from onnx import numpy_helper


def products(graph, values):
    """(bias's name, weights) of each layer; a product in int8 stands a few steps before the sum with its bias."""
    by_input = {name: node for node in graph.node for name in node.input}
    for node in graph.node:
        if node.op_type not in ("MatMul", "MatMulInteger"):
            continue
        if node.op_type == "MatMul":
            weights = values[node.input[1]]
        else:
            base = node.input[1].removesuffix("_quantized")
            weights = (values[node.input[1]].astype(np.float32) - values[f"{base}_zero_point"]) * values[f"{base}_scale"]
        while node.op_type != "Add":
            node = by_input[node.output[0]]
        yield next(name for name in node.input if name.endswith(".bias")), weights.T


def main():
    parser = argparse.ArgumentParser()
    for name in ("--exported", "--data", "--out"):
        parser.add_argument(name, required=True)
    parser.add_argument("--net", type=int, default=0, help="which of the nets, from 0")
    args = parser.parse_args()
    exported, data = pathlib.Path(args.exported), pathlib.Path(args.data)
    tables = json.loads((exported / "manifest.json").read_text(encoding="utf-8"))["tables"]
    rows = {name: np.frombuffer((exported / f"{name}.bin").read_bytes(), np.int8).reshape(info["rows"], info["width"])
            for name, info in tables.items()}
    np.save(data / "pieces.npy", rows["pieces"])
    words = (exported / "vocabulary.txt").read_text(encoding="utf-8").split("\n")[:-1]
    (data / "pieces.json").write_text(json.dumps({"scale": tables["pieces"]["scale"], "pieces": words}, ensure_ascii=False), encoding="utf-8")

    graph = onnx.load(str(exported / "names.onnx")).graph
    values = {value.name: numpy_helper.to_array(value) for value in graph.initializer}
    nets = 1 + max(int(name.split(".")[1]) for name in values if name.startswith("nets."))
    prefix = f"nets.{args.net}."
    state = {name.removeprefix(prefix): value for name, value in values.items() if name.startswith(prefix)}
    state |= {f"{bias.removeprefix(prefix).removesuffix('.bias')}.weight": weights
              for bias, weights in products(graph, values) if bias.startswith(prefix)}
    grams = np.split(rows["grams"], nets, 1)[args.net]
    state |= {"pieces": rows["pieces"].astype(np.float32) * tables["pieces"]["scale"],
              "grams.weight": grams.astype(np.float32) * tables["grams"]["scale"]}
    torch.save({name: torch.from_numpy(np.array(value, np.float32)) for name, value in state.items()}, args.out)
    print(len(state), "tensors")


if __name__ == "__main__":
    main()
