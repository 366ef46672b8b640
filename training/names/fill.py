"""Fills templates: a text and its spans (start, end, class) in code points."""
import re

from . import values
from .slots import Person, inflect, inflect_place, organisation
from .lists import own_list

ALTERNATIVES = re.compile(r"<<(.*?)>>")
SLOT = re.compile(r"\{([A-Za-z]+?)(\d?)(?::([a-z]+))?\}")


class Fill:
    def __init__(self, lists, language, rng):
        self.lists, self.language, self.rng = lists, language, rng
        self.people, self.kept = {}, {}
        # Some texts have no persons where persons stand: what follows "tell" or "Dear" is not always a name.
        self.no_names = rng.random() < 0.10
        self.text, self.spans = "", []

    def person(self, index):
        if index not in self.people:
            self.people[index] = Person(self.lists, self.language, self.rng)
        return self.people[index]

    def put(self, text, kind=None):
        start = len(self.text)
        self.text += text
        if kind == "PER" and self.spans and self.spans[-1][2] == kind and self.text[self.spans[-1][1] : start] == " ":
            start = self.spans.pop()[0]
        if kind and text:
            self.spans.append((start, len(self.text), kind))

    def once(self, name, index, make):
        key = (name, index)
        if key not in self.kept:
            self.kept[key] = make()
        return self.kept[key]

    def place(self, name, index):
        make = {"C": self.lists.city, "CO": self.lists.country, "ST": self.lists.state}[name]
        return self.once(name, index, lambda: make(self.language, self.rng))

    def address(self):
        rng, language = self.rng, self.language
        sep = rng.choice([", ", ", ", "\n", " "])
        street = self.lists.street(language, rng)
        if rng.random() < 0.15 and language == "en":
            street += rng.choice([f" Apt {rng.randint(1, 99)}", f", Suite {rng.randint(1, 900)}", f" #{rng.randint(1, 99)}"])
        self.put(street, "ADDR")
        self.put(sep)
        code = values.postcode(language, rng)
        if language == "en" or rng.random() < 0.1:
            self.put(self.lists.city(language, rng), "LOC")
            if rng.random() < 0.3:
                self.put(", ")
                self.put(self.lists.state(language, rng), "LOC")
            if rng.random() < 0.8:
                self.put(rng.choice([" ", ", "]) + code)
        else:
            self.put(code + " ")
            self.put(self.lists.city(language, rng), "LOC")
        if rng.random() < 0.2:
            self.put(", ")
            self.put(self.lists.country(language, rng), "LOC")

    def name(self, name, index, case):
        person, low = self.person(index), name.islower()
        key = name.upper()
        if key == "T":
            title = person.title
            return self.put({"pl": "Panem" if person.title != "Pani" else "Panią"}.get(case, title))
        if key == "LF":
            text = f"{person.last}, {person.first}"
        elif key == "I":
            text = person.initials()
        elif key == "U":
            text = person.upper()
        elif key == "NICK":
            text = self.once(name, index, lambda: self.rng.choice(own_list_cached("nicknames")[0].split()))
        else:
            text = {"P": person.full, "F": lambda: person.first, "L": lambda: person.last}[key]()
        if case and "".join(text.split()).isalpha():
            text = " ".join(inflect(word, case, person.female) for word in text.split(" "))
        self.put(text.lower() if low else text, "PER")

    def no_name(self, name, index):
        rng = self.rng
        roll = rng.random()
        if roll < 0.62:
            text = rng.choice([line.split("|")[1] for line in own_list_cached("no-names") if line.startswith(self.language)])
        elif roll < 0.75:
            text = rng.choice(self.lists.techs)
        elif roll < 0.85:
            text = rng.choice(own_list_cached("departments"))
        elif roll < 0.90:
            text = self.product()
        else:
            text = self.once("O", index + "x", lambda: organisation(self.lists, self.language, rng))
            return self.put(text.lower() if name == "f" else text, "ORG")
        self.put(text.lower() if name == "f" else text)

    def slot(self, name, index, case):
        rng, things = self.rng, self.lists.word
        if name in ("P", "F", "f") and not case and self.no_names and rng.random() < 0.6:
            return self.no_name(name, index)
        if name in ("P", "F", "L", "T", "LF", "I", "U", "NICK", "f", "l"):
            return self.name(name, index, case)
        if name in ("NF", "NL", "NP"):
            return self.put(self.called_after(name, index))
        if name == "H":
            return self.put(self.person(index).handle(), "PER")
        if name == "h":
            return self.put(self.person(index).short_handle(), "MASK")
        if name == "E":
            return self.put(self.person(index).email())
        if name == "ADR":
            return self.address()
        if name in ("C", "CO", "ST"):
            place = self.place(name, index)
            return self.put(inflect_place(place, case) if case else place, "LOC")
        if name == "c":
            return self.put(self.place("C", index).lower(), "LOC")
        if name in ("O", "o"):
            text = self.once("O", index, lambda: organisation(self.lists, self.language, rng))
            return self.put(text.lower() if name == "o" else text, "ORG")
        if name == "SQ":
            kind = rng.choice(["rondo", "rondzie", "pl.", "placu", "skwer", "skwerze", "al.", "ul.", "ulicy", "alei"])
            number = f" {rng.randint(1, 120)}" if rng.random() < 0.6 else ""
            last = rng.choice(self.lists.locales["pl"]["last"])
            return self.put(f"{kind} {inflect(last, 'gen', False) if last.isalpha() else last}{number}", "ADDR")
        if name == "S":
            return self.put(self.lists.street(self.language, rng), "ADDR")
        plain = {
            "D": lambda: values.date(rng), "TM": lambda: values.clock(rng), "N": lambda: str(rng.randint(1, 120)),
            "ID": lambda: values.identifier(rng), "TEL": lambda: values.phone(rng), "MON": lambda: values.money(rng),
            "IP": lambda: values.address_of_machine(rng), "IBAN": lambda: values.iban(rng), "UUID": lambda: values.uid(rng),
            "HASH": lambda: values.hexes(rng, rng.choice([7, 12, 40])), "PC": lambda: values.postcode(self.language, rng),
            "URL": lambda: f"https://{rng.choice(['git', 'wiki', 'www'])}.example.com/{values.snake(rng)}/{rng.randint(1, 9999)}",
            "IMP": lambda: rng.choice(own_list_cached("imperatives")), "OCC": lambda: rng.choice(own_list_cached("occupations")),
            "BR": lambda: rng.choice(own_list_cached("brands")),
            "M": lambda: things("month", rng), "WD": lambda: things("weekday", rng), "J": lambda: rng.choice(own_list_cached("jobs")),
            "DEPT": lambda: rng.choice(own_list_cached("departments")), "TECH": lambda: rng.choice(self.lists.techs),
            "X": lambda: rng.choice(own_list_cached("nouns-en")), "x": lambda: rng.choice(own_list_cached("nouns-en")),
            "PR": lambda: self.product(), "COLOR": lambda: things("color", rng), "food": lambda: things("food", rng).lower(),
            "Food": lambda: things("food", rng).capitalize(), "vehicle": lambda: things("vehicle", rng),
            "Animal": lambda: things("animal", rng), "Element": lambda: things("science", rng),
        }
        self.put(plain[name]())

    def called_after(self, name, index):
        """What bears a person's name and is none: a ship, a shelf, a server, a sauce, a syndrome."""
        person = self.once(name, index, lambda: Person(self.lists, self.language, self.rng))
        return {"NF": person.first, "NL": person.last, "NP": f"{person.first} {person.last}"}[name]

    def product(self):
        rng = self.rng
        return rng.choice([
            lambda: f"{self.lists.word('product', rng)} {self.lists.word('product', rng)}",
            lambda: f"{rng.choice(values.CAMEL)} {rng.choice(['Pro', 'Max', 'Mini', 'Plus', 'X', 'Lite', 'Ultra'])} {rng.randint(1, 20)}",
            lambda: self.lists.word("vehicle", rng),
            lambda: rng.choice(self.lists.techs),
            lambda: rng.choice(own_list_cached("brands")),
            lambda: values.camel(rng),
            lambda: rng.choice(["toaster", "washing machine", "laptop", "phone", "sofa", "headphones", "router", "coffee machine"]),
        ])()

    def template(self, text):
        rng = self.rng
        text = ALTERNATIVES.sub(lambda found: rng.choice(found[1].split("|")), text)
        at = 0
        for found in SLOT.finditer(text):
            self.put(text[at : found.start()])
            self.slot(found[1], found[2], found[3])
            at = found.end()
        self.put(text[at:])
        return self


CACHE = {}


def own_list_cached(name):
    if name not in CACHE:
        CACHE[name] = own_list(name)
    return CACHE[name]
