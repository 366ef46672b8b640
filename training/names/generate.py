"""Texts to learn from: templates filled with Faker's names, corpora with swapped names, code, logs and identifiers.
Each is (text, spans); spans are (start, end, class) in code points, class PER, LOC, ORG, ADDR or MASK (not learned)."""
import json
import pathlib
import random
import re
import unicodedata

from . import corpora, phrases, records, values
from .fill import Fill
from .lists import LANGUAGES, SCRIPTS, TEMPLATES, Lists

NAMES_BEFORE_CODE = ("author", "copyright", "written by", "contributed", "maintainer", "thanks to", "@", "license")
CODE = (".py", ".ts", ".js", ".sql", ".c", ".h", ".css", ".sh", ".yml", ".yaml", ".toml")


def blocks(name):
    path = TEMPLATES / f"{name}.txt"
    return [b.strip("\n") for b in path.read_text(encoding="utf-8").split("---\n") if b.strip()] if path.exists() else []


def lines(name):
    path = TEMPLATES / f"{name}.txt"
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()] if path.exists() else []


def code_chunks(folders, rng):
    """Stretches of source code without the lines where authors sign, of at most 400 files a folder."""
    chunks = []
    for folder in folders:
        root = pathlib.Path(folder)
        paths = sorted(p for pattern in ("*", "*/*", "*/*/*") for p in root.glob(pattern) if p.suffix in CODE)
        paths = [p for p in paths if not {"test", "node_modules", "site-packages"} & set(p.parts[len(root.parts):])]
        for path in rng.sample(paths, min(400, len(paths))):
            if path.stat().st_size > 600_000:
                continue
            kept = [x for x in path.read_text(encoding="utf-8", errors="ignore").splitlines()
                    if x.strip() and not any(word in x.lower() for word in NAMES_BEFORE_CODE)]
            for at in range(0, min(len(kept), 360), 12):
                chunks.append("\n".join(kept[at : at + 12])[:700])
    return chunks


def diagnostics(folder):
    """Technical sentences in many languages, with no names in them: the messages of the TypeScript compiler."""
    found = {}
    for code in ("de", "fr", "es", "it", "pl", "pt-br", "cs", "tr", "ru", "ja", "ko", "zh-cn", "zh-tw"):
        path = pathlib.Path(folder) / "lib" / code / "diagnosticMessages.generated.json"
        messages = json.loads(path.read_text(encoding="utf-8"))
        found[code[:2] if code != "zh-tw" else code] = list(messages.values())
    found["en"] = [" ".join(key.split("_")[:-1]) for key in messages]
    return found


class Generator:
    def __init__(self, args, seed):
        self.rng = random.Random(seed)
        self.gold = [item for name, item in corpora.load(args.corpora)]
        self.lists = Lists(args.lists, corpora.surnames(self.gold), corpora.organisations(self.gold))
        self.code = code_chunks(args.code, self.rng)
        self.messages = diagnostics(args.messages)
        self.phrases = phrases.load(args.phrases)
        self.sentences = {code: lines(f"sentences-{code}") for code in LANGUAGES}
        self.negatives = {code: lines(f"negatives-{code}") for code in LANGUAGES}
        self.documents = {code: blocks(f"documents-{code}") for code in LANGUAGES}
        self.clean = {code: blocks(f"clean-{code}") for code in LANGUAGES}
        self.instructions = {code: [line[3:] for line in lines("instructions") if line.startswith(code)] for code in LANGUAGES}

    def language(self):
        rng = self.rng
        return "en" if rng.random() < 0.58 else rng.choice(["de", "fr", "es", "it", "nl", "pl", "pt", "de", "pl"])

    def prose(self, language):
        rng = self.rng
        count = rng.choice([1, 1, 1, 2, 2, 3, 4, 5])
        if count == 1:
            pool = self.negatives if rng.random() < 0.2 else self.sentences
            return Fill(self.lists, language, rng).template(rng.choice(pool[language]))
        join = rng.choice([" ", " ", "\n", "\n", "\n\n", "\n- ", "\n* ", "; ", " / ", " | "])
        parts = []
        for _ in range(count):
            pool = self.negatives if rng.random() < 0.45 else self.sentences
            parts.append(rng.choice(pool[language]))
        return Fill(self.lists, language, rng).template(join.join(parts))

    def label(self, language):
        """Headings, labels and cells of words that are no names: what starts a line with a capital is mostly no person."""
        rng = self.rng
        words = [w.strip(".,:;'\"()[]{}") for w in rng.choice(self.messages.get(language if rng.random() < 0.8 else "") or rng.choice(list(self.messages.values()))).split()]
        words = [w for w in words if w.isalpha()] or ["Status"]
        at = rng.randrange(len(words))
        words = words[at : at + rng.choice([1, 1, 2, 2, 3])]
        if rng.random() < 0.1:
            words.insert(rng.randint(0, 1), values.alnum(rng, rng.randint(2, 4), "ABCDEFGHIJKLMNOPRSTUVWXZ"))
            return " ".join(words)
        change = rng.choice([str.capitalize, str.capitalize, str.title, str.upper, str.lower])
        return change(" ".join(words))

    def form(self, language):
        """Lines of labels with values, some of them names."""
        rng = self.rng
        fill = Fill(self.lists, language, rng)
        mark = rng.choice([": ", ": ", " | ", " - ", ", ", "\t", "="])
        for _ in range(rng.randint(1, 6)):
            value = rng.choice(["{P}", "{ID}", "{D}", "{MON}", "{N}", "{C}", "{TEL}", "{O}", "", ""])
            other = rng.random()
            if other < 0.3:
                fill.put(self.label(language) + rng.choice([". ", "\n", "! ", ", ", " ({})\n".format(self.label(language))]))
            elif other < 0.45:
                fill.template(value or "{P}")
                fill.put(rng.choice([", ", " ", " - ", " ("]) + self.label(language) + "\n")
            else:
                fill.put(self.label(language) + mark)
                fill.template(value)
                fill.put("\n" if value else self.label(language) + "\n")
        return fill

    def dropped_in(self, language):
        """A technical sentence with a name put between its words, so that words of any language are no names next to one."""
        rng = self.rng
        spoken = self.phrases[language] if rng.random() < 0.6 else self.messages.get(language) or self.messages[rng.choice(list(self.messages))]
        words = [word for word in rng.choice(spoken).split() if "{" not in word]
        fill = Fill(self.lists, language, rng)
        at = rng.randint(0, len(words))
        fill.put(" ".join(words[:at]) + (" " if at else ""))
        fill.template(rng.choice(["{P}", "{F}", "{F}", "{T} {L}", "{P}", "{C}", "{O}"]))
        fill.put((" " if at < len(words) else "") + " ".join(words[at:]))
        return fill

    def spoken(self, language):
        """What software says to people: mostly without names, so that ordinary words of a language are none."""
        rng = self.rng
        fill = Fill(self.lists, language, rng)
        for _ in range(rng.choice([1, 2, 3, 4, 6])):
            text = rng.choice(self.phrases[language])
            at = 0
            for match in re.finditer(r"\{[PX]\}", text):
                fill.put(text[at : match.start()])
                fill.template("{P}" if match[0] == "{P}" else rng.choice(["{N}", "{ID}", "{PR}", "{O}", "{C}", "{NF} {NL}", "{D}"]))
                at = match.end()
            fill.put(text[at:] + rng.choice([" ", " ", "\n", ". ", "\n- "]))
            if rng.random() < 0.15:
                fill.template(rng.choice(self.sentences[language]) + rng.choice([" ", "\n"]))
        return fill

    def foreign(self):
        """Words in other scripts, sometimes with a name of that script among them."""
        rng = self.rng
        locale = rng.choice([code for code in SCRIPTS if self.lists.locales[code]["word"]])
        fill = Fill(self.lists, "en", rng)
        words = self.lists.locales[locale]["word"]
        if locale[:2] in self.messages and rng.random() < 0.6:
            words = [w for w in rng.choice(self.messages[locale[:2]]).split() if "{" not in w] or words
        names = rng.choice([0, 0, 1, 1, 2])
        for i in range(rng.randint(2, 14)):
            if names and rng.random() < 0.25:
                first, last, _ = self.lists.first_and_last(locale, rng)
                fill.put(rng.choice([f"{first} {last}", f"{first} {last}", first, last]), "PER")
                fill.put(rng.choice([" ", ", ", ". "]))
                names -= 1
            fill.put(rng.choice(words) + rng.choice([" ", " ", " ", ", ", ". "]))
        return fill

    def document(self, language):
        """What is pasted into a prompt, often below or above an instruction: a document, a table, a list without persons."""
        rng = self.rng
        fill = Fill(self.lists, language, rng)
        said = rng.choice(self.instructions[language if rng.random() < 0.8 else "en"])
        where = rng.random()
        if where < 0.45:
            fill.template(said + rng.choice(["\n\n", "\n\n", "\n", " ", "\n---\n", '\n\n"""\n']))
        roll = rng.random()
        if roll < 0.5:
            fill.template(rng.choice(self.documents[language]))
        elif roll < 0.72:
            records.record(fill, rng)
        else:
            fill.no_names = False
            fill.template(rng.choice(self.clean[language]))
            if rng.random() < 0.25:
                fill.template("\n" + rng.choice(self.sentences[language]))
        if where > 0.9:
            fill.template("\n\n" + said)
        return fill

    def machine(self):
        rng = self.rng
        fill = Fill(self.lists, "en", rng)
        roll = rng.random()
        if roll < 0.5 and self.code:
            fill.put(rng.choice(self.code))
        else:
            fill.put(values.machine_text(rng))
        if rng.random() < 0.15:
            fill.template("\n" + rng.choice(self.sentences["en"]))
        return fill

    def draw(self):
        """One text with its spans; one in five is made of several, as long prompts are."""
        rng = self.rng
        text, spans = self.one()
        if rng.random() < 0.2:
            for _ in range(rng.randint(1, 5)):
                more, found = self.one()
                text += rng.choice(["\n", "\n\n", "\n\n", " "])
                spans = spans + [(s + len(text), e + len(text), kind) for s, e, kind in found]
                text += more
        return text, spans

    def one(self):
        rng = self.rng
        roll = rng.random()
        if roll < 0.16:
            text, spans = rng.choice(self.gold)
            if rng.random() < 0.6:
                text, spans = corpora.swap(text, spans, self.lists, rng)
            return self.vary(text, spans)
        language = self.language()
        if roll < 0.36:
            fill = self.prose(language)
        elif roll < 0.39:
            fill = self.form(language)
        elif roll < 0.405:
            fill = self.foreign()
        elif roll < 0.44:
            fill = self.dropped_in(language)
        elif roll < 0.52:
            fill = self.spoken(language if rng.random() < 0.5 else rng.choice(list(self.sentences)))
        elif roll < 0.87:
            fill = self.document(language)
        elif roll < 0.885:
            text = rng.choice(self.messages[rng.choice(list(self.messages))])
            return self.vary(text.replace("{0}", values.camel(rng)).replace("{1}", values.camel(rng)), [])
        elif roll < 0.91:
            fill = Fill(self.lists, language, rng).template(" ".join(rng.choice(self.negatives[language]) for _ in range(rng.randint(1, 4))))
        else:
            fill = self.machine()
            return fill.text, fill.spans
        return self.vary(fill.text, fill.spans)

    def vary(self, text, spans):
        rng = self.rng
        roll = rng.random()
        if roll < 0.13:
            text = same_length(text, str.lower)
        elif roll < 0.17:
            text = same_length(text, str.upper)
        elif roll < 0.20:
            text = "".join(c.upper() if i == 0 or not text[i - 1].isalnum() else c for i, c in enumerate(text)) if text.isascii() else text
        elif roll < 0.26:
            chars = list(text)
            for s, e, kind in spans:
                if kind == "PER" and rng.random() < 0.7:
                    chars[s:e] = same_length(text[s:e], str.lower)
            text = "".join(chars)
        elif roll < 0.30:
            text = same_length(text, lambda c: unicodedata.normalize("NFD", c)[0])
        return text, spans


def same_length(text, change):
    return "".join(change(c) if len(change(c)) == 1 else c for c in text)
