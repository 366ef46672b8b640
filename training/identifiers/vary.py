"""Other texts of the same kind: the marked prompts are few, so each is met with other values, and only what stands around
a value stays. No value is learned by heart this way, and every form of a number is met in many contexts."""
import re

from .prompts import CLASSES

WITH_DIGIT = re.compile(r"[A-Za-z0-9]*\d[A-Za-z0-9]*")
DATE = re.compile(r"\b(?:\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.] ?)\d{1,2}\2(?:\d{4}|\d{2}))\b")
CLOCK = re.compile(r"\b\d{1,2}[:.]\d{2}(?::\d{2})?\b")
LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
# Written so that another value would not be the same kind of thing: in words, split, encoded.
PLAIN = re.compile(r"[\x20-\x7e]+")


def pools(prompts):
    """The values of each type, to put one in the place of another."""
    found = {}
    for text, spans in prompts:
        for start, end, kind in spans:
            if PLAIN.fullmatch(text[start:end]):
                found.setdefault(kind, []).append(text[start:end])
    return found


def moved(text, spans, changes):
    """The text with stretches replaced, and its spans where they are then; a change lies inside of a span or outside of all."""
    made, at, ends = "", 0, []
    for start, end, new in sorted(changes):
        made += text[at:start] + new
        at = end
        ends.append((end, len(new) - (end - start)))
    shift = lambda place: place + sum(grown for end, grown in ends if end <= place)
    return made + text[at:], [(shift(start), shift(end), kind) for start, end, kind in spans]


def other_values(text, spans, pools, rng, share):
    """Some values are others of their type: a licence of one country where one of another stood, other people's names."""
    changes = []
    for start, end, kind in spans:
        old = text[start:end]
        if rng.random() >= share or not PLAIN.fullmatch(old):
            continue
        new = rng.choice(pools[kind])
        if kind == "PERSON" and (len(new.split()) != len(old.split()) or new.islower() != old.islower()):
            continue
        if CLASSES[kind] in ("ADDRESS", "FORMAT") or "\n" in old:
            continue
        changes.append((start, end, new))
    return moved(text, spans, changes)


def redated(found, rng):
    """Another day, written alike: a day up to 28 in the first place, a month up to 12 where both could be."""
    parts = re.split(r"(\D+)", found[0])
    for i in range(0, len(parts), 2):
        old = parts[i]
        if len(old) == 4:
            new = str(int(old) + rng.randint(-9, 9))
        elif int(old) > 31:
            new = f"{rng.randint(32, 99)}"
        elif int(old) > 12:
            new = f"{rng.randint(13, 28)}"
        else:
            new = f"{rng.randint(1, 12)}".zfill(len(old))
        parts[i] = new if len(new) == len(old) else old
    return "".join(parts)


def other_digits(text, rng):
    """Every number is another, of as many digits; so are the letters in words with digits, most of the time. Dates and times
    of day stay such."""
    kept = [found.span() for found in CLOCK.finditer(text)]
    chars = list(text)
    for found in DATE.finditer(text):
        kept.append(found.span())
        chars[found.start() : found.end()] = redated(found, rng)
    for found in WITH_DIGIT.finditer(text):
        if any(start <= found.start() < end for start, end in kept):
            continue
        letters = len(found[0]) > 3 and rng.random() < 0.7
        for i in range(found.start(), found.end()):
            if chars[i].isdigit():
                chars[i] = rng.choice("0123456789")
            elif letters:
                chars[i] = rng.choice(LETTERS if chars[i].isupper() else LETTERS.lower())
    return "".join(chars)


def part(text, spans, rng):
    """Some lines of the text, beginning and ending between spans."""
    breaks = [i + 1 for i, char in enumerate(text) if char == "\n" and not any(s <= i < e for s, e, _ in spans)]
    edges = [0, *breaks, len(text)]
    if len(edges) < 4:
        return text, spans
    first, last = sorted(rng.sample(edges, 2))
    return text[first:last], [(s - first, e - first, kind) for s, e, kind in spans if first <= s and e <= last]


def lower(text):
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in text)


def vary(text, spans, pools, rng, swap=0.2, cut=0.15):
    """One text to learn from. `swap`: share of the values that are others; `cut`: share of the texts that are but a part."""
    if rng.random() < cut:
        text, spans = part(text, spans, rng)
    text, spans = other_values(text, spans, pools, rng, swap)
    text = other_digits(text, rng)
    if rng.random() < 0.1:
        text = lower(text)
    return text, spans
