"""Writes nets as ONNX for inference on one core: int8 matrix products with a scale for each column, and beside them as little as
can be. A word's neighbours are put together as bytes, after they were made int8, and the two halves of a gate are products
of their own, so that nothing is copied to be taken apart. The operators beyond ONNX's own are ONNX Runtime's
(com.microsoft: DynamicQuantizeMatMul, MatMulIntegerToFloat). Constants bear the names of the nets' parameters."""
import numpy as np
from onnx import TensorProto, helper, numpy_helper

MICROSOFT = "com.microsoft"
EPSILON = 1e-5


def quantise(weight):
    """A matrix (out, in) as int8 (in, out), and the scale of each column."""
    columns = weight.detach().numpy().T
    scale = np.abs(columns).max(0) / np.float32(127)
    return np.clip(np.rint(columns / np.where(scale == 0, 1, scale)), -127, 127).astype(np.int8), scale.astype(np.float32)


class Graph:
    """Nodes in order, and constants."""

    def __init__(self, nets):
        """`nets`: the module that holds all whose parameters are used."""
        self.nodes, self.constants, self.around = [], {}, {}
        self.names = {id(module): name for name, module in nets.named_modules()}

    def constant(self, name, value):
        array = value.detach().numpy() if hasattr(value, "detach") else np.asarray(value)
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(array), name)
        return name

    def number(self, *values):
        """A constant row of whole numbers."""
        return self.constant(f"row {values}", np.array(values, np.int64))

    def of(self, module, parameter):
        return self.constant(f"{self.names[id(module)]}.{parameter}", getattr(module, parameter))

    def add(self, op, *inputs, outputs=1, **attributes):
        """Adds a node; gives its output's name, or the list of them."""
        names = [f"{op}_{len(self.nodes)}" if outputs == 1 else f"{op}_{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(op, list(inputs), names, name=names[0], **attributes))
        return names[0] if outputs == 1 else names

    def matrix(self, name, weight, bias):
        rows, scale = quantise(weight)
        return (self.constant(f"{name}.weight.rows", rows), self.constant(f"{name}.weight.scale", scale),
                self.constant(f"{name}.weight.zero", np.zeros(scale.shape, np.int8)), self.constant(f"{name}.bias", bias))

    def gate(self, quantised, scale, zero, linear):
        """The two halves of a product, one letting the other through; of rows in int8."""
        halves = []
        for half, weight, bias in zip(("passes", "opens"), linear.weight.chunk(2), linear.bias.chunk(2)):
            rows, scales, zeros, biases = self.matrix(f"{self.names[id(linear)]}.{half}", weight, bias)
            halves.append(self.add("MatMulIntegerToFloat", quantised, rows, scale, scales, zero, zeros, biases, domain=MICROSOFT))
        return self.add("Mul", halves[0], self.add("Sigmoid", halves[1]))

    def norm(self, x, layer):
        return self.add("LayerNormalization", x, self.of(layer, "weight"), self.of(layer, "bias"), axis=-1, epsilon=EPSILON)

    def rows_around(self, words, reach):
        """For each word three rows of what has a row of nothing before and behind: those of the words `reach` before and behind
        it, and between them its own."""
        if reach not in self.around:
            nought, one = self.constant("nought", np.int64(0)), self.constant("one", np.int64(1))
            place = self.add("Unsqueeze", self.add("Range", nought, words, one), self.number(1))
            around = self.add("Add", place, self.number(1 - reach, 1, 1 + reach))
            self.around[reach] = self.add("Clip", around, nought, self.add("Add", words, one))
        return self.around[reach]

    def block(self, x, words, block):
        """A gated convolution over the words, as model.Block."""
        quantised, scale, zero = self.add("DynamicQuantizeLinear", self.norm(x, block.norm), outputs=3)
        padded = self.add("Pad", quantised, self.number(0, 1, 0, 0, 1, 0), zero)
        near = self.add("Gather", padded, self.rows_around(words, block.reach), axis=1)
        flat = self.add("Reshape", near, self.number(1, -1, block.mix.in_features))
        return self.add("Add", x, self.gate(flat, scale, zero, block.mix))

    def window(self, x, window):
        """What the window as a whole is like, added to each word, as model.Window."""
        y = self.norm(x, window.norm)
        mean, top = (self.add(op, y, axes=[1], keepdims=1) for op in ("ReduceMean", "ReduceMax"))
        both = self.add("Concat", mean, top, axis=-1)
        matrix = self.matrix(self.names[id(window.mix)], window.mix.weight, window.mix.bias)
        said = self.add("DynamicQuantizeMatMul", both, *matrix, domain=MICROSOFT)
        return self.add("Add", x, self.add("Tanh", said))

    def enter(self, net, before, shape, gap, behind=()):
        """What is known of each word, put together and gated."""
        seen = [self.add("Gather", self.of(table, "weight"), ids) for table, ids in ((net.shape, shape), (net.gap, gap))]
        joined = self.add("Concat", *before, *seen, *behind, axis=-1)
        return self.gate(*self.add("DynamicQuantizeLinear", joined, outputs=3), net.enter)

    def leave(self, x, linear):
        """Likelihoods of the tags. This product stays float: int8 costs accuracy there and saves nothing."""
        weight = self.constant(f"{self.names[id(linear)]}.weight.float", linear.weight.T)
        return self.add("Softmax", self.add("Add", self.add("MatMul", x, weight), self.of(linear, "bias")), axis=-1)

    def layers(self, x, words, net, windows):
        """Blocks, with a look at the whole window before some of them, and the last norm. `windows`: by the block's place."""
        for place, block in enumerate(net.blocks):
            if place in windows:
                x = self.window(x, windows[place])
            x = self.block(x, words, block)
        return self.norm(x, net.norm)

    def model(self, inputs, outputs):
        """The whole. `inputs`: width of each by name, None for one number a word; `outputs`: node and width by name."""
        for name, (node, _) in outputs.items():
            self.nodes.append(helper.make_node("Identity", [node], [name], name=name))
        shapes = [helper.make_tensor_value_info(name, TensorProto.INT32, [1, "words"]) if width is None
                  else helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, "words", width])
                  for name, width in (*inputs.items(), *((name, width) for name, (_, width) in outputs.items()))]
        graph = helper.make_graph(self.nodes, "names", shapes[: len(inputs)], shapes[len(inputs) :], list(self.constants.values()))
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)],
                                 ir_version=8)
