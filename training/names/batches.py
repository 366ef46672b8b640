"""Texts to arrays."""
import numpy as np

from .model import LABELS
from .tokens import MAX_GRAMS, MAX_PIECES, features

WINDOW = 128
IGNORE = -100
INDEX = {label: i for i, label in enumerate(LABELS)}


def label_words(words, spans, index=INDEX):
    labels = np.zeros(len(words), np.int16)
    for start, end, kind in spans:
        first = True
        for i, word in enumerate(words):
            if word[1] > start and word[0] < end:
                labels[i] = IGNORE if kind == "MASK" else index[("B-" if first else "I-") + kind]
                first = False
    return labels


def encode(vocabulary, text, spans, index=INDEX):
    """Windows of at most WINDOW words: (pieces, grams, shape, gap, labels)."""
    words = features(vocabulary, text)
    labels = label_words(words, spans, index)
    windows = []
    for at in range(0, len(words), WINDOW):
        part = words[at : at + WINDOW]
        pieces = np.zeros((len(part), MAX_PIECES), np.int32)
        grams = np.zeros((len(part), MAX_GRAMS), np.int32)
        for i, word in enumerate(part):
            pieces[i, : len(word[3])] = word[3]
            grams[i, : len(word[4])] = word[4]
        shape = np.array([word[5] for word in part], np.int32)
        gap = np.array([word[2] for word in part], np.int32)
        windows.append((pieces, grams, shape, gap, labels[at : at + WINDOW].astype(np.int64)))
    return windows


def write_shard(path, windows):
    """Windows in one file, for `train.read_shard`; gives the number of their words."""
    lengths = np.array([len(w[2]) for w in windows], np.int32)
    joined = [np.concatenate([w[part] for w in windows]) for part in range(5)]
    np.savez(path, lengths=lengths, pieces=joined[0].astype(np.uint16), grams=joined[1].astype(np.uint16),
             shape=joined[2].astype(np.uint8), gap=joined[3].astype(np.uint8), labels=joined[4].astype(np.int16))
    return int(lengths.sum())


def pad(windows):
    length = max(len(w[2]) for w in windows)
    out = []
    for part in range(5):
        first = windows[0][part]
        array = np.full((len(windows), length, *first.shape[1:]), IGNORE if part == 4 else 0, first.dtype)
        for i, window in enumerate(windows):
            array[i, : len(window[part])] = window[part]
        out.append(array)
    return out
