"""The prompts of `training/prompts`, in which everything that is somebody's is marked."""
import json
import pathlib

# What the net tells apart. Formats that rules find (an IBAN, an e-mail address) are one class: they are context.
CLASSES = {
    **dict.fromkeys(["NATIONAL_ID", "MEDICAL_ID", "PASSPORT", "DRIVING_LICENCE"], "ID"),
    **dict.fromkeys(["PLATE", "VIN"], "VEH"),
    **dict.fromkeys(["EMAIL", "IP", "MAC", "IBAN", "BIC", "CARD", "CRYPTO", "URL_PERSON"], "FORMAT"),
    "BANK_ACCOUNT": "BANK", "DATE_OF_BIRTH": "DOB", "HANDLE": "HANDLE", "SECRET": "SECRET", "PHONE": "PHONE",
    "PERSON": "PERSON", "ADDRESS": "ADDRESS",
}


def place(text, value, n):
    """Where the `n`th time stands that `value` is in `text`, counting also those inside of words and over each other."""
    at = -1
    for _ in range(n):
        at = text.index(value, at + 1)
    return at, at + len(value)


def read(path):
    """(text, spans) of each prompt; spans are (start, end, type) in code points, in the order of the text."""
    found = []
    for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
        prompt = json.loads(line)
        marks = [(*place(prompt["text"], mark["value"], mark["n"]), mark["type"]) for mark in prompt["entities"]]
        found.append((prompt["text"], sorted(marks)))
    return found


def classed(spans):
    return [(start, end, CLASSES[kind]) for start, end, kind in spans]
