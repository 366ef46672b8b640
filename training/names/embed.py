"""Static vectors of the encoder's word pieces: each piece is read alone by MiniLM, and what the input layer and the
last layers say of it is reduced to WIDTH dimensions. So the small net starts with the encoder's idea of every word
without paying for the encoder.
Usage: python -m names.embed --out DIR"""
import argparse
import json
import pathlib

import numpy as np
import torch

from . import encoder
from .tokens import CONTROL

WIDTH = 96


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", required=True)
    out = pathlib.Path(parser.parse_args().out)
    torch.set_num_threads(2)
    model, pieces = encoder.load()
    kept = [i for i, piece in enumerate(pieces) if not CONTROL.match(piece)]
    cls, sep = pieces.index("[CLS]"), pieces.index("[SEP]")
    parts = []
    with torch.inference_mode():
        for at in range(0, len(kept), 512):
            ids = torch.tensor([[cls, i, sep] for i in kept[at : at + 512]])
            layers = model(ids)
            mix = [layers[0][:, 1], layers[3][:, 1], layers[6].mean(1)]
            parts.append(torch.cat([torch.nn.functional.normalize(x, dim=-1) for x in mix], -1).numpy())
    vectors = np.concatenate(parts)
    vectors -= vectors.mean(0)
    _, values, axes = np.linalg.svd(vectors.T @ vectors)
    reduced = vectors @ axes[:WIDTH].T
    reduced /= np.sqrt(values[:WIDTH] / len(vectors)) ** 0.5
    reduced /= reduced.std()
    table = np.concatenate([np.zeros((2, WIDTH)), np.clip(reduced, -4, 4)]).astype(np.float32)
    scale = np.abs(table).max() / 127
    np.save(out / "pieces.npy", np.round(table / scale).astype(np.int8))
    (out / "pieces.json").write_text(
        json.dumps({"scale": float(scale), "pieces": ["[PAD]", "[UNK]"] + [pieces[i] for i in kept]}, ensure_ascii=False)
    )
    print(table.shape, float(values[:WIDTH].sum() / values.sum()))


if __name__ == "__main__":
    main()
