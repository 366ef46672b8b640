"""From the net's probabilities to spans; the same as src/domain/redaction/names/decode.ts."""
import numpy as np

from .model import LABELS

KINDS = ("PER", "LOC", "ORG", "ADDR")
FULL = {"PER": "PERSON", "LOC": "LOCATION", "ORG": "ORGANIZATION", "ADDR": "ADDRESS"}


def spans_of(words, probs, bias):
    """Best path of tags with I only after B or I of its kind; O counts `bias` times. The score of a span is the mean
    probability of its kind over its words."""
    if not words:
        return []
    scores = np.log(np.maximum(probs, 1e-9))
    scores[:, 0] += np.log(bias)
    count = len(LABELS)
    back = np.zeros((len(words), count), np.int32)
    best = scores[0].copy()
    best[2::2] = -1e9
    for t in range(1, len(words)):
        top = int(best.argmax())
        now = np.empty(count)
        for tag in range(count):
            if tag and tag % 2 == 0:
                came = tag - 1 if best[tag - 1] >= best[tag] else tag
            else:
                came = top
            back[t, tag] = came
            now[tag] = best[came] + scores[t, tag]
        best = now
    tags = [int(best.argmax())]
    for t in range(len(words) - 1, 0, -1):
        tags.append(back[t, tags[-1]])
    tags.reverse()
    found, i = [], 0
    while i < len(tags):
        if tags[i] == 0:
            i += 1
            continue
        kind, start = (tags[i] - 1) // 2, i
        i += 1
        while i < len(tags) and tags[i] == 2 * kind + 2:
            i += 1
        score = float((probs[start:i, 2 * kind + 1] + probs[start:i, 2 * kind + 2]).mean())
        found.append((words[start][0], words[i - 1][1], FULL[KINDS[kind]], score))
    return found
