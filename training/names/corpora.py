"""Readers of the corpora that may train, as texts with spans; names in them are swapped for others half of the time."""
import pathlib

from .slots import Person, organisation

CROSSNER = {
    **dict.fromkeys(["person", "politician", "scientist", "musicalartist", "writer", "researcher"], "PER"),
    **dict.fromkeys(["location", "country"], "LOC"),
    **dict.fromkeys(["organisation", "politicalparty", "band", "university"], "ORG"),
}
WNUT = {"person": "PER", "location": "LOC", "corporation": "ORG", "group": "ORG"}
PLAIN = {"PER": "PER", "LOC": "LOC", "ORG": "ORG"}
NO_SPACE_BEFORE = set(".,;:!?)]}%'’") | {"'s", "'t", "n't", "'re", "'ve", "'ll", "'m", "'d", "’s", "..."}
NO_SPACE_AFTER = set("([{$#@£€")


def read(path, column=-1):
    """Sentences of (word, tag) pairs."""
    sentence = []
    for line in pathlib.Path(path).read_text(encoding="utf-8", errors="replace").splitlines() + [""]:
        parts = line.split("\t") if "\t" in line else line.split(" ")
        if not line.strip() or parts[0] == "-DOCSTART-":
            if sentence:
                yield sentence
            sentence = []
        elif not line.startswith("# ") or "\t" in line:
            sentence.append((parts[0], parts[column].strip()))


def spans_of(sentence, classes):
    """(first word, last word + 1, class), of BIO and of IOB1 tags alike."""
    found, open_kind, start = [], None, 0
    for i, (_, tag) in enumerate(sentence + [("", "O")]):
        prefix, _, name = tag.partition("-")
        kind = classes.get(name)
        if open_kind and (prefix != "I" or kind != open_kind):
            found.append((start, i, open_kind))
            open_kind = None
        if kind and open_kind is None:
            open_kind, start = kind, i
    return found


def glue(sentence, spans):
    """Words set as a person writes them, quotes and brackets closed up; spans become offsets of code points."""
    text, offsets, quoted, tight = "", [], False, True
    for word, _ in sentence:
        close = word in NO_SPACE_BEFORE or (word == '"' and quoted)
        text += "" if tight or close else " "
        offsets.append((len(text), len(text) + len(word)))
        text += word
        tight = word in NO_SPACE_AFTER or (word == '"' and not quoted)
        if word == '"':
            quoted = not quoted
    return text, [(offsets[s][0], offsets[e - 1][1], kind) for s, e, kind in spans]


def masked(sentence, spans):
    """Twitter handles count as persons in one corpus and as nothing in another: nothing is learned from them. Nor from
    Borrower and Lender, which the SEC corpus takes for persons."""
    out = []
    for s, e, kind in spans:
        words = [word for word, _ in sentence[s:e]]
        handle = words[0].startswith("@") or (s > 0 and sentence[s - 1][0] == "@")
        if kind == "PER" and out and out[-1][1] == s and out[-1][2] == kind:
            s = out.pop()[0]
        role = len(words) == 1 and words[0].lower() in ("borrower", "lender")
        out.append((s, e, "MASK" if handle or (kind == "PER" and role) else kind))
    return out


def load(folder):
    ner = pathlib.Path(folder) / "ner"
    files = [("wikigold.conll", PLAIN), ("sec-train.conll", PLAIN), ("wnut17-train.conll", WNUT)]
    files += [(path.name, PLAIN) for path in sorted(ner.glob("btc-*.conll"))]
    files += [(path.name, CROSSNER) for path in sorted(ner.glob("crossner-*-train.txt"))]
    for name, classes in files:
        for sentence in read(ner / name):
            sentence = [(word, tag) for word, tag in sentence if word]
            spans = masked(sentence, spans_of(sentence, classes))
            yield name, glue(sentence, spans)


def surnames(texts):
    found = set()
    for text, spans in texts:
        for s, e, kind in spans:
            words = text[s:e].split()
            if kind == "PER" and len(words) == 2 and all(w.isalpha() and w.istitle() for w in words):
                found.add(words[1])
    return sorted(found)


def organisations(texts):
    found = set()
    for text, spans in texts:
        found.update(text[s:e] for s, e, kind in spans if kind == "ORG" and text[s].isupper() and 2 < e - s < 40)
    return sorted(name for name in found if not any(c in name for c in "@#/"))


def swap(text, spans, lists, rng):
    """The same sentence about other people, places and firms."""
    made, out, at = "", [], 0
    for s, e, kind in sorted(spans):
        made += text[at:s]
        old = text[s:e]
        person = Person(lists, "en", rng)
        if kind == "PER" and rng.random() < 0.75:
            one = rng.choice([person.first, person.last])
            new = person.full() if " " in old else one
        elif kind == "LOC" and rng.random() < 0.4:
            new = lists.city("en", rng)
        elif kind == "ORG" and rng.random() < 0.4:
            new = organisation(lists, "en", rng)
        else:
            new = old
        if old.islower():
            new = new.lower()
        out.append((len(made), len(made) + len(new), kind))
        made += new
        at = e
    return made + text[at:], out
