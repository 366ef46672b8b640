#!/usr/bin/env python3
"""A second implementation of the ledger's format, written from docs/ledger.md alone; Python 3.8, standard library only.

    python3 test/ledger_reference.py [folder of the vectors]

Checks every vector and prints how many hold. Exit code 0 if all do, 1 if one does not.
"""

import base64
import hashlib
import hmac
import json
import os
import re
import sys


class Malformed(Exception):
    code = "ledger_malformed"


class Invalid(Exception):
    code = "ledger_evidence_invalid"


class Untrusted(Exception):
    code = "ledger_signer_unknown"


def need(condition, why, error=Malformed):
    if not condition:
        raise error(why)


# --- 1. conventions -------------------------------------------------------------------------------------------------

LARGEST = 2**53 - 1


def H(data):
    return hashlib.sha256(data).digest()


def label(name):
    return b"palimpsest/v1/" + name.encode("ascii") + b"\0"


def u32(n):
    return n.to_bytes(4, "big")


def u64(n):
    return n.to_bytes(8, "big")


def i64(n):
    return n.to_bytes(8, "big", signed=True)


def is_count(n):
    return type(n) is int and 0 <= n <= LARGEST


UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def uuid(text):
    need(isinstance(text, str) and UUID.fullmatch(text), "uuid")
    return bytes.fromhex(text.replace("-", ""))


def unhex(text):
    need(isinstance(text, str) and re.fullmatch(r"([0-9a-f]{2})*", text), "hex")
    return bytes.fromhex(text)


def unhash(text):
    need(len(unhex(text)) == 32, "hash")
    return bytes.fromhex(text)


def unbase64(text):
    need(re.fullmatch(r"[A-Za-z0-9+/]*={0,2}", text) and len(text) % 4 == 0, "base64")
    data = base64.b64decode(text)
    need(base64.b64encode(data).decode() == text, "base64 with unused bits")
    return data


def utf8(data):
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("not UTF-8") from None


def decimal(text):
    need(re.fullmatch(r"0|[1-9][0-9]{0,15}", text) and int(text) <= LARGEST, "decimal")
    return int(text)


def canonical_json(value):
    """RFC 8785 for what these formats hold: no number with a fraction."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(canonical_json(n) + ":" + canonical_json(value[n]) for n in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical_json(item) for item in value) + "]"
    need(not isinstance(value, float), "a number with a fraction")
    return json.dumps(value, ensure_ascii=False)


def from_json(text):
    try:
        value = json.loads(text)
        need(canonical_json(value) == text, "not canonical")
        return value
    except (ValueError, RecursionError):
        raise Malformed("not JSON") from None


# --- Ed25519, RFC 8032 section 5.1 ----------------------------------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


def point_add(a, b):
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    m, n = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = n - m, d - c, d + c, n + m
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def point_times(n, point):
    result = (0, 1, 1, 0)
    while n:
        if n & 1:
            result = point_add(result, point)
        point = point_add(point, point)
        n >>= 1
    return result


def point_same(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def point_read(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - x2) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


def point_write(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = point_read((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def number(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % ORDER


def expand(secret):
    wide = hashlib.sha512(secret).digest()
    low = int.from_bytes(wide[:32], "little")
    return (low & (2**254 - 8)) | 2**254, wide[32:]


def public_key(secret):
    return point_write(point_times(expand(secret)[0], BASE))


def sign(secret, message):
    scalar, prefix = expand(secret)
    public = point_write(point_times(scalar, BASE))
    r = number(prefix, message)
    big_r = point_write(point_times(r, BASE))
    return big_r + ((r + number(big_r, public, message) * scalar) % ORDER).to_bytes(32, "little")


def verify(public, message, signature):
    if len(signature) != 64:
        return False
    a, r, s = point_read(public), point_read(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= ORDER:
        return False
    k = number(signature[:32], public, message)
    return point_same(point_times(s, BASE), point_add(r, point_times(k, a)))


# --- 3. envelope ----------------------------------------------------------------------------------------------------

FIELDS = [
    (name, kind.rstrip("?"), kind.endswith("?"))
    for name, kind in (
        row.split(":")
        for row in """
        format_version:version id:uuid kind:kind occurred_at:timestamp log_id:bytes tenant_id:text team:text? app:text?
        api_key_id:text? subject_pseudonym:text? session_pseudonym:text? region:text? route:text? route_reason:text?
        purpose:text? lawful_basis:text? consent_pseudonym:text? provider:text? model_asked:text? model_answered:text?
        prompt_tokens:int? response_tokens:int? cached_tokens:int? reasoning_tokens:int? usage_estimated:bool?
        cost_usd:decimal? price_usd:jcs? price_version:text? policy_version:text? engine_version:text?
        gateway_version:text tool:text? feature:text? flags:text[] entity_counts:jcs? has_pii:bool pii_redacted:bool
        hipaa_route:bool status:text status_code:int? error_code:text? finish_reason:text? attempt_count:int
        attempts:jcs? latency_ms:int? ttft_ms:int? parent_request:uuid? related_entry:uuid? retention_class:text
        detail:jcs? coverage_digest:bytes? subject_blob_digest:bytes? prompt_blob_digest:bytes?
        response_blob_digest:bytes? writer_epoch:uuid writer_seq:int
        """.split()
    )
]

KINDS = {
    "interaction": 1, "refusal": 2, "erasure": 3, "disclosure": 4, "hold": 5,
    "archive": 6, "policy": 7, "administration": 8, "report": 9, "recovery": 10,
    "query": 11,
}  # fmt: skip


def text_bytes(value, most=4096):
    need(isinstance(value, str) and "\0" not in value, "text")
    try:
        data = value.encode("utf-8")
    except UnicodeEncodeError:
        raise Malformed("lone surrogate") from None
    need(len(data) <= most, "text too long")
    return data


def field_bytes(kind, value):
    """The type byte and the bytes of a value that is not NULL."""
    if kind == "version":
        need(value == 1 and type(value) is int, "version")
        return 1, i64(1)
    if kind == "int":
        need(is_count(value), "int")
        return 1, i64(value)
    if kind == "timestamp":
        need(is_count(value), "timestamp")
        return 2, i64(value)
    if kind == "bool":
        need(type(value) is bool, "bool")
        return 3, bytes([value])
    if kind == "kind":
        need(isinstance(value, str) and value in KINDS, "kind")
        return 4, value.encode()
    if kind == "text":
        return 4, text_bytes(value)
    if kind == "jcs":
        data = text_bytes(value, 1048576)
        from_json(value)
        return 4, data
    if kind == "uuid":
        return 5, uuid(value)
    if kind == "bytes":
        return 6, unhash(value)
    if kind == "decimal":
        form = isinstance(value, str) and re.fullmatch(r"-?(0|[1-9][0-9]{0,9})\.[0-9]{10}", value)
        need(form and value != "-0.0000000000", "decimal")
        return 7, value.encode()
    need(isinstance(value, list) and len(value) <= 256, "flags")
    texts = [text_bytes(text) for text in value]
    need(texts == sorted(set(texts)), "flags not sorted")
    return 8, u32(len(texts)) + b"".join(u32(len(text)) + text for text in texts)


# --- 4. canonical bytes ---------------------------------------------------------------------------------------------


def field(number_of, kind, value):
    tag, data = (0, b"") if value is None else field_bytes(kind, value)
    return number_of.to_bytes(2, "big") + bytes([tag]) + u32(len(data)) + data


def canonical_envelope(envelope):
    need(isinstance(envelope, dict) and set(envelope) == {name for name, _, _ in FIELDS}, "members of the envelope")
    out = label("envelope")
    for at, (name, kind, nullable) in enumerate(FIELDS, 1):
        need(nullable or envelope[name] is not None, name)
        out += field(at, kind, envelope[name])
    need(envelope["id"][14] == "7" and envelope["id"][19] in "89ab", "id is not version 7")
    return out


def read_envelope(data):
    """The members of section 3's JSON from canonical bytes."""
    envelope, at = {}, len(label("envelope"))
    for name, kind, _ in FIELDS:
        need(at + 7 <= len(data), "end of the envelope")
        end = at + 7 + int.from_bytes(data[at + 3 : at + 7], "big")
        envelope[name] = None if data[at + 2] == 0 else read_value(kind, data[at + 7 : end])
        at = end
    need(canonical_envelope(envelope) == data, "not canonical")
    return envelope


def read_value(kind, data):
    if kind in ("version", "int", "timestamp"):
        return int.from_bytes(data, "big", signed=True)
    if kind == "bool":
        return data == b"\1"
    if kind == "uuid":
        text = data.hex()
        return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
    if kind == "bytes":
        return data.hex()
    if kind != "text[]":
        return utf8(data)
    texts, at = [], 4
    while at < len(data):
        end = at + 4 + int.from_bytes(data[at : at + 4], "big")
        texts.append(utf8(data[at + 4 : end]))
        at = end
    return texts


# --- 5. groups and commitments --------------------------------------------------------------------------------------

GROUPS = {"envelope": 1, "subject": 2, "prompt": 3, "response": 4}
SEALED = ("subject", "prompt", "response")
ABSENT = b"\0"


def commitment(group, nonce, entry_id, data):
    message = label("commitment") + bytes([GROUPS[group]]) + uuid(entry_id) + data
    return hmac.new(nonce, message, hashlib.sha256).digest()


def absent_commitment(group, entry_id):
    return commitment(group, bytes(32), entry_id, ABSENT)


def subject_bytes(subject):
    texts = [] if subject is None else [subject["user_id"], subject["session_id"], subject["consent_id"]]
    if all(text is None for text in texts):
        return ABSENT
    return b"\1" + b"".join(field(at, "text", text) for at, text in enumerate(texts, 1))


def content_bytes(content):
    return ABSENT if content is None else b"\1" + content.encode("utf-8")


# --- 6 to 8. leaf, tree, chain --------------------------------------------------------------------------------------


def leaf_bytes(envelope, commitments):
    return (
        bytes([1, KINDS[envelope["kind"]]])
        + unhash(envelope["log_id"])
        + uuid(envelope["id"])
        + i64(envelope["occurred_at"])
        + uuid(envelope["writer_epoch"])
        + u64(envelope["writer_seq"])
        + b"".join(commitments[group] for group in GROUPS)
    )


def leaf_hash(leaf):
    return H(b"\0" + leaf)


def node(left, right):
    return H(b"\1" + left + right)


def split(n):
    return 1 << ((n - 1).bit_length() - 1)


def root(hashes):
    if len(hashes) < 2:
        return hashes[0] if hashes else H(b"")
    k = split(len(hashes))
    return node(root(hashes[:k]), root(hashes[k:]))


def audit_path(index, hashes):
    if len(hashes) == 1:
        return []
    k = split(len(hashes))
    if index < k:
        return audit_path(index, hashes[:k]) + [root(hashes[k:])]
    return audit_path(index - k, hashes[k:]) + [root(hashes[:k])]


def consistency_proof(first, hashes, whole=True):
    if first == 0 or first == len(hashes):
        return [] if whole else [root(hashes)]
    k = split(len(hashes))
    if first <= k:
        return consistency_proof(first, hashes[:k], whole) + [root(hashes[k:])]
    return consistency_proof(first - k, hashes[k:], False) + [root(hashes[:k])]


def root_from_path(index, size, hash_of, path):
    """RFC 6962's audit path read backwards; None where it has another length than the place in the tree needs."""
    if size == 1:
        return hash_of if not path else None
    if not path:
        return None
    k = split(size)
    if index < k:
        inner = root_from_path(index, k, hash_of, path[:-1])
        return None if inner is None else node(inner, path[-1])
    inner = root_from_path(index - k, size - k, hash_of, path[:-1])
    return None if inner is None else node(path[-1], inner)


def verify_inclusion(index, size, hash_of, path, root_of):
    if not 0 <= index < size or any(len(h) != 32 for h in [hash_of, root_of, *path]):
        return False
    return root_from_path(index, size, hash_of, path) == root_of


def roots_from_consistency(first, size, proof, first_root, whole=True):
    """(root of the first tree's part, root of all) of a subtree, from the end of the proof backwards."""
    if first == size:
        if whole:
            return (first_root, first_root) if not proof else None
        return (proof[0], proof[0]) if len(proof) == 1 else None
    if not proof:
        return None
    k = split(size)
    if first <= k:
        inner = roots_from_consistency(first, k, proof[:-1], first_root, whole)
        return None if inner is None else (inner[0], node(inner[1], proof[-1]))
    inner = roots_from_consistency(first - k, size - k, proof[:-1], first_root, False)
    return None if inner is None else (node(proof[-1], inner[0]), node(proof[-1], inner[1]))


def verify_consistency(first, second, first_root, second_root, proof):
    if not 0 <= first <= second or any(len(h) != 32 for h in [first_root, second_root, *proof]):
        return False
    if first == 0:
        return not proof and first_root == H(b"") and (second > 0 or second_root == first_root)
    return roots_from_consistency(first, second, proof, first_root) == (first_root, second_root)


def edge(hashes):
    out, at = u64(len(hashes)), 0
    for level in reversed(range(len(hashes).bit_length())):
        if len(hashes) >> level & 1:
            out += root(hashes[at : at + 2**level])
            at += 2**level
    return out


# --- 9 and 10. writer epochs, batches -------------------------------------------------------------------------------


def epoch_statement(log_id, writer_epoch, opened_at, public):
    return label("writer-epoch") + log_id + uuid(writer_epoch) + i64(opened_at) + public


def verify_opening(envelope, trusted):
    need(envelope["kind"] in ("administration", "recovery") and envelope["writer_seq"] == 0, "not an opening")
    detail = from_json(envelope["detail"])
    stated = detail["writer_epoch"]
    need(set(stated) == {"id", "log_key", "opened_at", "public_key", "signature"}, "members of the opening")
    same = stated["id"] == envelope["writer_epoch"] and stated["opened_at"] == envelope["occurred_at"]
    need(same, "another epoch", Invalid)
    overlap = detail.get("writer_epoch_overlap")
    need(overlap is None or set(overlap) == {"log_key", "signature"}, "members of the overlap")
    vouchers = [stated] if overlap is None else [stated, overlap]
    known = [(find_key(one["log_key"], trusted), one["signature"]) for one in vouchers]
    known = [pair for pair in known if pair[0] is not None]
    need(known, "log key", Untrusted)
    public = unbase64(stated["public_key"])
    statement = epoch_statement(unhash(envelope["log_id"]), stated["id"], stated["opened_at"], public)
    for key, signature in known:
        need(H(key["name"].encode()) == unhash(envelope["log_id"]), "another log", Invalid)
        need(verify(key["public"], statement, unbase64(signature)), "signature of the epoch", Invalid)
    return public, statement


def find_key(text, trusted):
    return next((key for key in trusted if key["text"] == text and key["type"] == 1), None)


def rotation_statement(log_id, stated, old, new):
    times = i64(stated["rotated_at"]) + i64(stated["overlap_until"])
    return label("log-key-rotation") + log_id + times + old["public"] + new["public"]


def verify_rotation(envelope, trusted):
    need(envelope["kind"] == "administration", "kind of a rotation")
    stated, log_id = from_json(envelope["detail"])["log_key_rotation"], unhash(envelope["log_id"])
    members = {"old_key", "new_key", "old_signature", "new_signature", "rotated_at", "overlap_until"}
    need(set(stated) == members, "members of the rotation")
    old, new = parse_vkey(stated["old_key"]), parse_vkey(stated["new_key"])
    need(find_key(stated["old_key"], trusted) is not None, "old key", Untrusted)
    for key in (old, new):
        need(key["type"] == 1 and H(key["name"].encode()) == log_id, "key of another log", Invalid)
    ordered = stated["rotated_at"] == envelope["occurred_at"] and stated["rotated_at"] <= stated["overlap_until"]
    need(ordered and old["public"] != new["public"], "times and keys", Invalid)
    statement = rotation_statement(log_id, stated, old, new)
    for key, name in ((old, "old_signature"), (new, "new_signature")):
        need(verify(key["public"], statement, unbase64(stated[name])), name, Invalid)


def batch_bytes(log_id, writer_epoch, batch, digest, previous):
    return (
        label("batch")
        + log_id
        + uuid(writer_epoch)
        + u64(batch["batch_no"])
        + u64(batch["first_seq"])
        + u32(batch["entry_count"])
        + digest
        + previous
    )


# --- 11 and 12. keys, notes, checkpoints ----------------------------------------------------------------------------


def key_id(name, kind, public):
    return int.from_bytes(H(name.encode() + b"\n" + bytes([kind]) + public)[:4], "big")


def is_key_name(name):
    spaces = any(c.isspace() or c in "\u0085\u00a0" for c in name)
    return name != "" and not spaces and "+" not in name and all(c >= " " for c in name)


def parse_vkey(text):
    parts = re.fullmatch(r"([^+]*)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)", text)
    need(parts, "verifier key")
    name, identity, material = parts[1], parts[2], unbase64(parts[3])
    need(is_key_name(name) and len(material) == 33 and material[0] in (1, 4), "verifier key")
    identity_of = key_id(name, material[0], material[1:])
    need(f"{identity_of:08x}" == identity, "key id")
    return {"text": text, "name": name, "id": identity_of, "type": material[0], "public": material[1:]}


def parse_note(note):
    text = utf8(note) if isinstance(note, bytes) else note
    need(text.endswith("\n") and not any(c < " " and c != "\n" for c in text), "form of the note")
    at = text.rfind("\n\n")
    need(at >= 0, "no blank line")
    lines = text[at + 2 : -1].split("\n")
    need(len(lines) <= 100, "too many signatures")
    signatures = []
    for line in lines:
        parts = re.fullmatch("\u2014 ([^ ]+) ([A-Za-z0-9+/=]+)", line)
        need(parts and is_key_name(parts[1]), "signature line")
        data = unbase64(parts[2])
        need(len(data) > 4, "signature too short")
        signatures.append((parts[1], int.from_bytes(data[:4], "big"), data[4:]))
    return text[: at + 1], signatures


def open_note(note, trusted):
    text, signatures = parse_note(note)
    verified = []
    for name, identity, signature in signatures:
        for key in trusted:
            if (key["name"], key["id"]) != (name, identity):
                continue
            message = text.encode()
            if key["type"] == 4:
                need(len(signature) == 72 and signature[0] < 128, "cosignature")
                seconds = int.from_bytes(signature[:8], "big")
                message, signature = f"cosignature/v1\ntime {seconds}\n".encode() + message, signature[8:]
            need(verify(key["public"], message, signature), "signature of a note", Invalid)
            if key["text"] not in [other["text"] for other in verified]:
                verified.append(key)
    need(verified, "nobody trusted", Untrusted)
    return text, verified


def parse_checkpoint(text):
    need(text.endswith("\n"), "no newline")
    lines = text[:-1].split("\n")
    need(len(lines) >= 3 and "" not in lines, "lines of the checkpoint")
    root_of = unbase64(lines[2])
    need(len(root_of) == 32, "root of the checkpoint")
    return lines[0], decimal(lines[1]), root_of


def open_checkpoint(note, trusted):
    text, verified = open_note(note, trusted)
    origin, size, root_of = parse_checkpoint(text)
    need(any(key["type"] == 1 and key["name"] == origin for key in verified), "not the log's key", Untrusted)
    return origin, size, root_of


# --- 13. proof of one entry -----------------------------------------------------------------------------------------


def verify_proof(text, trusted):
    head, blank, note = text.partition("\n\n")
    lines = head.split("\n")
    need(blank and lines.pop(0) == "c2sp.org/tlog-proof@v1", "header")
    extra = unbase64(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else None
    need(lines and lines[0].startswith("index "), "index")
    index = decimal(lines.pop(0)[6:])
    path = [unbase64(line) for line in lines]
    need(len(path) <= 63 and all(len(h) == 32 for h in path), "path")
    origin, size, root_of = open_checkpoint(note, trusted)
    need(extra is not None, "no extra data")
    evidence = read_record(extra)
    groups, leaf = check_evidence(evidence)
    need(unhash(evidence["envelope"]["log_id"]) == H(origin.encode()), "another log", Invalid)
    need(origin.split("/")[-2] == evidence["envelope"]["tenant_id"], "another tenant", Invalid)
    need(verify_inclusion(index, size, leaf_hash(leaf), path, root_of), "path", Invalid)
    return groups


def read_record(data):
    """The record of an entry: what stands before its envelope has fixed places."""
    need(len(data) >= 184 and data[:20] == label("entry"), "start of the record")
    commitments = {group: data[20 + 32 * at : 52 + 32 * at] for at, group in enumerate(GROUPS)}
    at = 184 + int.from_bytes(data[180:184], "big")
    envelope, openings = read_envelope(data[184:at]), {}
    for group in SEALED:
        if data[at : at + 1] != bytes([GROUPS[group]]):
            continue
        end = at + 37 + int.from_bytes(data[at + 33 : at + 37], "big")
        openings[group] = (data[at + 1 : at + 33], data[at + 37 : end])
        at = end
    need(at == len(data), "end of the record")
    return {"envelope": envelope, "nonce": data[148:180], "commitments": commitments, "openings": openings}


def record_bytes(envelope, nonce, commitments, openings):
    canonical = canonical_envelope(envelope)
    out = label("entry") + b"".join(commitments[group] for group in GROUPS) + nonce + u32(len(canonical)) + canonical
    for group in SEALED:
        if group in openings:
            opened_by, data = openings[group]
            out += bytes([GROUPS[group]]) + opened_by + u32(len(data)) + data
    return out


def check_evidence(evidence):
    envelope, commitments, openings = evidence["envelope"], evidence["commitments"], evidence["openings"]
    opened = commitment("envelope", evidence["nonce"], envelope["id"], canonical_envelope(envelope))
    need(opened == commitments["envelope"], "envelope", Invalid)
    groups = {"envelope": "opened"}
    for group in SEALED:
        absent = envelope[group + "_blob_digest"] is None
        same = commitments[group] == absent_commitment(group, envelope["id"])
        need(same == absent, "absent or not", Invalid)
        groups[group] = "absent" if absent else "sealed"
        if group not in openings:
            continue
        nonce, data = openings[group]
        need(not absent and data != ABSENT, "opening without content")
        need(commitment(group, nonce, envelope["id"], data) == commitments[group], "opening", Invalid)
        groups[group] = "opened"
    return groups, leaf_bytes(envelope, commitments)


# --- the vectors ----------------------------------------------------------------------------------------------------

CHECKS = {"hold": 0, "fail": 0}


def check(what, good):
    CHECKS["hold" if good else "fail"] += 1
    if not good:
        print(f"does not hold: {what}")


def code_of(run, *arguments):
    try:
        run(*arguments)
        return "ok"
    except (Malformed, Invalid, Untrusted) as error:
        return error.code


def check_rfc8032(rows):
    for row in rows:
        secret, message = unhex(row["secret"]), unhex(row["message"])
        check(row["name"] + ": public key", public_key(secret).hex() == row["public_key"])
        check(row["name"] + ": signature", sign(secret, message).hex() == row["signature"])
        check(row["name"] + ": verify", verify(unhex(row["public_key"]), message, unhex(row["signature"])))
        check(row["name"] + ": other text", not verify(unhex(row["public_key"]), b"x", unhex(row["signature"])))


def check_merkle(file):
    hashes = [leaf_hash(unhex(leaf)) for leaf in file["leaves"]]
    check("leaf hashes", [h.hex() for h in hashes] == file["leaf_hashes"])
    roots = [root(hashes[:size]) for size in range(len(hashes) + 1)]
    check("roots", [r.hex() for r in roots] == file["roots"])
    check("edges", [edge(hashes[:size]).hex() for size in range(len(hashes) + 1)] == file["edges"])
    for row in file["inclusion"]:
        index, size, proof = row["index"], row["size"], [unhex(h) for h in row["proof"]]
        check(f"path {index} of {size}", audit_path(index, hashes[:size]) == proof)
        check(f"verify {index} of {size}", verify_inclusion(index, size, hashes[index], proof, roots[size]))
    for row in file["consistency"]:
        first, second, proof = row["first"], row["second"], [unhex(h) for h in row["proof"]]
        check(f"proof {first} to {second}", consistency_proof(first, hashes[:second]) == proof)
        check(f"verify {first} to {second}", verify_consistency(first, second, roots[first], roots[second], proof))
    for row in file["bad_inclusion"]:
        proof = [unhex(h) for h in row["proof"]]
        held = verify_inclusion(row["index"], row["size"], unhex(row["leaf_hash"]), proof, unhex(row["root"]))
        check("inclusion: " + row["why"], not held)
    for row in file["bad_consistency"]:
        proof, roots_of = [unhex(h) for h in row["proof"]], (unhex(row["first_root"]), unhex(row["second_root"]))
        check("consistency: " + row["why"], not verify_consistency(row["first"], row["second"], *roots_of, proof))


def check_entries(rows):
    for row in rows:
        name, envelope = row["name"], row["envelope"]
        canonical = canonical_envelope(envelope)
        check(name + ": canonical", canonical.hex() == row["canonical"])
        made = {
            "envelope": canonical,
            "subject": subject_bytes(row["subject"]),
            "prompt": content_bytes(row["prompt"]),
            "response": content_bytes(row["response"]),
        }
        nonces = {"envelope": unhash(row["envelope_nonce"])}
        for group in SEALED:
            check(f"{name}: bytes of {group}", made[group].hex() == row["groups"][group]["bytes"])
            nonces[group] = unhash(row["groups"][group]["nonce"])
            absent = envelope[group + "_blob_digest"] is None
            check(f"{name}: {group} absent", (made[group] == ABSENT and nonces[group] == bytes(32)) == absent)
        commitments = {group: commitment(group, nonces[group], envelope["id"], made[group]) for group in GROUPS}
        check(name + ": commitments", {g: c.hex() for g, c in commitments.items()} == row["commitments"])
        leaf = leaf_bytes(envelope, commitments)
        check(name + ": leaf", leaf.hex() == row["leaf"] and len(leaf) == 210)
        check(name + ": leaf hash", leaf_hash(leaf).hex() == row["leaf_hash"])
        shown = {group: (nonces[group], made[group]) for group in SEALED if made[group] != ABSENT}
        check(name + ": record", record_bytes(envelope, nonces["envelope"], commitments, shown).hex() == row["record"])
        check(name + ": read", read_envelope(canonical) == envelope)


def check_log(file):
    log_id = H(file["origin"].encode())
    check("log id", log_id.hex() == file["log_id"])
    public = public_key(unhex(file["log_secret"]))
    vkey = f"{file['origin']}+{key_id(file['origin'], 1, public):08x}+{base64.b64encode(bytes([1]) + public).decode()}"
    check("verifier key", vkey == file["vkey"])
    trusted = [parse_vkey(file["vkey"])]
    hashes, chain = [], H(label("chain") + log_id)
    check("genesis", chain.hex() == file["genesis"])
    for row in file["entries"]:
        commitments = {group: unhash(text) for group, text in row["commitments"].items()}
        leaf = leaf_bytes(row["envelope"], commitments)
        opened = commitment(
            "envelope", unhash(row["envelope_nonce"]), row["envelope"]["id"], canonical_envelope(row["envelope"])
        )
        check(f"entry {row['index']}: envelope", opened == commitments["envelope"])
        check(f"entry {row['index']}: leaf", leaf.hex() == row["leaf"] and leaf_hash(leaf).hex() == row["leaf_hash"])
        hashes.append(leaf_hash(leaf))
        chain = H(chain + hashes[-1])
        check(f"entry {row['index']}: chain", chain.hex() == row["chain"])
    check("roots of the log", [root(hashes[:n]).hex() for n in range(len(hashes) + 1)] == file["roots"])
    for size, note in enumerate(file["checkpoints"]):
        check(f"checkpoint {size}", open_checkpoint(note, trusted) == (file["origin"], size, root(hashes[:size])))
        check(f"checkpoint {size}: signature", note.split()[-1] == note_signature(note, trusted[0], file["log_secret"]))
    for epoch in file["epochs"]:
        check_epoch(file, epoch, hashes, trusted)
    for row in file["proofs"]:
        keys = [parse_vkey(text) for text in row["trusted"]]
        check(f"proof: {row['why']}", code_of(verify_proof, row["proof"], keys) == row["result"])
        if row["result"] == "ok":
            check(f"proof: {row['why']}: groups", verify_proof(row["proof"], keys) == row["groups"])


def note_signature(note, key, secret):
    text, _ = parse_note(note)
    return base64.b64encode(u32(key["id"]) + sign(unhex(secret), text.encode())).decode()


def check_epoch(file, epoch, hashes, trusted):
    name, log_id = epoch["writer_epoch"], unhash(file["log_id"])
    check(name + ": key", public_key(unhex(epoch["secret"])).hex() == epoch["public_key"])
    opening = file["entries"][epoch["opening_index"]]["envelope"]
    public, statement = verify_opening(opening, trusted)
    check(name + ": opening", public.hex() == epoch["public_key"] and statement.hex() == epoch["statement"])
    check(name + ": signature", sign(unhex(file["log_secret"]), statement).hex() == epoch["signature"])
    members = [row for row in file["entries"] if row["envelope"]["writer_epoch"] == name]
    members.sort(key=lambda row: row["envelope"]["writer_seq"])
    check(name + ": dense", [row["envelope"]["writer_seq"] for row in members] == list(range(len(members))))
    previous, next_seq = H(statement), 0
    check(name + ": statement hash", previous.hex() == epoch["statement_hash"])
    for batch_no, batch in enumerate(epoch["batches"]):
        here = members[next_seq : next_seq + batch["entry_count"]]
        digest = H(label("batch-entries") + b"".join(hashes[row["index"]] for row in here))
        place = batch["batch_no"] == batch_no and batch["first_seq"] == next_seq
        data = batch_bytes(log_id, name, batch, digest, previous)
        check(f"{name}: batch {batch_no}", place and data.hex() == batch["bytes"] and len(data) == 152)
        check(f"{name}: batch {batch_no} signed", sign(unhex(epoch["secret"]), data).hex() == batch["signature"])
        check(f"{name}: batch {batch_no} verified", verify(public, data, unhex(batch["signature"])))
        previous, next_seq = H(data), next_seq + batch["entry_count"]
        check(f"{name}: batch {batch_no} hash", previous.hex() == batch["batch_hash"])
    check(name + ": every entry is in a batch", next_seq == len(members))


def check_notes(file):
    for row in file["keys"]:
        check("key: " + row["why"], (code_of(parse_vkey, row["vkey"]) == "ok") == row["ok"])
        if row["ok"]:
            key = parse_vkey(row["vkey"])
            check("key: " + row["why"], (key["name"], key["id"], key["type"]) == (row["name"], row["key_id"], row["type"]))
    for row in file["notes"]:
        note = row["note"] if "note" in row else base64.b64decode(row["note_base64"])
        trusted = [parse_vkey(text) for text in row["trusted"]]
        check("note: " + row["why"], code_of(open_note, note, trusted) == row["result"])
        if row["result"] == "ok":
            verified = [key["text"] for key in open_note(note, trusted)[1]]
            check("note: " + row["why"] + ": keys", verified == row["verified"])
    for row in file["checkpoints"]:
        check("checkpoint: " + row["why"], (code_of(parse_checkpoint, row["text"]) == "ok") == row["ok"])
        if row["ok"]:
            check("checkpoint: " + row["why"], parse_checkpoint(row["text"])[1] == row["size"])


def check_time_stamps(file):
    for row in file["rows"]:
        hashes = [leaf_hash(note.encode("utf-8")) for note in row["notes"]]
        stamped = label("time-stamp") + u64(row["anchor"]) + u64(len(hashes)) + root(hashes)
        check(f"time stamp of {len(hashes)} notes", stamped.hex() == row["stamped"])
        for place in row["places"]:
            index, path = place["index"], [bytes.fromhex(text) for text in place["path"]]
            holds = verify_inclusion(index, len(hashes), hashes[index], path, bytes.fromhex(place["root"]))
            check(f"place {index} of {len(hashes)} notes", holds and audit_path(index, hashes) == path)


def check_rotations(file):
    old, new = parse_vkey(file["old"]["vkey"]), parse_vkey(file["new"]["vkey"])
    statement = rotation_statement(unhash(file["log_id"]), file, old, new)
    check("rotation: statement", statement.hex() == file["statement"] and len(statement) == 143)
    for name in ("old", "new"):
        secret = unhex(file[name]["secret"])
        check(f"rotation: {name} signature", sign(secret, statement).hex() == file[name + "_signature"])
    for rows, verify_row in ((file["rotations"], verify_rotation), (file["openings"], verify_opening)):
        for row in rows:
            trusted = [parse_vkey(text) for text in row["trusted"]]
            check("rotation: " + row["why"], code_of(verify_row, row["envelope"], trusted) == row["result"])
    for texts in file["checkpoint_trusted"]:
        trusted = [parse_vkey(text) for text in texts]
        check("rotation: checkpoint", code_of(open_checkpoint, file["checkpoint"], trusted) == "ok")


def main():
    default = os.path.join(os.path.dirname(os.path.abspath(__file__)), "vectors", "ledger")
    folder = sys.argv[1] if len(sys.argv) > 1 else default
    checks = {
        "rfc8032.json": check_rfc8032,
        "merkle.json": check_merkle,
        "entries.json": check_entries,
        "log.json": check_log,
        "notes.json": check_notes,
        "time-stamps.json": check_time_stamps,
        "rotations.json": check_rotations,
    }
    for name, run in checks.items():
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            run(json.load(file))
    print(f"{CHECKS['hold']} hold, {CHECKS['fail']} do not")
    return 1 if CHECKS["fail"] else 0


if __name__ == "__main__":
    sys.exit(main())
