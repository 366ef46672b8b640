"""Texts in which nothing is to be found, or nothing but names: code, logs, lock files, compiler messages, orders, offers,
sentences with invoice numbers. They keep the net quiet where numbers and hashes are those of things."""
import base64
import random
import re

from names import values
from names.fill import Fill
from names.generate import blocks, code_chunks, diagnostics, lines
from names.lists import LANGUAGES, Lists

# Slots of templates whose values may be somebody's: such sentences are left out.
PERSONAL = re.compile(r"\{(?:D|E|H|h|TEL|ADR|S|SQ|IBAN|PC)\d?\}")
THINGS = ("order invoice ticket parcel batch part lot serial item sku article container seal booking asset meter delivery pallet "
          "release build commit job run trace request span shipment quote warehouse account-plan sensor device rack node").split()
# What records of things call their fields, in eight languages.
FIELDS = ("code sku part lot batch location shelf bin quantity count rev serial model article order invoice ticket status updated "
          "artikel charge lagerplatz menge bestellnr rechnung kod ilosc partia zamowienie faktura regal lote pedido cantidad codigo "
          "referencia fecha quantidade codice quantita scaffale ordine bolla code_article quantite reference emplacement commande "
          "aantal bestelling factuur zending locatie stuknummer container seal vessel tracking po_number asset_tag firmware").split()


def digest(rng):
    size = rng.choice([20, 32, 48, 64])
    data = bytes(rng.getrandbits(8) for _ in range(size))
    name = {20: "sha1", 32: "sha256", 48: "sha384", 64: "sha512"}[size]
    return rng.choice([f"{name}-{base64.b64encode(data).decode()}", f"{name}:{data.hex()}", data.hex(), base64.b64encode(data).decode(),
                       f"h1:{base64.b64encode(data).decode()}", data.hex()[:12], data.hex()[:7]])


def version(rng):
    return ".".join(str(rng.randint(0, 40)) for _ in range(rng.choice([2, 3, 3, 3, 4]))) + rng.choice(["", "", "", f"-rc.{rng.randint(1, 9)}", f"-{values.hexes(rng, 7)}"])


def lock_file(rng):
    """Packages with versions and checksums, as the tools of several languages write them; one text is of one tool, or of many."""
    found, one = [], rng.randrange(9) if rng.random() < 0.7 else None
    for _ in range(rng.randint(2, 6)):
        name, number, check = values.snake(rng).replace("_", "-"), version(rng), digest(rng)
        made = [
            f'"node_modules/{name}": {{\n  "version": "{number}",\n  "resolved": "https://registry.npmjs.org/{name}/-/{name}-{number}.tgz",\n  "integrity": "{check}",',
            f'[[package]]\nname = "{name}"\nversion = "{number}"\nchecksum = "{check}"',
            f"{name}=={number} \\\n    --hash={check}", f"github.com/example/{name} v{number} {check}",
            f"{check}  {name}-{number}.tar.gz", f"npm ERR! {check} integrity checksum failed: wanted {digest(rng)} but got {digest(rng)}",
            f"image: registry.example.com/{name}:{number}@{check}", f"  resolution: {{integrity: {check}}}",
            f"commit {values.hexes(rng, 40)}\nindex {values.hexes(rng, 7)}..{values.hexes(rng, 7)} 100644",
        ]
        found.append(rng.choice(made) if one is None else made[one])
    return "\n".join(found)


def stock(rng):
    """Records of things in JSON, XML, YAML or lines of fields: their codes, places on a shelf, amounts, days."""
    fields = rng.sample(FIELDS, rng.randint(2, 6))
    code = lambda r: "-".join(values.alnum(r, r.randint(2, 4), "ABCDEFGHKLMNPRSTVX") if r.random() < 0.5 else values.digits(r, r.randint(1, 5))
                              for _ in range(r.randint(2, 3)))
    makers = [rng.choice([values.identifier, code, code, code, version, values.date, lambda r: str(r.randint(1, 5000)),
                          lambda r: values.digits(r, 13), lambda r: f"{r.choice('ABCDEF')}-{r.randint(1, 20):02}-{r.randint(1, 9)}"]) for _ in fields]
    form, found = rng.randrange(4), []
    for _ in range(rng.randint(1, 4)):
        row = [(field, make(rng)) for field, make in zip(fields, makers)]
        found.append([
            "<item>" + "".join(f"<{field}>{value}</{field}>" for field, value in row) + "</item>",
            "{" + ", ".join(f'"{field}": "{value}"' for field, value in row) + "},",
            "- " + "\n  ".join(f"{field}: {value}" for field, value in row),
            "\n".join(f"{field.capitalize()}: {value}" for field, value in row) + "\n",
        ][form])
    return "\n".join(found)


def table(rng):
    """Rows of things with their numbers."""
    names = rng.sample(THINGS, rng.randint(2, 5))
    makers = [rng.choice([values.identifier, values.identifier, version, values.money, values.date, lambda r: str(r.randint(1, 5000)),
                          lambda r: values.digits(r, 13), lambda r: values.alnum(r, 3, "ABCDEFGHKLMNPRTX") + "-" + values.digits(r, 4)]) for _ in names]
    mark = rng.choice([",", ";", " | ", "\t"])
    rows = [mark.join(names)] if rng.random() < 0.7 else []
    rows += [mark.join(make(rng) for make in makers) for _ in range(rng.randint(2, 6))]
    return "\n".join(rows)


class Quiet:
    """Draws such texts. `data` needs `lists`, `code` (folders) and `messages` (the unpacked compiler), as `names.build`."""

    def __init__(self, data, seed):
        self.rng = random.Random(seed)
        self.lists = Lists(data.lists, [], [])
        self.code, self.messages = code_chunks(data.code, self.rng), diagnostics(data.messages)
        self.clean = {code: blocks(f"clean-{code}") for code in LANGUAGES}
        self.negatives = {code: lines(f"negatives-{code}") for code in LANGUAGES}
        self.sentences = {code: [x for x in lines(f"sentences-{code}") if not PERSONAL.search(x)] for code in LANGUAGES}

    def filled(self, language):
        """Templates: a document without persons, or sentences, of which some name somebody."""
        rng = self.rng
        fill = Fill(self.lists, language, rng)
        fill.no_names = False
        roll = rng.random()
        if roll < 0.35:
            fill.template(rng.choice(self.clean[language]))
        elif roll < 0.7:
            fill.template("\n".join(rng.choice(self.negatives[language]) for _ in range(rng.randint(2, 5))))
        else:
            fill.template(" ".join(rng.choice(self.sentences[language]) for _ in range(rng.randint(1, 4))))
        kinds = {"PER": "PERSON", "ADDR": "ADDRESS", "MASK": "MASK"}
        return fill.text, [(start, end, kinds[kind]) for start, end, kind in fill.spans if kind in kinds]

    def draw(self):
        """(text, spans), the classes as the net has them."""
        rng = self.rng
        roll = rng.random()
        if roll < 0.3:
            return rng.choice(self.code), []
        for limit, make in ((0.42, values.machine_text), (0.54, lock_file), (0.6, table), (0.7, stock)):
            if roll < limit:
                return make(rng), []
        if roll < 0.74:
            text = rng.choice(self.messages[rng.choice(list(self.messages))])
            return text.replace("{0}", values.camel(rng)).replace("{1}", values.camel(rng)), []
        return self.filled("en" if rng.random() < 0.5 else rng.choice(list(LANGUAGES)))
