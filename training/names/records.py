"""Records with and without names, as programs write them: CSV, JSON, YAML, SQL, XML, log lines, forms and tables."""
import json

from . import values

# Kind of the value in a column: (templates of the value, names of the column).
COLUMNS = {
    "id": (["{ID}", "{N}", "{UUID}"], "id no nr ref code number ticket order_id orderNo ident Kundennr numero codigo klantnr".split()),
    "first": (["{F}"], "first_name firstName given vorname prenom nombre nome voornaam imie givenName fname FIRST".split()),
    "last": (["{L}"], "last_name lastName surname nachname nom apellidos cognome achternaam nazwisko apelido lname LAST".split()),
    "name": (["{P}", "{P}", "{I}", "{U}", "{F}"], "name customer contact full_name employee patient guest holder assignee owner driver "
             "reported_by approvedBy insured tenant recipient Kunde Ansprechpartner titulaire cliente intestatario naam klant klient".split()),
    "lastfirst": (["{LF}"], "name employee patient student member Mitarbeiter nom_prenom apellidos_nombre".split()),
    "nick": (["{NICK}", "{F}"], "nickname preferred_name alias rufname knownAs display".split()),
    "town": (["{C}"], "city town branch ort ville ciudad citta plaats miasto cidade depot destination site".split()),
    "country": (["{CO}"], "country nationality land pays pais paese kraj origin".split()),
    "firm": (["{O}"], "company employer supplier carrier vendor firma societe empresa bedrijf spediteur".split()),
    "product": (["{BR}", "{PR}", "{NF}", "{NP}", "{NL} {N}"], "product item model brand article marke marque marca artikel produkt description".split()),
    "project": (["{NF}", "{TECH}", "Apollo", "{NL}"], "project service component theme server queue cluster module codename".split()),
    "status": (["open", "closed", "pending", "paid", "Approved", "Rejected", "offen", "Erledigt", "actif", "pendiente", "aperto"], "status state stato etat estado".split()),
    "date": (["{D}"], "date dob created start due datum fecha data".split()),
    "amount": (["{MON}", "{N}"], "amount total price salary qty betrag montant importe prezzo kwota".split()),
    "mail": (["{E}"], "email mail contact_email".split()),
    "phone": (["{TEL}"], "phone tel mobile telefon".split()),
    "job": (["{J}", "{DEPT}"], "role title department position abteilung functie puesto".split()),
    "street": (["{S}"], "street address strasse rue direccion via adres".split()),
    "language": (["English", "German", "French", "Polish", "Swahili", "Tamil"], "language lang sprache".split()),
}
PEOPLE = ["first", "last", "name", "name", "lastfirst", "nick"]
OTHERS = [kind for kind in COLUMNS if kind not in PEOPLE]


def columns(rng, persons):
    picked = rng.sample(OTHERS, rng.randint(1, 5))
    if persons:
        picked += rng.choice([["first", "last"], ["last", "first"], ["name"], ["name"], ["lastfirst"], ["name", "nick"], ["first"],
                              ["name", "first"]])
        if rng.random() < 0.6:
            rng.shuffle(picked)
    else:
        rng.shuffle(picked)
    return [(kind, rng.choice(COLUMNS[kind][1])) for kind in picked]


class Table:
    def __init__(self, fill, rng, persons):
        self.fill, self.rng = fill, rng
        self.columns = columns(rng, persons)
        self.shown = {kind: rng.choice(COLUMNS[kind][0]) for kind, _ in self.columns}

    def value(self, kind, row):
        """One cell; persons of a row are one person, and those of other rows are others."""
        rng = self.rng
        template = self.shown[kind] if rng.random() < 0.7 else rng.choice(COLUMNS[kind][0])
        self.fill.template(template.replace("}", f"{row}}}") if kind not in ("date", "amount", "id", "status", "language") else template)

    def cells(self, row, mark, quote=""):
        for i, (kind, _) in enumerate(self.columns):
            self.fill.put((mark if i else "") + quote)
            if self.rng.random() > 0.05 or kind in PEOPLE:
                self.value(kind, row)
            self.fill.put(quote)

    def csv(self, rows):
        mark = self.rng.choice([",", ";", "\t", "|", " | ", ", "])
        always = mark.strip() == "," and any(kind == "lastfirst" for kind, _ in self.columns)
        quote = '"' if always or self.rng.random() < 0.2 else ""
        if self.rng.random() < 0.8:
            self.fill.put(mark.join(label for _, label in self.columns) + "\n")
        for row in range(rows):
            self.cells(row, mark, quote)
            self.fill.put("\n")

    def json(self, rows):
        tight, many = self.rng.random() < 0.5, rows > 1
        line, colon = ("", ":") if tight else ("\n  ", ": ")
        self.fill.put("[" if many else "")
        for row in range(rows):
            self.fill.put(("," + line if row else "") + "{")
            for i, (kind, label) in enumerate(self.columns):
                self.fill.put(("," if i else "") + line + json.dumps(label) + colon + '"')
                self.value(kind, row)
                self.fill.put('"')
            self.fill.put((line and "\n") + "}")
        self.fill.put("]" if many else "")

    def lines(self, rows):
        """YAML, forms, log fields, vCards: a label and its value."""
        rng = self.rng
        before, mark, quote, after = rng.choice([("", ": ", "", "\n"), ("  ", ": ", "", "\n"), ("", "=", '"', " "), ("", "=", "", "\n"),
                                                 ("- ", ": ", "", "\n"), ("", ":", "", "; "), ("  ", ": ", '"', "\n"), ("", "\n", "", "\n")])
        change = rng.choice([str, str, str.capitalize, lambda x: x.replace("_", " ").title(), str.upper])
        for row in range(rows):
            if after == " " or rng.random() < 0.1:
                self.fill.put(rng.choice([f"{values.clock(rng)} INFO ", f"[{values.date(rng)}] ", "level=info ", ""]))
            for kind, label in self.columns:
                self.fill.put(before + change(label) + mark + quote)
                self.value(kind, row)
                self.fill.put(quote + after)
            self.fill.put("\n" if after != "\n" or rng.random() < 0.6 else "---\n")

    def sql(self, rows):
        names = ", ".join(label for _, label in self.columns)
        self.fill.put(f"INSERT INTO {self.rng.choice(['customers', 'staff', 'orders', 'patients', 'items', 'users', 'contacts'])} ({names}) VALUES\n")
        for row in range(rows):
            self.fill.put("(")
            self.cells(row, self.rng.choice([", ", ","]), "'")
            self.fill.put(")" + (",\n" if row < rows - 1 else ";"))

    def xml(self, rows):
        for row in range(rows):
            self.fill.put("<row>")
            for kind, label in self.columns:
                self.fill.put(f"<{label}>")
                self.value(kind, row)
                self.fill.put(f"</{label}>")
            self.fill.put("</row>\n")

    def markdown(self, rows):
        self.fill.put("| " + " | ".join(label.title() for _, label in self.columns) + " |\n")
        self.fill.put("|" + "---|" * len(self.columns) + "\n")
        for row in range(rows):
            self.fill.put("| ")
            self.cells(row, " | ")
            self.fill.put(" |\n")


def record(fill, rng):
    """Fills in some rows; a third of the tables have no persons, so that brands and towns in columns are learned as such."""
    table = Table(fill, rng, rng.random() < 0.67)
    make = rng.choice([table.csv, table.csv, table.json, table.json, table.lines, table.lines, table.sql, table.xml, table.markdown])
    make(rng.choice([1, 2, 2, 3, 4, 5]))
    return fill
