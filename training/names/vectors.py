"""Writes what the product must compute exactly like the training does: words, features and spans of a few texts.
Usage: python -m names.vectors --data DIR --out ../test/unit/names/vectors.json"""
import argparse
import json
import pathlib

import numpy as np

from .decode import spans_of
from .tokens import Vocabulary, features, split_words

TEXTS = [
    "",
    " \n\t ",
    "Ann Lee's cat",
    "Dear Mr. O'Brien,\n\nthanks   for\tyour mail.\r\nRegards",
    "Zoë Müller-Lüdenscheidt & Łukasz Żółć, ÅNGSTRÖM",
    "first.last@example.com user_id=42 a3f9bc1e-77 X1 iPhone 4B",
    "Ἀλέξανδρος Иван Петрович 王小明 佐藤さん محمد אברהם ไทย",
    "emoji 👩🏽‍⚕️ 𝒜nn 🎉 e\u0301cole \u00a0nbsp\u2028line",
    "İstanbul ẞ straße ǅ ﬁ Ⅷ ²",
    "x" * 70 + " " + "9" * 33,
    "a\u200bb\ufeffc",
]


def units(text, at):
    return len(text[:at].encode("utf-16-le")) // 2


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    whole = Vocabulary(json.loads((pathlib.Path(args.data) / "pieces.json").read_text(encoding="utf-8"))["pieces"])
    used = sorted({i for text in TEXTS for word in features(whole, text) for i in word[3]} | {0, 1})
    small = Vocabulary([whole.pieces[i] for i in used])
    cases = []
    for text in TEXTS:
        words = features(small, text)
        cases.append({"text": text, "words": [
            {"start": units(text, s), "end": units(text, e), "gap": gap, "pieces": pieces, "grams": grams, "shape": shape}
            for s, e, gap, pieces, grams, shape in words]})
    rng, paths = np.random.default_rng(3), []
    for count, bias in ((1, 0.5), (6, 0.5), (12, 1.0), (25, 0.2)):
        text = " ".join(["word"] * count)
        probs = rng.dirichlet(np.full(9, 0.4), count).round(4)
        found = spans_of(split_words(text), probs, bias)
        paths.append({"text": text, "outsideWeight": bias, "probabilities": probs.flatten().tolist(), "spans": [
            {"start": s, "end": e, "entityType": "LOCATION" if kind == "ADDRESS" else kind, "score": score,
             **({"isAddress": True} if kind == "ADDRESS" else {})} for s, e, kind, score in found]})
    out = {"vocabulary": small.pieces, "cases": cases, "paths": paths}
    pathlib.Path(args.out).write_text(json.dumps(out, ensure_ascii=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
