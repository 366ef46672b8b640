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
PARTICLES = ["van der", "van", "de la", "von", "di", "de", "dos", "le", "bin", "El", "Mc", "Mac", "O'", "D'", "St.", "d'",
             "Dell'", "Dall'", "Degli", "Lo", "La", "Della", "De", "Del", "van den", "van 't", "ter", "zu", "von der", "Freiherr von",
             "Graf", "Mac an", "Ní", "Ó", "Ap", "binti", "bint", "Ibn", "Ben", "Al", "Abu", "Al-", "da", "do", "e", "y", "av", "Ter"]
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
# What firms do, behind the name of who founded them.
TRADES = {
    "en": "Logistics Podiatry Coatings Motors Plumbing Catering Dental Joinery Freight Optics Roofing Timber Legal Media Textiles "
          "Engineering Interiors Bakery Brewery Travel Haulage Recruitment Pharmacy Electrical Print Robotics Analytics".split(),
    "de": "Logistik Heizungsbau Sanitär Elektrotechnik Spedition Bau Druck Reisen Maschinenbau Immobilien Optik Werkzeuge Metall".split(),
    "fr": "Frères Transports Plomberie Chauffage Optique Bâtiment Traiteur Immobilier Voyages Mécanique Textiles Conseil".split(),
    "es": "Hermanos Transportes Reformas Fontanería Óptica Construcciones Viajes Muebles Maderas Seguros Abogados Logística".split(),
    "it": "Impianti Trasporti Costruzioni Arredamenti Ottica Viaggi Autoricambi Logistica Edilizia Marmi Ceramiche Serramenti".split(),
    "nl": "Logistiek Installaties Transport Bouw Techniek Makelaars Reizen Drukwerk Schilders Advocaten Hoveniers Metaal".split(),
    "pl": "Transport Instalacje Budownictwo Meble Logistyka Spedycja Druk Ogrody Metal Optyka Nieruchomości Okna".split(),
    "pt": "Transportes Obras Construções Viagens Móveis Óptica Seguros Logística Canalizações Cerâmicas Têxteis Advogados".split(),
}
ORG_WORDS = ("Acme Globex Initech Umbrella Northwind Contoso Fabrikam Vertex Nova Zenith Apex Orion Blue River Green Bright Quantum "
             "Atlas Summit Pioneer Harbor Cedar Oak Iron Silver Sun Star Sky Cloud Data Net Soft Tech Bio Med Agri Terra Aqua Luna "
             "Vita Euro Trans Inter Omni Pan Prime First National United Global Metro Urban Smart Pixel Logic Matrix Delta Sigma").split()


SHORT_NAMES = {}


def short_names():
    """What people are called at work and at home, by language, from `short-names.txt`."""
    if not SHORT_NAMES:
        from .lists import own_list

        SHORT_NAMES.update((line[:2], line[3:].split()) for line in own_list("short-names"))
    return SHORT_NAMES


class Person:
    def __init__(self, lists, language, rng):
        self.locale = lists.locale_for(language, rng)
        self.first, self.last, self.female = lists.first_and_last(self.locale, rng)
        self.language, self.rng = language, rng
        self.form = rng.random()
        self.second_first, self.second_last, _ = lists.first_and_last(self.locale, rng)
        if rng.random() < 0.07:
            self.first = rng.choice(short_names()[language if rng.random() < 0.8 else "en"])
        if rng.random() < 0.012:
            self.first = rng.choice(["De", "La", "Le", "Jo", "Da", "Mc", "Ma"]) + self.first
        if rng.random() < 0.10:
            particle = rng.choice(PARTICLES)
            self.last = (f"{self.second_last} " if rng.random() < 0.25 else "") + particle + ("" if particle[-1] in "c'-" else " ") + self.last
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

    def initials(self):
        """A name of which initials stand for the first ones: `P. J. van Rooyen`, `A K Mitra`, `Mitra A.K.`."""
        rng, first, second, last = self.rng, self.first[0], self.second_first[0], self.last
        return rng.choice([f"{first}. {last}", f"{first}. {second}. {last}", f"{first}.{second}. {last}", f"{first} {second} {last}",
                           f"{last} {first}.", f"{last} {first}.{second}.", f"{first}.-{second}. {last}", f"{first}.{second}."])

    def upper(self):
        """As forms and registers write it."""
        first, last = self.first.upper(), self.last.upper()
        return self.rng.choice([f"{first} {last}", f"{last} {first}", f"{last}, {first}", f"{last} {first[0]}.", f"{first[0]} {last}", first, last])

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
    """Polish cases by ending: genitive, dative, accusative, instrumental, locative, vocative; good enough to teach the
    endings."""
    low = word.lower()

    def ending(cut, endings):
        return word[: len(word) - cut] + dict(zip(("gen", "dat", "acc", "ins", "loc", "voc"), endings.split()))[case].strip("-")

    if low.endswith(("ski", "cki", "dzki")):
        return ending(1, "iego iemu iego im im i")
    if low.endswith(("ska", "cka", "dzka")):
        return ending(1, "iej iej ą ą iej a")
    if low.endswith("a"):
        for last, cut, endings in (("ria", 1, "i i ę ą i o"), ("ia", 1, "- - ę ą - u"), ("ja", 1, "i i ę ą i u"), ("la", 1, "i i ę ą i u"),
                                   ("ka", 2, "ki ce kę ką ce ko"), ("ga", 2, "gi dze gę gą dze go"), ("ta", 2, "ty cie tę tą cie to"),
                                   ("da", 2, "dy dzie dę dą dzie do"), ("ra", 2, "ry rze rę rą rze ro"), ("ca", 1, "y y ę ą y o"),
                                   ("a", 1, "y ie ę ą ie o")):
            if low.endswith(last):
                return ending(cut, endings)
    if female or low[-1] in "eouęąó":
        return word
    if low[-1] in "iy":
        return ending(0 if low[-1] == "i" else 1, "ego emu ego m m -" if low[-1] == "i" else "ego emu ego ym ym y")
    for last, cut, endings in (("ek", 2, "ka kowi ka kiem ku ku"), ("iec", 3, "ca cowi ca cem cu cze"), ("eł", 2, "ła łowi ła łem le le"),
                               ("ł", 1, "ła łowi ła łem le le"), ("r", 0, "a owi a em ze ze"), ("t", 1, "ta towi ta tem cie cie"),
                               ("d", 0, "a owi a em zie zie")):
        if low.endswith(last):
            return ending(cut, endings)
    if low.endswith(("k", "g")):
        return ending(0, "a owi a iem u u")
    return ending(0, "a owi a em u u" if low.endswith(("sz", "cz", "rz", "ch", "j", "l", "ś", "ć", "ń", "c", "h")) else "a owi a em ie ie")


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
    pattern = rng.choice(ORG_PATTERNS[spoken] + ["{l} {t}", "{l} {t} {s}", "{f} {t}", "{w} {t}", "{l} {l2} {t}"])
    last = lambda: lists.first_and_last(lists.locale_for(spoken, rng), rng)[1]  # noqa: E731
    return pattern.format(
        c=lists.city(spoken, rng), l=last(), l2=last(), l3=last(), f=rng.choice(lists.locales["en"]["first"]),
        s=rng.choice(SUFFIXES[spoken]), t=rng.choice(TRADES[spoken]), w=rng.choice(ORG_WORDS), w2=rng.choice(ORG_WORDS).lower(),
    )
