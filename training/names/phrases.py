"""Sentences of everyday software in eight languages: the translations (gettext `.po` files) of web frameworks and shops."""
import pathlib
import re
import zipfile

LOCALES = {"de": "de", "fr": "fr", "es": "es", "it": "it", "nl": "nl", "pl": "pl", "pt": "pt_BR", "pt_PT": "pt"}
TEXT = re.compile(r'^(msgid|msgstr)(?:_plural|\[\d\])? "(.*)"$')
MARKUP = re.compile(r"<[^>]*>|&[a-z]+;")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)[^{}]*\}|%[sd]")
PERSONS = {"user", "username", "user_name", "full_name", "author", "editor", "customer", "owner", "person"}


def entries(text):
    """(message, translation) of a file; messages without a translation are left out, and so is the head, which names people."""
    for block in text.split("\n\n"):
        if "#, fuzzy" in block or "\n#~" in block:
            continue
        parts, at = {"msgid": "", "msgstr": ""}, None
        for line in block.splitlines():
            found = TEXT.match(line)
            if found:
                at = found[1] if not parts[found[1]] and "_plural" not in line else None
            body = found[2] if found else line[1:-1] if line.startswith('"') else None
            if at and body is not None:
                parts[at] += body.replace("\\n", "\n").replace('\\"', '"')
        if parts["msgid"] and parts["msgstr"]:
            yield parts["msgid"], parts["msgstr"]


def load(folder):
    """Messages by language, each a template: `{P}` where a person's name is put in, `{X}` for anything else."""
    found = {language[:2]: set() for language in LOCALES} | {"en": set()}
    for path in sorted(pathlib.Path(folder).glob("*.whl")):
        with zipfile.ZipFile(path) as wheel:
            for name in wheel.namelist():
                for language, locale in LOCALES.items():
                    if name.endswith(".po") and f"/{locale}/LC_MESSAGES/" in name:
                        for said, translated in entries(wheel.read(name).decode("utf-8")):
                            found[language[:2]].add(template(translated))
                            found["en"].add(template(said))
    return {language: sorted(text for text in texts if text) for language, texts in found.items()}


def template(text):
    slot = lambda match: "{P}" if (match[1] or match[2]) in PERSONS else "{X}"  # noqa: E731
    return " ".join(PLACEHOLDER.sub(slot, MARKUP.sub(" ", text).replace("%%", "%")).split(" ")).strip()
