"""What stands for a slot of a template: a text and the class of the entity in it, if any."""
import string

TITLES = {
    "en": ["Mr.", "Mrs.", "Ms.", "Dr.", "Mr", "Mrs", "Ms", "Dr", "Miss", "Prof.", "Sir"],
    "de": ["Herr", "Frau", "Herrn", "Dr.", "Frau Dr.", "Prof."],
    "fr": ["M.", "Mme", "Monsieur", "Madame", "Dr", "Maître"],
    "es": ["Sr.", "Sra.", "señor", "señora", "Dr.", "Dra."],
    "it": ["Sig.", "Sig.ra", "signor", "signora", "Dott.", "Avv."],
    "nl": ["dhr.", "mevr.", "meneer", "mevrouw", "Dr."],
    "pl": ["Pan", "Pani", "Panem", "Panią", "Panu", "dr", "mgr"],
    "pt": ["Sr.", "Sra.", "senhor", "senhora", "Dr.", "Dra."],
}
PARTICLES = ["van der", "van", "de la", "von", "di", "de", "dos", "le", "bin", "El", "Mc", "Mac", "O'", "D'", "St."]
SUFFIXES = {
    "en": ["Inc.", "LLC", "Ltd", "Ltd.", "Corp.", "Group", "Holdings", "Partners", "& Co", "LLP", "Solutions", "Labs", "PLC"],
    "de": ["GmbH", "AG", "GmbH & Co. KG", "KG", "SE", "e.V.", "UG", "OHG"],
    "fr": ["SA", "SARL", "SAS", "EURL", "et Fils"],
    "es": ["S.A.", "S.L.", "SL", "e Hijos"],
    "it": ["S.p.A.", "S.r.l.", "SpA", "e Figli"],
    "nl": ["B.V.", "NV", "BV", "en Zonen"],
    "pl": ["Sp. z o.o.", "S.A.", "Sp. k.", "sp.j."],
    "pt": ["Ltda.", "S.A.", "Lda", "e Filhos"],
}
ORG_PATTERNS = {
    "en": ["University of {c}", "{c} University", "{c} General Hospital", "{l} & {l2} {s}", "{l} {s}", "{w} {s}", "{w}{w2} {s}",
           "{w} Technologies", "Bank of {c}", "{c} City Council", "{c} Police Department", "{l} Consulting", "St. {f}'s Hospital",
           "{l} Foundation", "{w} Insurance", "{w} Airlines", "{c} School District", "{l} Law Firm", "{c} United", "{w} Health",
           "{l}'s Bakery", "The {w} Company", "{w} Bank", "{c} Medical Center", "{l} and Sons", "{w}ly", "{w}ify"],
    "de": ["Universität {c}", "Stadtwerke {c}", "Klinikum {c}", "{l} {s}", "{l} & {l2} {s}", "Sparkasse {c}", "Amtsgericht {c}",
           "Bäckerei {l}", "Autohaus {l}", "Finanzamt {c}", "Volksbank {c}", "Kanzlei {l}", "{w} {s}"],
    "fr": ["Université de {c}", "Mairie de {c}", "Hôpital de {c}", "{l} {s}", "Cabinet {l}", "Garage {l}", "Boulangerie {l}", "{w} {s}",
           "Banque de {c}", "Lycée {l}"],
    "es": ["Universidad de {c}", "Ayuntamiento de {c}", "Hospital de {c}", "{l} {s}", "Grupo {l}", "Banco de {c}", "Talleres {l}", "{w} {s}"],
    "it": ["Università di {c}", "Comune di {c}", "Ospedale di {c}", "{l} {s}", "Studio {l}", "Banca di {c}", "Fratelli {l}", "{w} {s}"],
    "nl": ["Universiteit {c}", "Gemeente {c}", "Ziekenhuis {c}", "{l} {s}", "Bakkerij {l}", "Garage {l}", "{w} {s}"],
    "pl": ["Uniwersytet w {c}", "Urząd Miasta {c}", "Szpital w {c}", "{l} {s}", "Fabryka Mebli {l} {s}", "Bank Spółdzielczy w {c}",
           "Sąd Rejonowy w {c}", "Spółdzielnia {w} {s}", "Urząd Skarbowy w {c}", "{w} {s}", "Studio {w} {s}", "Politechnika {w}"],
    "pt": ["Universidade de {c}", "Câmara Municipal de {c}", "Hospital de {c}", "{l} {s}", "Grupo {l}", "Banco de {c}", "{w} {s}"],
}
ORG_WORDS = ("Acme Globex Initech Umbrella Northwind Contoso Fabrikam Vertex Nova Zenith Apex Orion Blue River Green Bright Quantum "
             "Atlas Summit Pioneer Harbor Cedar Oak Iron Silver Sun Star Sky Cloud Data Net Soft Tech Bio Med Agri Terra Aqua Luna "
             "Vita Euro Trans Inter Omni Pan Prime First National United Global Metro Urban Smart Pixel Logic Matrix Delta Sigma").split()


class Person:
    def __init__(self, lists, language, rng):
        self.locale = lists.locale_for(language, rng)
        self.first, self.last, self.female = lists.first_and_last(self.locale, rng)
        self.language, self.rng = language, rng
        self.form = rng.random()
        self.second_first, self.second_last, _ = lists.first_and_last(self.locale, rng)
        if rng.random() < 0.012:
            self.first = rng.choice(["De", "La", "Le", "Jo", "Da", "Mc", "Ma"]) + self.first
        if rng.random() < 0.06:
            particle = rng.choice(PARTICLES)
            self.last = (f"{self.second_last} " if rng.random() < 0.25 else "") + particle + ("" if particle[-1] in "c'" else " ") + self.last
        self.title = rng.choice(TITLES[language])

    def full(self):
        f, l, roll = self.first, self.last, self.form
        if self.locale in ("zh_CN", "ja", "ko"):
            return l + f if roll < 0.8 else f"{l} {f}"
        if self.locale in ("zh-latin", "ko-latin") and roll < 0.35:
            return f"{l} {f}"
        for limit, make in (
            (0.63, lambda: f"{f} {l}"),
            (0.67, lambda: f"{f} {self.second_first[0]} {l}"),
            (0.72, lambda: f"{f} {self.second_first} {l}"),
            (0.79, lambda: f"{f} {self.second_first[0]}. {l}"),
            (0.83, lambda: f"{f[0]}. {l}"),
            (0.88, lambda: f"{f} {l}-{self.second_last}"),
            (0.91, lambda: f"{f}-{self.second_first} {l}"),
            (0.935, lambda: f"{f} {l} {self.second_last}"),
            (0.96, lambda: f"{f} {l.upper()}"),
            (0.975, lambda: f"{f} {l}".upper()),
            (0.982, lambda: f"{f} {l} Jr."),
        ):
            if roll < limit:
                return make()
        return f

    def handle(self):
        parts = ["".join(c for c in part.lower() if c.isalnum()) for part in (self.first, self.last)]
        return self.rng.choice([".", ".", ".", "_", "-"]).join(parts) + (str(self.rng.randint(1, 99)) if self.rng.random() < 0.1 else "")

    def short_handle(self):
        first, last = ("".join(c for c in part.lower() if c.isalnum()) for part in (self.first, self.last))
        return self.rng.choice([first[:1] + last, first + last[:1], first + str(self.rng.randint(1, 999)), last + first[:1]])

    def email(self):
        domain = self.rng.choice(["example.com", "gmail.com", "acme.io", "mail.example.org", "firma.de", "corp.net", "outlook.com"])
        return (self.handle() if self.rng.random() < 0.7 else self.short_handle()) + "@" + domain


def inflect(word, case, female):
    """Polish cases by ending: genitive, dative, instrumental, accusative; good enough to teach the endings."""
    low = word.lower()
    if low.endswith(("ski", "cki", "dzki")):
        return word[:-1] + {"gen": "iego", "acc": "iego", "dat": "iemu", "ins": "im"}[case]
    if low.endswith(("ska", "cka", "dzka")):
        return word[:-1] + {"gen": "iej", "acc": "ą", "dat": "iej", "ins": "ą"}[case]
    if low.endswith("a"):
        soft = low.endswith(("ia", "ja", "la", "ca"))
        return word[:-1] + {"gen": "i" if low.endswith(("ka", "ga", "ja", "la")) else "" if soft else "y",
                            "acc": "ę", "dat": "i" if soft else "ie", "ins": "ą"}[case]
    if female or low[-1] in "eiouyęąó":
        return word
    stem = word[:-2] + word[-1] if low.endswith("ek") else word
    return stem + {"gen": "a", "acc": "a", "dat": "owi", "ins": "iem" if low[-1] in "kg" else "em"}[case]


def inflect_place(word, case):
    """Polish towns: locative and genitive by ending."""
    for ending, genitive, locative in (("ów", "owa", "owie"), ("ice", "ic", "icach"), ("ia", "i", "i"), ("a", "y", "ie"),
                                       ("o", "a", "ie"), ("e", "a", "u"), ("y", "", "ach"), ("k", "ka", "ku"), ("", "a", "ie")):
        if word.endswith(ending):
            return word[: len(word) - len(ending)] + (genitive if case == "gen" else locative)
    return word


def organisation(lists, language, rng):
    roll = rng.random()
    if roll < 0.20:
        return rng.choice(lists.orgs)
    if roll < 0.36 and lists.seen_orgs:
        return rng.choice(lists.seen_orgs)
    if roll < 0.46:
        from .lists import LANGUAGES

        pool = lists.locales[rng.choice(LANGUAGES[language])]["company"]
        named = [name for name in pool if "-" not in name and ", " not in name]
        if named:
            return rng.choice(named)
    if roll < 0.49:
        return "".join(rng.choice(string.ascii_uppercase) for _ in range(rng.randint(3, 4)))
    spoken = language if rng.random() < 0.8 else "en"
    last = lambda: lists.first_and_last(lists.locale_for(spoken, rng), rng)[1]  # noqa: E731
    return rng.choice(ORG_PATTERNS[spoken]).format(
        c=lists.city(spoken, rng), l=last(), l2=last(), l3=last(), f=rng.choice(lists.locales["en"]["first"]),
        s=rng.choice(SUFFIXES[spoken]), w=rng.choice(ORG_WORDS), w2=rng.choice(ORG_WORDS).lower(),
    )
