"""Words and their features. The same as src/domain/redaction/names/{tokens,features}.ts, code point for code point;
test/unit/names/vectors.json holds what both must give."""
import re
import unicodedata
from functools import lru_cache

MAX_WORD = 32
MAX_PIECES = 6
MAX_GRAMS = 24
BUCKETS = 16384

SYMBOL, DIGITS, LOWER, TITLE, UPPER, SINGLE_UPPER, MIXED, LOWER_DIGIT, UPPER_DIGIT, MIXED_DIGIT, UNCASED = range(1, 12)
SHAPES = 12
START, TIGHT, SPACE, WIDE, LINE, PARAGRAPH = range(6)
GAPS = 6


@lru_cache(maxsize=65536)
def is_word_char(char):
    """Letters, marks and numbers make words; every other character is a word by itself."""
    return unicodedata.category(char)[0] in "LMN"


def is_space(char):
    return char in " \t\n\r\v\f\u00a0\u2028\u2029\u3000\u1680\u202f\u205f\ufeff" or "\u2000" <= char <= "\u200a"


def split_words(text):
    """(start, end, gap) of each word, in code points. A gap says what stood before the word."""
    words, start, n = [], 0, len(text)
    gap, i = START, 0
    while i < n:
        char = text[i]
        if is_space(char):
            lines = spaces = 0
            while i < n and is_space(text[i]):
                lines += text[i] == "\n"
                spaces += 1
                i += 1
            if words:
                gap = PARAGRAPH if lines > 1 else LINE if lines else SPACE if spaces == 1 else WIDE
            continue
        start = i
        i += 1
        if is_word_char(char):
            while i < n and i - start < MAX_WORD and is_word_char(text[i]):
                i += 1
        words.append((start, i, gap))
        gap = TIGHT
    return words


def plain(word):
    """Lower case without accents, as the encoder's vocabulary was made."""
    return "".join(c for c in unicodedata.normalize("NFD", word.lower()) if unicodedata.category(c) != "Mn")


def shape_of(word):
    if not is_word_char(word[0]):
        return SYMBOL
    upper = lower = digits = 0
    for char in word:
        category = unicodedata.category(char)
        upper += category in ("Lu", "Lt")
        lower += category == "Ll"
        digits += category[0] == "N"
    if upper + lower == 0:
        return DIGITS if digits == len(word) else UNCASED
    if digits:
        return MIXED_DIGIT if upper and lower else UPPER_DIGIT if upper else LOWER_DIGIT
    if upper == 0:
        return LOWER
    first = unicodedata.category(word[0]) in ("Lu", "Lt")
    if lower == 0:
        return SINGLE_UPPER if len(word) == 1 else UPPER
    return TITLE if upper == 1 and first else MIXED


def fnv(text):
    """FNV-1a, 32 bits, over UTF-16 code units."""
    value = 0x811C9DC5
    data = text.encode("utf-16-le", "surrogatepass")
    for i in range(0, len(data), 2):
        value = ((value ^ (data[i] | data[i + 1] << 8)) * 0x01000193) & 0xFFFFFFFF
    return value


def grams_of(word):
    """Buckets of the word, its beginnings and ends and all its triples of code points; bucket 0 is padding."""
    lower = word.lower()
    chars = list(lower)
    found = ["=" + lower]
    for size in (1, 2, 3, 4):
        if len(chars) > size:
            found.append("<" + "".join(chars[:size]))
            found.append(">" + "".join(chars[-size:]))
    for i in range(len(chars) - 2):
        if len(found) == MAX_GRAMS:
            break
        found.append("".join(chars[i : i + 3]))
    return [1 + fnv(gram) % (BUCKETS - 1) for gram in found[:MAX_GRAMS]]


class Vocabulary:
    """The encoder's word pieces, longest match first; id 0 is padding, 1 an unknown piece."""

    def __init__(self, pieces):
        self.pieces = pieces
        self.ids = {piece: i for i, piece in enumerate(pieces)}
        self.longest = max(len(piece) for piece in pieces)

    def pieces_of(self, word):
        text, found, start = plain(word), [], 0
        while start < len(text) and len(found) < MAX_PIECES:
            prefix = "##" if start else ""
            end = min(len(text), start + self.longest)
            while end > start and prefix + text[start:end] not in self.ids:
                end -= 1
            if end == start:
                return [1]
            found.append(self.ids[prefix + text[start:end]])
            start = end
        return found or [1]


@lru_cache(maxsize=400000)
def _features(vocabulary, word):
    return vocabulary.pieces_of(word), grams_of(word), shape_of(word)


def features(vocabulary, text):
    """Words with their offsets and what the net sees of each: (start, end, gap, pieces, grams, shape)."""
    return [(s, e, gap, *_features(vocabulary, text[s:e])) for s, e, gap in split_words(text)]


CONTROL = re.compile(r"^\[(unused\d+|PAD|UNK|CLS|SEP|MASK)\]$")
