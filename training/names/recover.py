"""A checkpoint of one net from the files that ship, to go on from: int8 weights times their scales.
Usage: python -m names.recover --exported ../models/names --net 1 --data DIR --out FILE (writes pieces.npy and pieces.json too)"""
import argparse
import json
import pathlib

import numpy as np
import onnx
import torch
from onnx import numpy_helper


HALVES = (".passes", ".opens")


def parameters(values):
    """The nets' parameters by name, from the constants of graph.py: int8 rows times their scales, the halves of a gate one behind the other."""
    found = {}
    for name, value in values.items():
        if name.endswith(".weight.rows"):
            name, value = name.removesuffix(".rows"), (value * values[name.replace(".rows", ".scale")]).T
        elif name.endswith(".weight.float"):
            name, value = name.removesuffix(".float"), value.T
        elif name.endswith((".scale", ".zero")):
            continue
        for place, half in enumerate(HALVES):
            if f"{half}." in name:
                name = name.replace(half, "")
                found.setdefault(name, [None, None])[place] = value
                break
        else:
            found[name] = [value]
    return {name: np.concatenate(parts) for name, parts in found.items()}


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
    every = parameters({value.name: numpy_helper.to_array(value) for value in graph.initializer})
    nets = 1 + max(int(name.split(".")[1]) for name in every if name.startswith("nets."))
    prefix = f"nets.{args.net}."
    state = {name.removeprefix(prefix): value for name, value in every.items() if name.startswith(prefix)}
    grams = np.split(rows["grams"], nets, 1)[args.net]
    state |= {"pieces": rows["pieces"].astype(np.float32) * tables["pieces"]["scale"],
              "grams.weight": grams.astype(np.float32) * tables["grams"]["scale"]}
    torch.save({name: torch.from_numpy(np.array(value, np.float32)) for name, value in state.items()}, args.out)
    print(len(state), "tensors")


if __name__ == "__main__":
    main()
