#!/usr/bin/env node
// Checks evidence of a Palimpsest ledger offline: one file, no dependencies, Node 22 or later.
//   node verify.mjs <pack.zip | folder | proof> [--trust <verifier key>]... [--anchors <folder>] [--json] [--entries]
// Exit code: 0 it holds, 1 it does not hold, 2 it could not be judged. Sections are those of docs/ledger.md; docs/verify.md
// has the rest. Begin to read at Log.line. Hashes, keys and ids are strings of the characters 0 to 255, so that they compare
// with === and join with +; what is long is a Uint8Array. P is what Node (at the end) and a browser (verify.html, with this
// same core) do each in their own way: sha256(...parts), hasher(), latin1(bytes).

let P
const [encoder, decoder] = [new TextEncoder(), new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })]
/** Refuses evidence: it is `malformed`, `wrong` or `untrusted`, or something was removed, inserted, moved or lost. */
function refuse(message, why = 'malformed', more = {}) {
  throw Object.assign(new Error(message), { why, ...more })
}
const need = (ok, message, why, more) => ok || refuse(message, why, more)
const isCount = (value) => Number.isSafeInteger(value) && value >= 0
/** Numbers in bytes, most significant first. */
const u32 = (bytes, at) => ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0
const u64 = (bytes, at) => u32(bytes, at) * 2 ** 32 + u32(bytes, at + 4)
const four = (n) => String.fromCharCode(n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255)
const eight = (n) => four(Math.floor(n / 2 ** 32)) + four(n >>> 0)
function toBytes(text) {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}
const label = (name) => `palimpsest/v1/${name}\0`
const split = (bytes, length) =>
  Array.from({ length: bytes.length / length }, (_, i) => bytes.substr(length * i, length))
const hex = (bytes) => Array.from(bytes, (char) => char.charCodeAt(0).toString(16).padStart(2, '0')).join('')
const uuid = (text) =>
  String(text)
    .replaceAll('-', '')
    .replace(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16)))
const uuidText = (bytes) => hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
/** Bytes from text, null where the text is not their one right spelling. */
function unbase64(text) {
  const right = typeof text === 'string' && text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)
  const bytes = right ? atob(text) : null
  return right && btoa(bytes) === text ? bytes : null
}
/** A JSON object, looked through first, so that nesting cannot eat the memory. */
function parseJson(text, what) {
  let [value, depth] = [null, 0]
  for (const [mark] of text.matchAll(/"(?:[^"\\]+|\\.)*"|[[\]{}]/g)) {
    depth += { '[': 1, '{': 1, ']': -1, '}': -1 }[mark] ?? 0
    need(depth <= 64, `${what} is nested too deeply.`)
  }
  try {
    value = JSON.parse(text)
  } catch {
    value = null
  }
  need(typeof value === 'object' && value !== null, `${what} is not JSON.`)
  return value
}

// ---- Keys, signed notes, checkpoints: sections 11 and 12 ----
export function parseKey(text) {
  const [, name, id, encoded] = /^([^+\p{White_Space}\p{Cc}]+)\+([0-9a-f]{8})\+(.+)$/u.exec(text) ?? []
  const typed = unbase64(encoded)
  need(typed?.length === 33 && /^[\x01\x04]/.test(typed), 'A verifier key has to read <name>+<hex id>+<Ed25519 key>.')
  const own = hex(P.sha256(encoder.encode(name), '\n', typed)).slice(0, 8) === id
  need(own, 'The id in a verifier key is not the one of its name and key.')
  return { text, name, id, witness: typed[0] === '\x04', key: typed.slice(1) }
}
/** Ed25519 signatures that were met and are being checked, beside the walk that met them. */
export class Signatures {
  static keys = new Map()
  list = []
  /** `message`: a string of bytes, or bytes. */
  add(key, message, signature, what, at = null, why = 'wrong') {
    const { keys } = Signatures
    if (!keys.has(key)) keys.set(key, crypto.subtle.importKey('raw', toBytes(key), 'Ed25519', false, ['verify']))
    const [signed, by] = [typeof message === 'string' ? toBytes(message) : message, toBytes(signature ?? '')]
    const holds = keys.get(key).then((known) => crypto.subtle.verify('Ed25519', known, by, signed))
    this.list.push({ holds: holds.catch(() => false), what, why, at })
  }
  /** Refuses the first one that does not hold, at the place where it was met; the newest `pending` may wait. */
  async settle(pending = 0) {
    const due = this.list.splice(0, Math.max(0, this.list.length - pending))
    for (const { holds, what, why, at } of due) need(await holds, what, why, { at })
  }
}
/** Reads a signed note. Every signature by a known key has to hold; `signed` are the known keys that signed. */
export function openNote(note, keys, signatures, at) {
  const end = typeof note === 'string' && note.length <= 1 << 20 ? note.lastIndexOf('\n\n') : -1
  const clean = end >= 0 && note.endsWith('\n') && note.isWellFormed() && !/[\0-\x09\x0b-\x1f]/.test(note)
  need(clean, 'A signed note has to be lines of text, an empty line and signature lines.')
  const [text, lines] = [note.slice(0, end + 1), note.slice(end + 2, -1).split('\n')]
  need(lines.length <= 100, 'A signed note has too many signatures.')
  const signed = []
  const signers = lines.map((line) => {
    const [, name, encoded] = /^— ([^+\p{White_Space}]+) ([A-Za-z0-9+/=]+)$/u.exec(line) ?? []
    const bytes = unbase64(encoded)
    need(bytes?.length > 4, 'A signature line has to read: em dash, key name, base64.')
    const id = hex(bytes.slice(0, 4))
    for (const key of keys.filter((known) => known.name === name && known.id === id)) {
      const time = key.witness ? u64(toBytes(bytes.slice(4, 12)), 0) : null
      const message = encoder.encode(key.witness ? `cosignature/v1\ntime ${time}\n${text}` : text)
      signatures.add(key.key, message, bytes.slice(key.witness ? 12 : 4), `A signature by ${name} does not hold.`, at)
      signed.push({ key, time })
    }
    return `${name}+${id}`
  })
  return { text, signers, signed }
}
/** Reads a signed tree head. `logKey` is the known key of the log that signed it, null where none did. */
export function openCheckpoint(note, keys, signatures, at) {
  const { text, signers, signed } = openNote(note, keys, signatures, at)
  const [origin, size, encoded, ...more] = text.slice(0, -1).split('\n')
  const root = unbase64(encoded)
  const sized = /^(0|[1-9]\d{0,15})$/.test(size) && isCount(Number(size))
  need(origin && sized && root?.length === 32 && !more.includes(''), 'A checkpoint has to hold origin, size and root.')
  const logKey = signed.find(({ key }) => !key.witness && key.name === origin)?.key ?? null
  return { origin, size: Number(size), root, logKey, signers, cosigned: signed.filter(({ key }) => key.witness) }
}

// ---- Tree: section 7 ----
export const leafHash = (leaf) => P.sha256('\0', leaf)
const nodeHash = (left, right) => P.sha256('\x01', left, right)
/** Adds leaf `index` to a tree that is held as the hashes of its complete subtrees, largest first. */
export function append(tree, index, hash) {
  let top = hash
  for (let rest = index; rest % 2 === 1; rest = (rest - 1) / 2) top = nodeHash(tree.pop(), top)
  tree.push(top)
}
export const rootOf = (tree) => (tree.length ? tree.reduceRight((right, left) => nodeHash(left, right)) : P.sha256(''))
/** RFC 9162 section 2.1.3.2: the root that a leaf hash and its path lead to; null where the path has another length. */
export function rootOfPath(index, size, hash, path) {
  let [at, fn, sn] = [hash, index, size - 1]
  for (const sibling of path) {
    if (sn === 0) return null
    const right = fn % 2 === 1 || fn === sn
    at = right ? nodeHash(sibling, at) : nodeHash(at, sibling)
    while (right && fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)]
    ;[fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)]
  }
  return index < size && sn === 0 ? at : null
}

// ---- Entries: sections 3 to 6 ----
const KINDS = 'interaction refusal erasure disclosure hold archive policy administration report recovery'.split(' ')
const GROUPS = ['envelope', 'subject', 'prompt', 'response']
const DIGESTS = GROUPS.map((group) => `${group}_blob_digest`)
const [ENTRY, ENVELOPE, ZERO] = [label('entry'), label('envelope'), '\0'.repeat(32)]
const COMMITTED = [1, 2, 3, 4].map((group) => label('commitment') + String.fromCharCode(group))
function readText(bytes, from, end, latin1) {
  for (let at = from; at < end; at++) if (bytes[at] > 127) return decoder.decode(bytes.subarray(from, end))
  return latin1.slice(from, end)
}
function readTexts(bytes, from, end, latin1) {
  const texts = []
  let at = from + 4
  for (; at + 4 <= end; at += 4 + u32(bytes, at)) texts.push(readText(bytes, at + 4, at + 4 + u32(bytes, at), latin1))
  return at === end && u32(bytes, from) === texts.length ? texts : null
}
const fixed = (length) => (_, from, end, latin1) => (end - from === length ? latin1.slice(from, end) : null)
const count = (bytes, at, end) => (end - at === 8 && isCount(u64(bytes, at)) ? u64(bytes, at) : null)
/** By type: its tag, and how a value is read from its bytes; null where they are of another form. */
const TYPES = {
  int: [1, count],
  time: [2, count],
  bool: [3, (bytes, at, end) => (end - at === 1 && bytes[at] < 2 ? bytes[at] === 1 : null)],
  text: [4, readText],
  uuid: [5, fixed(16)],
  hash: [6, fixed(32)],
  money: [7, (...place) => /^(?!-0\.0{10}$)-?(0|[1-9]\d{0,9})\.\d{10}$/.exec(readText(...place))?.[0] ?? null],
  texts: [8, readTexts],
}
/** The fields in their order, with their types; ? may be NULL. */
const FIELDS = `format_version:int id:uuid kind:text occurred_at:time log_id:hash tenant_id:text team:text? app:text?
  api_key_id:text? subject_pseudonym:text? session_pseudonym:text? region:text? route:text? route_reason:text?
  purpose:text? lawful_basis:text? consent_pseudonym:text? provider:text? model_asked:text? model_answered:text?
  prompt_tokens:int? response_tokens:int? cached_tokens:int? reasoning_tokens:int? usage_estimated:bool?
  cost_usd:money? price_usd:text? price_version:text? policy_version:text? engine_version:text? gateway_version:text
  tool:text? feature:text? flags:texts entity_counts:text? has_pii:bool pii_redacted:bool hipaa_route:bool status:text
  status_code:int? error_code:text? finish_reason:text? attempt_count:int attempts:text? latency_ms:int? ttft_ms:int?
  parent_request:uuid? related_entry:uuid? retention_class:text detail:text? coverage_digest:hash?
  subject_blob_digest:hash? prompt_blob_digest:hash? response_blob_digest:hash? writer_epoch:uuid writer_seq:int`
  .split(/\s+/)
  .map((field) => {
    const [, name, type, nullable] = /^(\w+):(\w+)(\??)$/.exec(field)
    return { name, type, tag: TYPES[type][0], read: TYPES[type][1], nullable: nullable === '?' }
  })
/** An envelope from its canonical bytes (section 4), which stand in a record from `start` to `stop`. */
export function openEnvelope(bytes, start = 0, stop = bytes.length, latin1 = P.latin1(bytes)) {
  const envelope = Object.create(null)
  let at = start + ENVELOPE.length
  need(latin1.startsWith(ENVELOPE, start), 'its envelope is of another format')
  for (let i = 0; i < FIELDS.length; i++) {
    const { name, tag, read, nullable } = FIELDS[i]
    const from = at + 7
    const end = from + u32(bytes, at + 3)
    const isNull = nullable && bytes[at + 2] === 0 && end === from
    const headed = bytes[at] === 0 && bytes[at + 1] === i + 1 && end <= stop
    const value = headed && bytes[at + 2] === tag ? read(bytes, from, end, latin1) : null
    if (!headed || (value === null && !isNull)) refuse(`the field ${name} of its envelope has another form`)
    envelope[name] = value
    at = end
  }
  need(at === stop && envelope.format_version === 1, 'its envelope is of another version')
  return envelope
}
const detailOf = (envelope) => parseJson(envelope.detail ?? '{}', 'The detail of an entry')
/** An opened entry, for people to read. */
function readable({ envelope, openings }) {
  const forms = { uuid: uuidText, hash: hex }
  const values = FIELDS.map(({ name, type }) => [
    name,
    envelope[name] && (forms[type]?.(envelope[name]) ?? envelope[name]),
  ])
  const texts = Object.entries(openings).map(([group, bytes]) => [group, new TextDecoder().decode(bytes.subarray(1))])
  return { envelope: Object.fromEntries(values), openings: Object.fromEntries(texts) }
}
const padded = new Uint8Array(64)
function pad(key, byte) {
  for (let i = 0; i < 64; i++) padded[i] = (i < 32 ? key.charCodeAt(i) : 0) ^ byte
  return padded
}
/** RFC 2104 with a key of 32 bytes. */
const hmac = (key, ...parts) => {
  const inner = P.sha256(pad(key, 0x36), ...parts)
  return P.sha256(pad(key, 0x5c), inner)
}
/** Opens the record of an entry (section 13): checks it against its own commitments, and gives its leaf. */
export function openEntry(record) {
  const [latin1, end] = [P.latin1(record), 184 + u32(record, 180)]
  need(latin1.startsWith(ENTRY) && end <= record.length, 'its record is malformed')
  const envelope = openEnvelope(record, 184, end, latin1)
  const { id } = envelope
  const opens = (i, nonce, shown) => hmac(nonce, COMMITTED[i] + id, shown) === latin1.substr(20 + 32 * i, 32)
  need(opens(0, latin1.slice(148, 180), latin1.slice(184, end)), 'its envelope is not the one committed to', 'wrong')
  const openings = {}
  let at = end
  for (let i = 1; i < 4; i++) {
    const [group, absent] = [GROUPS[i], envelope[DIGESTS[i]] === null]
    if (record[at] !== i + 1) {
      if (opens(i, ZERO, '\0') !== absent) refuse(`its ${group} digest and commitment do not agree`, 'wrong')
      continue
    }
    const [nonce, from] = [latin1.slice(at + 1, at + 33), at + 37]
    at = from + u32(record, at + 33)
    if (absent || record[from] !== 1 || at > record.length) refuse(`the opening of its ${group} is malformed`)
    if (!opens(i, nonce, latin1.slice(from, at))) refuse(`its ${group} is not the one committed to`, 'wrong')
    openings[group] = record.subarray(from, at)
  }
  need(at === record.length, 'its openings are malformed')
  const start = `\x01${String.fromCharCode(KINDS.indexOf(envelope.kind) + 1)}${envelope.log_id}${id}`
  const place = eight(envelope.occurred_at) + envelope.writer_epoch + eight(envelope.writer_seq)
  return { envelope, openings, leaf: start + place + latin1.slice(20, 148) }
}

// ---- A log: the records of section 20, what is said of a leaf before the leaf ----
/** What is said of each leaf, by the type of its records; a list for each chunk of bytes. */
async function* readLines(chunks, name) {
  let [rest, line] = [new Uint8Array(0), {}]
  for await (const chunk of chunks) {
    const [bytes, page] = [new Uint8Array(rest.length + chunk.length), []]
    bytes.set(rest)
    bytes.set(chunk, rest.length)
    let at = 0
    for (let end = 0; at + 5 <= bytes.length; at = end) {
      end = at + 5 + u32(bytes, at + 1)
      if (end > bytes.length) break
      const type = String.fromCharCode(bytes[at])
      need('BEFHLS'.includes(type), `${name} has a record of an unknown type.`)
      line[type] ??= []
      line[type].push(bytes.subarray(at + 5, end))
      if (type !== 'L') continue
      page.push(line)
      line = {}
    }
    rest = bytes.subarray(at)
    need(rest.length < 1 << 25, `A record of ${name} is too long.`)
    yield page
  }
  need(rest.length === 0 && Object.keys(line).length === 0, `${name} does not end with a leaf.`)
}
const NONE = []
const readJson = ([bytes], what) => parseJson(decoder.decode(bytes), what)
function readLeaf([record]) {
  const text = P.latin1(record)
  const [chain, anchored, leaf] = [text.slice(8, 40), text.slice(40, 72), text.slice(73)]
  return { index: u64(record, 0), chain, anchored, leaf, hash: P.sha256(record.subarray(72)), seq: u64(record, 147) }
}
/** Walks one log to its first fault; `at` is where it is. */
class Log {
  constructor(info, keys, receipts) {
    const edge = unbase64(info.edge) || '\0'.repeat(8)
    this.id = P.sha256(encoder.encode(info.origin))
    this.next = this.good = u64(toBytes(edge), 0) // `good`: so many leaves are under a checkpoint that holds
    this.tree = split(edge.slice(8), 32)
    this.chain = unbase64(info.chain) ?? P.sha256(label('chain'), this.id)
    this.keys = keys.filter((key) => key.witness || key.name === info.origin)
    this.own = receipts.anchors.filter((anchor) => anchor.origin === info.origin && anchor.size > this.next)
    this.counts = { leaves: 0, entries: 0, openings: 0, batches: 0, checkpoints: 0 }
    Object.assign(this, { info, receipts, at: {}, signatures: new Signatures(), writers: new Map(), bare: null })
    this.newer = '' // the log key that an entry brings in and that the auditor did not give
    this.cosigned = new Map() // by witness: the newest tree head it vouches for
  }
  /** Checks one leaf. A fault's `found(line, leaf)` knows what is missed here when it comes later: moved. */
  line({ L, E: entry = NONE, B: batches = NONE, H: heads = NONE, S: sealed = NONE, F: fault = NONE }) {
    const { index, chain, anchored, leaf, hash, seq } = readLeaf(L)
    const before = this.chain
    this.at = { leaf: this.next, id: null }
    if (index !== this.next) refuse(`leaf ${index} comes in its place`, 'removed')
    this.at.id = leaf.slice(34, 50)
    const formed = L[0].length === 283 && L[0][72] === 0 && leaf[0] === '\x01' && leaf.slice(2, 34) === this.id
    need(formed, 'its leaf is malformed', 'wrong')
    if (fault.length > 0) this.fail(readJson(fault, 'A fault'))
    const envelope = entry.length > 0 ? this.entry(entry[0], leaf) : null
    if (seq === 0) this.open(envelope ?? refuse('its entry, which opens a writer, is missing', 'removed'))
    const writer = this.number(leaf.slice(58, 74), seq)
    if (envelope) this.content(envelope, sealed.length > 0 ? readJson(sealed, 'The state of sealed content') : {})
    else if (this.info.entries === 'all') {
      const archived = this.receipts.archived(uuidText(this.at.id), this.next)
      need(archived, 'its entry is missing, and no receipt explains it', 'removed')
    }
    this.chain = P.sha256(before, hash)
    const follows = (_, other) => [chain, other.chain].includes(P.sha256(before, other.hash))
    need(chain === this.chain, 'the chain does not lead to it', 'wrong', { found: follows })
    const [own] = this.own
    for (const known of anchored === ZERO && !own ? NONE : [anchored, own?.hashes[index - own.first_leaf] ?? ZERO]) {
      const found = (_, other) => other.hash === known
      need(known === ZERO || known === hash, 'an anchor has another leaf here', 'wrong', { found })
    }
    this.sign(writer, hash, batches)
    append(this.tree, this.next++, hash)
    for (const note of heads) this.head(decoder.decode(note))
    while (this.own[0]?.size === this.next) this.head(this.own.shift().note)
    this.counts.leaves++
  }
  /** What the operator's store itself contradicts. */
  fail({ kind, entry, what }) {
    refuse(what, kind, { at: { ...this.at, id: entry ? uuid(entry) : this.at.id } })
  }
  /** The envelope of the entry that a leaf is of. */
  entry(record, leaf) {
    const found = ({ E: [other] = NONE }) => other && P.latin1(other, 20, 148) === leaf.slice(82)
    const what = 'its entry is not the one of its leaf'
    need(found({ E: [record] }), what, 'wrong', { found })
    const opened = openEntry(record)
    need(opened.leaf === leaf, what, 'wrong')
    this.counts.entries++
    for (const _ in opened.openings) this.counts.openings++
    this.receipts.show?.(this.next, opened)
    return opened.envelope
  }
  /** A writer by its epoch; `next` and `no` are the numbers its next entry and batch have to bear, null: any. */
  writer(epoch) {
    const known = this.writers.get(epoch)
    if (known) return known
    const writer = { epoch, name: uuidText(epoch), next: 0, no: 0, key: null, previous: null, batch: null }
    this.writers.set(epoch, writer)
    return writer
  }
  /** A trusted key of this log. */
  logKey(text) {
    return this.keys.find((key) => !key.witness && key.text === text)
  }
  /** Lets a writer in by the entry that opens its epoch, where a trusted key of the log vouches for it: section 9. */
  open(envelope, place) {
    const { writer_epoch: said, writer_epoch_overlap: overlap, log_key_rotation: rotation } = detailOf(envelope)
    const key = unbase64(said?.public_key)
    const vouchers = [said, overlap].filter((one) => this.logKey(one?.log_key))
    // Before the range that is shown others may have let others in: they cannot be told from strangers then.
    if (place && vouchers.length === 0) return
    const vouched = vouchers.length > 0 && key?.length === 32
    need(vouched, `no trusted key of the log let its writer in${this.newer}`, 'inserted')
    const own = said.id === uuidText(envelope.writer_epoch) && said.opened_at === envelope.occurred_at
    need(own, 'it opens another writer', 'wrong')
    const statement = label('writer-epoch') + this.id + envelope.writer_epoch + eight(said.opened_at) + key
    for (const { log_key, signature } of vouchers) {
      const what = 'the log key did not let its writer in'
      this.signatures.add(this.logKey(log_key).key, statement, unbase64(signature), what, this.at, 'inserted')
    }
    if (rotation) this.rotate(rotation, envelope)
    Object.assign(this.writer(envelope.writer_epoch), { key, previous: P.sha256(statement) }, place)
  }
  /** An entry that brings a new log key in: section 18. That it does is no reason to trust the key. */
  rotate(said, { id, occurred_at }) {
    const [old, next] = [said.old_key, said.new_key].map(parseKey)
    const own = [old, next].every((key) => !key.witness && key.name === this.info.origin) && old.key !== next.key
    const timed = said.rotated_at === occurred_at && isCount(said.overlap_until) && said.overlap_until >= occurred_at
    const what = 'its rotation of the log key does not hold'
    need(own && timed && Object.keys(said).length === 6, what, 'wrong')
    const times = eight(occurred_at) + eight(said.overlap_until)
    const statement = label('log-key-rotation') + this.id + times + old.key + next.key
    this.signatures.add(old.key, statement, unbase64(said.old_signature), what, this.at)
    this.signatures.add(next.key, statement, unbase64(said.new_signature), what, this.at)
    if (this.logKey(old.text) && !this.logKey(next.text)) {
      const tell = 'you did not give it, and evidence vouches for no key: compare it with what the operator tells you'
      this.newer = `; entry ${uuidText(id)} brings in the log key ${next.text}: ${tell}`
    }
  }
  /** What became of an entry's sealed groups: what is gone, or was cut, has a receipt. */
  content(envelope, states) {
    for (const [group, state] of Object.entries(states)) {
      const gone = state === 'gone'
      const receipt = gone
        ? this.receipts.gone(envelope, this.next)
        : this.receipts.cut(envelope, group, state, this.next)
      const what = gone ? 'gone: it cannot be opened' : 'not the one that the entry names'
      need(receipt, `its sealed ${group} is ${what}, and no receipt explains it`, gone ? 'removed' : 'wrong')
    }
    const { recovery } = envelope.kind === 'recovery' ? detailOf(envelope) : {}
    if (recovery) this.receipts.lost.set(recovery.origin, { ...recovery, by: uuidText(envelope.id) })
  }
  /** The number an entry has from its writer: the next one. */
  number(epoch, seq) {
    const writer = this.writer(epoch)
    const next = writer.key ? (writer.next ?? seq) : 0
    const found = (_, other) => other.leaf.slice(58, 82) === epoch + eight(next)
    if (!writer.key) refuse(`it claims writer ${writer.name}, whom the log key did not let in`, 'inserted', { found })
    if (seq < next) refuse(`number ${seq} of its writer ${writer.name} is given already`, 'inserted')
    if (seq > next) refuse(`before it, number ${next} of its writer ${writer.name} is missing`, 'removed', { found })
    writer.next = seq + 1
    return writer
  }
  /** The signed batch an entry is in: one that begins here, or goes on. What is in none is `bare`: see head. */
  sign(writer, hash, batches) {
    const begins = writer.next > (writer.batch?.end ?? 0)
    need(batches.length <= (begins ? 1 : 0), `a batch of its writer stands here that does not begin here`, 'inserted')
    if (begins) writer.batch = batches.length > 0 ? this.batch(writer, batches[0]) : null
    const { batch } = writer
    if (batch === null) this.bare ??= this.at
    else batch.hashes += hash
    if (writer.next !== batch?.end || P.sha256(label('batch-entries'), batch.hashes) === batch.digest) return
    const what = `of the entries from it to ${uuidText(this.at.id)}, one at least is not what its writer signed`
    refuse(what, 'wrong', { at: batch.at })
  }
  /** The next batch of a writer, section 10: signed, and linked to the one before it. */
  batch(writer, row) {
    const bytes = P.latin1(row, 0, 152)
    const [no, first, entries] = [u64(row, 68), u64(row, 76), u32(row, 84)]
    const name = `batch ${no} of its writer ${writer.name}`
    need(row.length === 216 && bytes.startsWith(label('batch')) && entries > 0, `${name} is malformed`, 'wrong')
    const what = `${name} is not what the writer signed`
    this.signatures.add(writer.key, row.subarray(0, 152), P.latin1(row, 152), what, this.at)
    need(bytes.slice(20, 68) === this.id + writer.epoch, what, 'wrong')
    need(writer.no === null || no === writer.no, `a batch before ${name} is missing`, 'removed')
    const follows = writer.no === null || bytes.slice(120) === writer.previous
    need(follows && first === writer.next - 1, `${name} does not follow the one before it`, 'wrong')
    this.counts.batches++
    Object.assign(writer, { no: no + 1, previous: P.sha256(bytes) })
    return { at: this.at, digest: bytes.slice(88, 120), end: first + entries, hashes: '' }
  }
  /** A signed tree head over the leaves so far, the log's own or an anchor's. */
  head(note) {
    const head = openCheckpoint(note, this.keys, this.signatures, this.at)
    need(head.logKey, `the checkpoint over it is signed by nobody trusted${this.newer}`, 'wrong')
    const mine = head.origin === this.info.origin && head.size === this.next
    need(mine, 'the checkpoint over it is of another tree', 'wrong')
    const what = `of the leaves ${this.good} to ${this.at.leaf}, one at least is not what a checkpoint was signed over`
    const at = this.bare ?? { leaf: this.good, id: null }
    need(head.root === rootOf(this.tree), what, this.bare ? 'inserted' : 'wrong', { at })
    need(!this.bare, 'the signed batch of its writer is missing', 'removed', { at })
    this.good = this.next
    this.counts.checkpoints++
    for (const { key, time } of head.cosigned) this.cosigned.set(key.name, { name: key.name, time, size: head.size })
  }
  /** Behind the last leaf: what was signed beyond it, and what is under no signature. */
  finish() {
    const lost = this.receipts.lost.get(this.info.origin)
    this.at = { leaf: this.next, id: null }
    for (const note of [...this.info.beyond, ...this.own.map((anchor) => anchor.note)]) {
      const { logKey, size } = openCheckpoint(note, this.keys, this.signatures, this.at)
      need(logKey && size > this.next, `nobody trusted signed the checkpoint of size ${size}${this.newer}`, 'inserted')
      const declared = lost?.restored_size === this.next && size <= lost.anchored_size
      const why = declared ? `were lost in a restore, says entry ${lost.by}` : 'are gone, but signed for'
      refuse(`the leaves ${this.next} to ${size - 1} ${why}`, declared ? 'lost' : 'removed')
    }
    need(!this.bare, 'no writer signed it', 'inserted', { at: this.bare })
    const at = { leaf: this.good, id: null }
    need(this.next === this.good, 'no signed checkpoint covers the leaves from here on', 'removed', { at })
    this.at = { leaf: null, id: null }
    for (const { name, next, batch } of this.writers.values()) {
      need(!batch || next >= batch.end, `the writer ${name} signed more entries than there are`, 'removed')
    }
    for (const fault of this.info.faults) this.fail(fault)
  }
}
async function verifyLog(lines, info, keys, receipts) {
  const log = new Log(info, keys, receipts)
  let fault = null
  /** A signature that was met before a fault, and does not hold, comes first; the last ones may wait. */
  const walk = async (work, pending = 0) => {
    const failed = (error) => {
      fault = { ...problemOf(error, error.at ?? log.at, info.origin), found: error.found }
    }
    await new Promise((resolve) => resolve(work())).catch(failed)
    await log.signatures.settle(fault ? 0 : pending).catch(failed)
  }
  await walk(() => {
    for (const text of info.openings) log.open(openEnvelope(toBytes(unbase64(text) ?? '')), { next: null, no: null })
  })
  for await (const page of lines) {
    let read = 0
    const work = () => {
      while (read < page.length) log.line(page[read++])
    }
    if (fault === null) await walk(work, 200)
    const moved = fault?.found && page.slice(read).find((line) => fault.found(line, readLeaf(line.L)))
    if (moved) {
      const what = `${fault.what}; it stands at leaf ${readLeaf(moved.L).index}`
      fault = { ...fault, kind: 'moved', what, found: null }
    }
  }
  if (fault === null) await walk(() => log.finish())
  return { log, fault: fault && { ...fault, found: undefined } }
}

/** A person's content may be written so long after the receipt that names the person: 31 days, in microseconds. */
const GRACE = 31 * 86_400e6
/** Why something may be gone: what entries of kind erasure and archive say, each by its proof: section 19. */
class Receipts {
  list = []
  archives = []
  known = new Map() // by what is explained: a subject, an entry, a cut
  lost = new Map() // by origin: what a recovery says of the generation before it
  constructor(anchors, show) {
    const hashes = (item) => ({ ...item, hashes: split(unbase64(item.leaf_hashes), 32) })
    const sized = (item) => ({ ...item, size: Number(item.note.split('\n')[1]) })
    this.anchors = anchors.flatMap(({ items }) => items.map(hashes).map(sized)).sort((a, b) => a.size - b.size)
    this.show = show
  }
  /** Takes the proof of a receipt's entry; `origins` are the logs of the pack. */
  async add(proof, keys, origins) {
    const { origin, logKey, envelope } = await openProof(proof, keys)
    const [by, tenant] = [uuidText(envelope.id), (name) => name.slice(0, name.lastIndexOf('/'))]
    const own = origins.some((known) => tenant(known) === tenant(origin))
    need(logKey && own, `nobody trusted signed for the receipt of entry ${by}`, 'inserted')
    const { number, subjects = [], entries = [], cuts = [], from_id, below_id } = detailOf(envelope).receipt ?? {}
    const { kind, occurred_at } = envelope
    need(/^(erasure|archive)$/.test(kind) && isCount(number), `the entry ${by} is no receipt`, 'inserted')
    const receipt = { kind, number, by, until: occurred_at + GRACE, from_id, below_id, count: 0, leaves: [] }
    this.list.push(receipt)
    if (kind === 'archive') return void (from_id < below_id && this.archives.push(receipt))
    for (const subject of subjects) this.known.set(`subject ${subject}`, receipt)
    for (const entry of entries) this.known.set(`entry ${entry}`, receipt)
    for (const { entry, group, now } of cuts) this.known.set(`${entry} ${group} ${now}`, receipt)
  }
  /** Sorts the ranges of archives: `best` is, of one and those that begin before it, the one that reaches furthest. */
  sort() {
    this.archives.sort((a, b) => (a.from_id < b.from_id ? -1 : 1))
    this.archives.reduce((best, one) => {
      one.best = best && best.below_id > one.below_id ? best : one
      return one.best
    }, null)
  }
  /** Notes the leaf that a receipt explains, if there is one. */
  use(receipt, leaf) {
    if (receipt && receipt.leaves.at(-1) !== leaf && receipt.last !== leaf) {
      Object.assign(receipt, { last: leaf, count: receipt.count + 1 })
      if (receipt.leaves.length < 20) receipt.leaves.push(leaf)
    }
    return receipt
  }
  /** An entry, or its sealed content, that went to the archive or past its time. */
  archived(id, leaf) {
    let [low, high] = [0, this.archives.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.archives[middle].from_id <= id) low = middle + 1
      else high = middle
    }
    const best = this.archives[low - 1]?.best
    return this.use(best && id < best.below_id ? best : null, leaf)
  }
  /** Sealed content that was erased, by its entry or by its person, whose entries end where the receipt's time does. */
  gone({ id, subject_pseudonym, occurred_at }, leaf) {
    const person = this.known.get(`subject ${subject_pseudonym}`)
    const erased = this.known.get(`entry ${uuidText(id)}`) ?? (occurred_at <= person?.until ? person : null)
    return this.use(erased, leaf) ?? this.archived(uuidText(id), leaf)
  }
  /** Somebody else's mention was cut from a group, of which this digest was left. */
  cut({ id }, group, digest, leaf) {
    return this.use(this.known.get(`${uuidText(id)} ${group} ${digest}`), leaf)
  }
  /** What was explained, in words. */
  notes() {
    const used = this.list.filter(({ count }) => count > 0)
    return used.map(({ kind, number, by, leaves, count }) => {
      const [word, more] = [kind === 'archive' ? 'archived' : 'erased', count > 20 ? ` and ${count - 20} more` : '']
      return `${word}, with receipt ${number} (entry ${by}): leaves ${leaves.join(', ')}${more}`
    })
  }
}

// ---- Evidence ----
/** What an error says of the evidence: a problem, at its place. */
function problemOf({ why, message, code }, { leaf = null, id = null } = {}, log = null) {
  const kind = /^(removed|inserted|moved|lost)$/.test(why) ? why : 'changed'
  const what = why ? message : code ? `It could not be read (${code}).` : 'it is malformed'
  return { kind, log, leaf, entry: id && uuidText(id), what }
}
/** X.509 is more than this file holds; `palimpsest verify` takes the sentence back where it checks them. */
export const STAMPS = 'the time stamps: not checked, `palimpsest verify` does with --tsa <certificate>'
/** Verifies a pack: `names` of its members and `open(name)`, their bytes. */
async function verifyPack(pack, keys, receipts, result) {
  const members = new Map([['manifest.json', { bytes: 1 << 24 }]])
  const unread = new Set(pack.names)
  const attempt = (work, before = '') =>
    work().catch((error) => {
      const problem = problemOf(error)
      result.problems.push({ ...problem, what: `${before}${problem.what}` })
    })
  /** A member's bytes; length and SHA-256 have to be those of the manifest. */
  async function* read(name) {
    if (!unread.delete(name)) return
    const [stated, hash] = [members.get(name), P.hasher()]
    let bytes = 0
    for await (const chunk of pack.open(name)) {
      bytes += chunk.length
      need(bytes <= stated.bytes, `The member ${name} is larger than the manifest says.`)
      hash.update(chunk)
      yield chunk
    }
    const right = name === 'manifest.json' || (bytes === stated.bytes && hash.digest('hex') === stated.sha256)
    need(right, `The member ${name} is not the one that the manifest names.`)
  }
  async function readText(name) {
    const [strict, texts] = [new TextDecoder('utf-8', { fatal: true }), []]
    for await (const chunk of read(name)) texts.push(strict.decode(chunk, { stream: true }))
    return texts.join('') + strict.decode()
  }
  await attempt(async () => {
    const manifest = parseJson(await readText('manifest.json'), 'The manifest')
    need(manifest.format === 'palimpsest/v1/pack', 'The manifest is of another format.')
    for (const member of manifest.members) members.set(member.name, member)
    const signers = result.trusted ? keys : manifest.signers.map(parseKey)
    result.signers = signers.map((key) => key.text)
    const origins = manifest.logs.map(({ origin }) => origin)
    await attempt(async () => {
      for (const line of (await readText('receipts.jsonl')).split('\n').filter(Boolean)) {
        const add = async () => receipts.add(parseJson(line, 'A line of receipts.jsonl').proof, signers, origins)
        await attempt(add, 'a receipt does not hold: ')
      }
      receipts.sort()
    })
    // The newest generation first: it says what the one before it lost.
    for (const info of [...manifest.logs].reverse()) {
      await attempt(async () => {
        const { log, fault } = await verifyLog(readLines(read(info.file), info.file), info, signers, receipts)
        if (fault) result.problems.push(fault)
        else if (log.newer) result.notes.push(`${info.origin}${log.newer}`)
        result.logs.unshift({ origin: info.origin, ...log.counts })
        for (const { name, time, size } of fault ? [] : log.cosigned.values()) {
          const at = time < 8e12 ? new Date(time * 1000).toISOString() : 'an impossible time'
          result.notes.push(`${info.origin}: the first ${size} leaves are cosigned by ${name}, at ${at}`)
        }
        for (const { name } of signers.filter((key) => key.witness && !log.cosigned.has(key.name))) {
          result.not_proved.push(`that ${name} has seen ${info.origin}: no cosignature by it is here`)
        }
      })
    }
    for (const name of new Set([...members.keys(), ...pack.names])) {
      await attempt(async () => {
        need(members.has(name), `The member ${name} is not in the manifest.`, 'inserted')
        need(pack.names.includes(name), `The member ${name} is missing.`, 'removed')
        for await (const _ of read(name));
      })
    }
    result.notes.push(...receipts.notes())
    result.not_proved.push(...(manifest.not_proved ?? []))
    const asked = (manifest.witnesses ?? []).map(parseKey).filter(({ text }) => !result.signers.includes(text))
    const names = asked.map(({ name }) => name).join(', ')
    if (names) result.not_proved.push(`what witnesses signed (${names}): not checked, give --trust with their keys`)
    if (members.has('time-stamps.jsonl')) result.not_proved.push(STAMPS)
  })
  result.problems.sort((a, b) => Number(a.leaf === null) - Number(b.leaf === null))
  return { ...result, exit: result.problems.length > 0 ? 1 : 0 }
}
/** Checks a proof of one entry: section 13. `logKey` is null where nobody trusted signed its checkpoint. */
async function openProof(file, keys) {
  const what = 'This is not a proof of an entry (C2SP tlog-proof).'
  need(typeof file === 'string', what)
  const end = Math.max(file.indexOf('\n\n'), 0)
  const [header, extra, place, ...lines] = file.slice(0, end).split('\n')
  const [path, index] = [lines.map(unbase64), /^index (0|[1-9]\d{0,15})$/.exec(place)?.[1]]
  const formed = header === 'c2sp.org/tlog-proof@v1' && extra?.startsWith('extra ') && index && path.length <= 63
  need(formed && path.every((hash) => hash?.length === 32), what)
  const signatures = new Signatures()
  const checkpoint = openCheckpoint(file.slice(end + 2), keys, signatures)
  await signatures.settle()
  const { envelope, openings, leaf } = openEntry(toBytes(unbase64(extra.slice(6)) ?? ''))
  const { origin, size, root } = checkpoint
  const ofLog = envelope.log_id === P.sha256(encoder.encode(origin)) && origin.split('/').at(-2) === envelope.tenant_id
  need(ofLog, 'It is of another log.', 'wrong')
  const leads = rootOfPath(Number(index), size, leafHash(leaf), path) === root
  need(leads, 'The entry is not in the tree of the checkpoint at this index.', 'wrong')
  return { ...checkpoint, index, envelope, openings }
}
/** Verifies a proof alone. It carries no key, and without one anybody could have made all of it. */
async function verifyProof(file, keys, receipts, result) {
  const { origin, size, index, envelope, openings, logKey, signers } = await openProof(file, keys)
  const id = uuidText(envelope.id)
  result.notes.push(`Entry ${id} is leaf ${index} of the ${size} under a checkpoint of ${origin}.`)
  need(keys.length > 0, `Its signature by ${signers} is not proved: give the log's key with --trust.`, 'untrusted')
  need(logKey, `Nobody you trust signed it, but ${signers}.`, 'untrusted')
  receipts.show?.(Number(index), { envelope, openings })
  return { ...result, exit: 0, signers }
}
/** Verifies what `open` gives: the text of a proof, or a pack. No evidence makes it throw. `show` is given each entry. */
export async function verifyEvidence(open, { trust = [], anchors = [], show } = {}) {
  const result = {
    ...{ exit: 2, trusted: trust.length > 0, signers: trust, logs: [], problems: [], notes: [] },
    not_proved: [
      'that the gateway recorded every call, and recorded truly',
      'that these checkpoints are the ones others see: compare them with anchors or witnesses',
      'any time beyond the clock of the operator',
    ],
  }
  try {
    const keys = trust.map(parseKey)
    const receipts = new Receipts(
      anchors.map((anchor) => parseJson(anchor, 'An anchor')),
      show,
    )
    const evidence = await open()
    if (typeof evidence === 'string') return await verifyProof(evidence, keys, receipts, result)
    need(evidence.names.includes('manifest.json'), 'This is no pack: it has no manifest.json.')
    return await verifyPack(evidence, keys, receipts, result)
  } catch (error) {
    const kind = error.why === 'wrong' ? 'changed' : 'unjudged'
    return { ...result, exit: error.why === 'wrong' ? 1 : 2, problems: [{ ...problemOf(error), kind }] }
  }
}
/** A result in words. The first line says who vouches for the signer. */
export function words({ exit, trusted, signers, logs, problems, notes, not_proved }) {
  const faith = exit === 2 ? 'No signature is proved (no --trust)' : 'The signer is taken on faith (no --trust)'
  const named = (name, value) => (value === null ? '' : `, ${name} ${value}`)
  const said = ({ kind, log, leaf, entry, what }) =>
    `${kind}: ${log ?? 'evidence'}${named('leaf', leaf)}${named('entry', entry)}: ${what}`
  const counted = ({ origin, ...all }) =>
    `${origin}: ${Object.entries(all)
      .map((pair) => pair.join(' '))
      .join(', ')}`
  return [
    `${trusted ? 'You trust the signer' : faith}: ${signers.join(', ') || 'none'}`,
    ['It holds.', 'It does not hold.', 'It could not be judged.'][exit],
    ...problems.map(said),
    ...logs.map(counted),
    ...notes,
    ...not_proved.map((what) => `Not proved: ${what}.`),
  ].join('\n')
}

// ---- Files: a proof, or the members of a zip file by its directory (APPNOTE 4.3.12, 4.3.14, 4.3.16, 4.5.3) ----
/** @param read bytes of the file from `start`, so many; @param inflate chunks of a member from its packed ones. */
export async function openFile(size, read, inflate) {
  const latin1 = new TextDecoder('latin1')
  const part = async (start, length) => {
    const raw = await read(start, length)
    need(raw.length === length, 'The zip file ends too early.')
    const view = new DataView(raw.buffer, raw.byteOffset, length)
    const u = { 2: (at) => view.getUint16(at, true), 4: (at) => view.getUint32(at, true) }
    return { u2: u[2], u4: u[4], u8: (at) => Number(view.getBigUint64(at, true)), raw }
  }
  const { raw: begin } = await part(0, Math.min(size, 14))
  if (latin1.decode(begin) === 'c2sp.org/tlog-' && size < 1 << 26) return decoder.decode((await part(0, size)).raw)
  const tail = await part(Math.max(0, size - 65557), Math.min(size, 65557))
  const text = latin1.decode(tail.raw)
  const [end, far] = [text.lastIndexOf('PK\x05\x06'), text.lastIndexOf('PK\x06\x07')]
  need(end >= 0, 'This is neither a pack (a zip file or a folder) nor a proof.')
  const members = new Map()
  async function readDirectory() {
    const long = far < 0 ? null : await part(tail.u8(far + 8), 56)
    const [length, start] = long ? [long.u8(40), long.u8(48)] : [tail.u4(end + 12), tail.u4(end + 16)]
    need(length <= 1 << 26, 'The directory of this zip file is too long.')
    const { u2, u4, u8, raw } = await part(start, length)
    for (let at = 0; at < length; ) {
      const [method, names, extras, more] = [10, 28, 30, 32].map((offset) => u2(at + offset))
      const sizes = [24, 20, 42].map((offset) => u4(at + offset))
      const name = new TextDecoder().decode(raw.subarray(at + 46, at + 46 + names))
      for (let x = at + 46 + names, to = x + extras, y = x + 4; x < to; x += 4 + u2(x + 2), y = x + 4) {
        for (let i = 0; i < 3 && u2(x) === 1; i++) if (sizes[i] === 0xffffffff) [sizes[i], y] = [u8(y), y + 8]
      }
      const [plain, packed, offset] = sizes
      const safe = !/^\/|\\|\0|(^|\/)\.\.?(\/|$)/.test(name) && !members.has(name) && (method === 0 || method === 8)
      need(safe && plain <= packed * 200 + (1 << 20), `The member ${JSON.stringify(name)} is not safe to unpack.`)
      if (!name.endsWith('/')) members.set(name, { method, packed, offset })
      at += 46 + names + extras + more
    }
  }
  // A zip file that names a manifest is a pack: what is broken in it does not hold, instead of being left unjudged.
  const why = text.includes('manifest.json') ? 'wrong' : 'malformed'
  await readDirectory().catch((error) => refuse(problemOf(error).what, why))
  async function* stored({ packed, offset }) {
    const { u2 } = await part(offset, 30)
    const start = offset + 30 + u2(26) + u2(28)
    for (let at = 0; at < packed; at += 1 << 18) yield (await part(start + at, Math.min(packed - at, 1 << 18))).raw
  }
  const open = (name) => {
    const member = members.get(name)
    return member.method === 8 ? inflate(stored(member)) : stored(member)
  }
  return { names: [...members.keys()], open }
}

// ---- Node ----
/** Runs `work` with a function that opens what stands at a path: a folder, a zip file or a proof. Closes it after. */
export let withPath
/** Verifies what stands at a path. */
export let verifyPath
if (globalThis.process?.versions?.node) await onNode()
async function onNode() {
  const names = ['crypto', 'fs', 'fs/promises', 'path', 'stream', 'url', 'util', 'zlib']
  const modules = await Promise.all(names.map((name) => import(`node:${name}`)))
  const [nodeCrypto, fs, files, path, stream, url, util, zlib] = modules
  let [room, views] = [Buffer.alloc(1 << 16), []]
  P = {
    sha256: (...parts) => {
      let at = 0
      for (const part of parts) {
        if (at + part.length > room.length) room = Buffer.concat([room, Buffer.alloc(at + part.length)])
        if (typeof part === 'string') room.latin1Write(part, at, part.length)
        else room.set(part, at)
        at += part.length
      }
      // Views of the lengths that come often are kept.
      if (views[at]?.buffer !== room.buffer) views[at] = room.subarray(0, at)
      return nodeCrypto.hash('sha256', views[at], 'latin1')
    },
    hasher: () => nodeCrypto.createHash('sha256'),
    latin1: (bytes, from = 0, end = bytes.length) => Buffer.prototype.latin1Slice.call(bytes, from, end),
  }
  async function openFolder(folder) {
    const items = await files.readdir(folder, { recursive: true, withFileTypes: true })
    const nameOf = (item) => path.relative(folder, path.join(item.parentPath, item.name)).split(path.sep).join('/')
    const open = (name) => fs.createReadStream(path.join(folder, name), { highWaterMark: 1 << 18 })
    return { names: items.filter((item) => item.isFile()).map(nameOf), open }
  }
  const inflate = (packed) =>
    stream.pipeline(packed, zlib.createInflateRaw({ chunkSize: 1 << 18, highWaterMark: 1 << 21 }), () => undefined)
  withPath = async (target, work) => {
    let file = null
    const open = async () => {
      if ((await files.stat(target)).isDirectory()) return openFolder(target)
      file = await files.open(target)
      const read = async (at, length) => {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at)
        return buffer.subarray(0, bytesRead)
      }
      return openFile((await file.stat()).size, read, inflate)
    }
    return work(open).finally(() => file?.close())
  }
  verifyPath = async (target, { trust = [], anchors = null, show } = {}) => {
    const found = anchors === null ? [] : fs.readdirSync(anchors).filter((name) => name.endsWith('.json'))
    const brought = found.map((name) => fs.readFileSync(path.join(anchors, name), 'utf8'))
    return withPath(target, (open) => verifyEvidence(open, { trust, anchors: brought, show }))
  }
  if (process.argv[1] && import.meta.url === url.pathToFileURL(fs.realpathSync(process.argv[1])).href) {
    const options = { trust: { type: 'string', multiple: true }, anchors: { type: 'string' } }
    for (const name of ['json', 'entries']) options[name] = { type: 'boolean' }
    const { values, positionals } = util.parseArgs({ options, allowPositionals: true })
    const say = (text) => process.stdout.write(`${text}\n`)
    const show = values.entries ? (leaf, entry) => say(JSON.stringify({ leaf, ...readable(entry) })) : undefined
    const result = await verifyPath(positionals[0] ?? '', { ...values, show })
    say(values.json ? JSON.stringify(result, null, 2) : words(result))
    process.exitCode = result.exit
  }
}
