"""Writes one shard of encoded windows.
Usage: python -m names.build --corpora DIR --lists FILE --messages DIR --phrases DIR --code DIR... --vocabulary FILE --count N --seed S --out FILE"""
import argparse
import json
import pathlib

from .batches import encode, write_shard
from .generate import Generator
from .tokens import Vocabulary


def main():
    parser = argparse.ArgumentParser()
    for name in ("--corpora", "--lists", "--messages", "--phrases", "--vocabulary", "--out"):
        parser.add_argument(name, required=True)
    parser.add_argument("--code", nargs="*", default=[])
    parser.add_argument("--count", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0, help="print that many texts and stop")
    args = parser.parse_args()
    generator = Generator(args, args.seed)
    for _ in range(args.show):
        text, spans = generator.draw()
        print(repr(text[:600]), [(text[s:e], kind) for s, e, kind in spans])
    if args.show:
        return
    vocabulary = Vocabulary(json.loads(pathlib.Path(args.vocabulary).read_text(encoding="utf-8"))["pieces"])
    windows = []
    for _ in range(args.count):
        windows += encode(vocabulary, *generator.draw())
    print(len(windows), write_shard(args.out, windows))


if __name__ == "__main__":
    main()
