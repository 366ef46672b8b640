"""Values that are no names: numbers, dates, identifiers, code, log lines."""
import base64
import string
import uuid

HEX = "0123456789abcdef"


def hexes(rng, size):
    return "".join(rng.choice(HEX) for _ in range(size))


def alnum(rng, size, chars=string.ascii_letters + string.digits):
    return "".join(rng.choice(chars) for _ in range(size))


def uid(rng):
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def digits(rng, size):
    return "".join(rng.choice(string.digits) for _ in range(size))


def identifier(rng):
    upper = string.ascii_uppercase
    return rng.choice([
        lambda: f"{alnum(rng, 3, upper)}-{digits(rng, 4)}-{digits(rng, 5)}",
        lambda: f"{alnum(rng, 2, upper)}{digits(rng, 6)}",
        lambda: f"#{digits(rng, rng.randint(4, 8))}",
        lambda: f"{alnum(rng, 4, upper)}-{rng.randint(1, 9999)}",
        lambda: digits(rng, rng.randint(5, 12)),
        lambda: alnum(rng, 8, upper + string.digits),
        lambda: f"{alnum(rng, 3, upper)}_{alnum(rng, 4, upper)}_{digits(rng, 2)}",
        lambda: f"{rng.choice(['INV', 'ORD', 'PO', 'RMA', 'TKT', 'CASE', 'REQ', 'JIRA', 'SKU'])}-{digits(rng, 5)}",
        lambda: hexes(rng, 12),
    ])()


def date(rng):
    y, m, d = rng.randint(1940, 2026), rng.randint(1, 12), rng.randint(1, 28)
    month = "January February March April May June July August September October November December".split()[m - 1]
    return rng.choice([f"{y}-{m:02}-{d:02}", f"{d:02}/{m:02}/{y}", f"{m}/{d}/{y}", f"{d:02}.{m:02}.{y}", f"{month} {d}, {y}",
                       f"{d} {month} {y}", f"{month[:3]} {d}", f"{d}. {m}. {y}"])


def clock(rng):
    h, m, s = rng.randint(0, 23), rng.randint(0, 59), rng.randint(0, 59)
    return rng.choice([f"{h:02}:{m:02}", f"{h:02}:{m:02}:{s:02}", f"{h % 12 + 1}:{m:02} pm", f"{h % 12 + 1}am", f"{h}.{m:02}"])


def phone(rng):
    return rng.choice([f"+{rng.randint(1, 99)} {digits(rng, 3)} {digits(rng, 7)}", f"({digits(rng, 3)}) {digits(rng, 3)}-{digits(rng, 4)}",
                       f"0{digits(rng, 3)} {digits(rng, 6)}", f"{digits(rng, 3)}-{digits(rng, 3)}-{digits(rng, 4)}", f"0{digits(rng, 4)}/{digits(rng, 6)}"])


def money(rng):
    n = rng.randint(1, 99999)
    return rng.choice([f"${n:,}", f"{n} EUR", f"€{n}.{digits(rng, 2)}", f"{n} PLN", f"£{n}", f"{n:,}.00 USD", f"{n},{digits(rng, 2)} €", f"${n}k"])


def iban(rng):
    return rng.choice(["DE", "FR", "PL", "GB", "ES", "NL"]) + digits(rng, 2) + " " + " ".join(digits(rng, 4) for _ in range(4))


def address_of_machine(rng):
    return ".".join(str(rng.randint(1, 254)) for _ in range(4))


def postcode(language, rng):
    upper = string.ascii_uppercase
    if language == "en":
        return rng.choice([digits(rng, 5), f"{alnum(rng, 2, upper)}{rng.randint(1, 20)} {rng.randint(1, 9)}{alnum(rng, 2, upper)}",
                           f"{rng.choice(['NY', 'CA', 'TX', 'FL', 'OH', 'WA', 'MA', 'IL'])} {digits(rng, 5)}"])
    return {"pl": f"{digits(rng, 2)}-{digits(rng, 3)}", "pt": f"{digits(rng, 4)}-{digits(rng, 3)}",
            "nl": f"{digits(rng, 4)} {alnum(rng, 2, upper)}"}.get(language, digits(rng, 5))


CAMEL = ("User Order Invoice Session Token Cache Event Stream Socket Parser Lexer Buffer Query Index Worker Handler Manager Service "
         "Factory Builder Adapter Controller Request Response Client Server Node Tree Graph Vector Matrix Model Layer Config Store "
         "Account Payment Product Report Message Queue Topic Channel Context Scope Value Key Entry Batch Job Task Timer Logger").split()
MESSAGES = ["connection reset by peer", "request completed", "cache miss", "retrying in 5s", "started", "permission denied",
            "out of memory", "timeout after 30000ms", "healthcheck ok", "rotating keys", "unable to acquire lock", "GC pause",
            "payment accepted", "user created", "job finished", "invalid signature", "no such file or directory", "rate limit exceeded"]


def camel(rng):
    made = "".join(rng.choice(CAMEL) for _ in range(rng.randint(1, 3)))
    return made if rng.random() < 0.5 else made[0].lower() + made[1:]


def snake(rng):
    return "_".join(rng.choice(CAMEL).lower() for _ in range(rng.randint(1, 3)))


def log_line(rng):
    level = rng.choice(["INFO", "WARN", "ERROR", "DEBUG", "info", "warn", "error", "TRACE", "FATAL"])
    service = rng.choice([snake(rng), camel(rng), f"com.{snake(rng)}.{camel(rng)}", f"{snake(rng)}-{hexes(rng, 9)}-{alnum(rng, 5).lower()}"])
    at = f"2025-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}T{clock(rng)}Z"
    message = rng.choice(MESSAGES)
    return rng.choice([
        f"{at} {level} [{service}] {message} id={identifier(rng)}",
        f"{at} {level} {service}: {message} ({rng.randint(1, 900)} ms)",
        f'{{"ts":"{at}","level":"{level}","svc":"{service}","msg":"{message}","trace":"{hexes(rng, 32)}"}}',
        f'{address_of_machine(rng)} - - [10/Oct/2025:13:55:36 +0000] "GET /{snake(rng)}/{identifier(rng)} HTTP/1.1" 200 {rng.randint(100, 9999)} "-" "Mozilla/5.0 (X11; Linux x86_64)"',
        f"    at {camel(rng)}.{camel(rng)} ({snake(rng)}.js:{rng.randint(1, 900)}:{rng.randint(1, 90)})",
        f"\tat com.example.{snake(rng)}.{camel(rng)}.{snake(rng)}({camel(rng)}.java:{rng.randint(1, 900)})",
        f'  File "/app/{snake(rng)}.py", line {rng.randint(1, 900)}, in {snake(rng)}',
        f"{camel(rng)}Error: {message}",
        f"[{at}] {level} --- [{snake(rng)}-{rng.randint(1, 20)}] {camel(rng)} : {message}",
        f"Oct {rng.randint(1, 28)} {clock(rng)} host{rng.randint(1, 9)} sshd[{rng.randint(100, 9999)}]: {message} from {address_of_machine(rng)} port {rng.randint(1024, 65000)}",
        f"{snake(rng)}.{snake(rng)}.count:{rng.randint(1, 999)}|c|#env:prod,region:eu-west-1",
    ])


def key_value(rng):
    value = rng.choice([identifier(rng), uid(rng), hexes(rng, 32), alnum(rng, 24), str(rng.randint(0, 99999)), "true", "null", camel(rng),
                        base64.b64encode(alnum(rng, 18).encode()).decode(), address_of_machine(rng), f"/var/lib/{snake(rng)}"])
    key = rng.choice([snake(rng), camel(rng), snake(rng).upper(), snake(rng).replace("_", "-")])
    return rng.choice([f"{key}={value}", f'"{key}": "{value}",', f"{key}: {value}", f"export {key}='{value}'", f"  - {key}: {value}",
                       f"const {key} = '{value}'", f"{key} := {value}", f"--{key} {value}", f"X-{camel(rng)}: {value}", f"<{key}>{value}</{key}>",
                       f"{key},{value},{rng.randint(1, 99)}", f"| {key} | {value} |", f"self.{key} = {camel(rng)}({value!r})"])


def machine_text(rng):
    make = rng.choice([log_line, key_value, key_value, identifier, uid])
    mixed = rng.random() < 0.3
    lines = [(rng.choice([log_line, key_value]) if mixed else make)(rng) for _ in range(rng.randint(2, 8))]
    return rng.choice(["\n", "\n", "\n", ", ", " "]).join(lines) if make in (identifier, uid) else "\n".join(lines)
