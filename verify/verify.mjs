#!/usr/bin/env node
// Checks evidence of a Palimpsest ledger offline: one file, no dependencies, Node 20 or later.
//   node verify.mjs <pack.zip | folder | proof> [--trust <verifier key>]... [--anchors <folder>] [--json]
// Exit code: 0 it holds, 1 it does not hold, 2 it could not be judged. Sections are those of docs/ledger.md;
// docs/verify.md has the rest. Begin to read at Log.line. Bytes are strings of the characters 0 to 255, so that they
// compare with === and join with +. P is what Node (at the end) and a browser (verify.html, with this same core) do
// each in their own way.

let P
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
/** Refuses evidence: it is `malformed`, `wrong` or `untrusted`, or something was removed, inserted, moved or lost. */
const need = (ok, message, why = 'malformed', more = {}) => {
  if (!ok) throw Object.assign(new Error(message), { why, ...more })
}
const isCount = (value) => Number.isSafeInteger(value) && value >= 0
/** A number as so many bytes, most significant first; and back. */
const int = (value, length) => {
  const half = (n) => String.fromCharCode(n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255)
  return (length > 4 ? half(Math.floor(value / 2 ** 32)) + half(value >>> 0) : half(value)).slice(-length)
}
const toInt = (bytes) => {
  let value = 0
  for (let i = 0; i < bytes.length; i++) value = value * 256 + bytes.charCodeAt(i)
  return value
}
const label = (name) => `palimpsest/v1/${name}\0`
const hashes = (bytes) => Array.from({ length: bytes.length / 32 }, (_, i) => bytes.slice(32 * i, 32 * i + 32))
/** Bytes from text, null where the text is not their one right spelling. */
const unhex = (text, length = 32) => {
  const right = typeof text === 'string' && text.length === 2 * length && /^[0-9a-f]+$/.test(text)
  return right ? P.unhex(text) : null
}
const unbase64 = (text) => {
  const bytes = typeof text === 'string' ? P.unbase64(text) : null
  return bytes !== null && P.base64(bytes) === text ? bytes : null
}
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const uuid = (text) => (UUID.test(text) ? P.unhex(text.replaceAll('-', '')) : null)
const uuidText = (bytes) => P.hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
/** A JSON object. What is long is looked through first, so that nesting cannot eat the memory. */
function parseJson(text, what) {
  let [value, depth] = [null, 0]
  for (const [mark] of text.length > 65536 ? text.matchAll(/"(?:[^"\\]+|\\.)*"|[[\]{}]/g) : []) {
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
  need(
    P.hex(P.sha256(`${P.utf8(name)}\n${typed}`)).slice(0, 8) === id,
    'The id in a verifier key is not the one of its name and key.',
  )
  return { text, name, id, witness: typed[0] === '\x04', key: typed.slice(1) }
}
/** Signatures that were met and are being checked, beside the walk that met them. */
export class Signatures {
  list = []
  add(key, message, signature, what, at = null, why = 'wrong') {
    this.list.push({ holds: P.verify(key, message, signature ?? ''), what, why, at })
  }
  /** Refuses the first one that does not hold, at the place where it was met; the newest `pending` may wait. */
  async settle(pending = 0) {
    const due = this.list.splice(0, Math.max(0, this.list.length - pending))
    for (const { holds, what, why, at } of due) need(await holds, what, why, { at })
  }
}
/** Reads a signed note. Every signature by a known key has to hold; `signed` are the known keys that signed. */
export function openNote(note, keys, signatures, at) {
  const split = typeof note === 'string' && note.length <= 1 << 20 ? note.lastIndexOf('\n\n') : -1
  const clean = split >= 0 && note.endsWith('\n') && note.isWellFormed() && !/[\0-\x09\x0b-\x1f]/.test(note)
  need(clean, 'A signed note has to be lines of text, an empty line and signature lines.')
  const text = note.slice(0, split + 1)
  const lines = note.slice(split + 2, -1).split('\n')
  need(lines.length <= 100, 'A signed note has too many signatures.')
  const signed = []
  const signers = lines.map((line) => {
    const [, name, encoded] = /^— ([^+\p{White_Space}]+) ([A-Za-z0-9+/=]+)$/u.exec(line) ?? []
    const bytes = unbase64(encoded)
    need(bytes?.length > 4, 'A signature line has to read: em dash, key name, base64.')
    const id = P.hex(bytes.slice(0, 4))
    for (const key of keys.filter((known) => known.name === name && known.id === id)) {
      const time = key.witness ? toInt(bytes.slice(4, 12)) : null
      const message = P.utf8(key.witness ? `cosignature/v1\ntime ${time}\n${text}` : text)
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
export const leafHash = (leaf) => P.sha256(`\0${leaf}`)
const nodeHash = (left, right) => P.sha256(`\x01${left}${right}`)
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
// The fields in order. k kind, i int, b bool, t text, u uuid, d 32 bytes, m decimal, l texts, T time; ? or NULL.
const FIELDS =
  `format_version:i id:u kind:k occurred_at:T log_id:d tenant_id:t team:t? app:t? api_key_id:t? subject_pseudonym:t?
  session_pseudonym:t? region:t? route:t? route_reason:t? purpose:t? lawful_basis:t? consent_pseudonym:t? provider:t?
  model_asked:t? model_answered:t? prompt_tokens:i? response_tokens:i? cached_tokens:i? reasoning_tokens:i?
  usage_estimated:b? cost_usd:m? price_usd:t? price_version:t? policy_version:t? engine_version:t? gateway_version:t
  tool:t? feature:t? flags:l entity_counts:t? has_pii:b pii_redacted:b hipaa_route:b status:t status_code:i?
  error_code:t? finish_reason:t? attempt_count:i attempts:t? latency_ms:i? ttft_ms:i? parent_request:u?
  related_entry:u? retention_class:t detail:t? coverage_digest:d? subject_blob_digest:d? prompt_blob_digest:d?
  response_blob_digest:d? writer_epoch:u writer_seq:i`
    .split(/\s+/)
    .map((field, i) => ({ name: field.split(':')[0], type: field.split(':')[1], head: int(i + 1, 2) }))
const KINDS = 'interaction refusal erasure disclosure hold archive policy administration report recovery'.split(' ')
const GROUPS = ['envelope', 'subject', 'prompt', 'response']
const ENVELOPE = label('envelope')
const COMMITTED = [1, 2, 3, 4].map((group) => label('commitment') + int(group, 1))
const ASCII = /^[\0-\x7f]*$/
const count = (value) => (isCount(value) ? int(value, 8) : null)
const text = (value) => {
  if (typeof value !== 'string' || ASCII.test(value)) return typeof value === 'string' ? value : null
  return value.isWellFormed() ? P.utf8(value) : null
}
const LENGTHS = Array.from({ length: 256 }, (_, length) => int(length, 4))
const sized = (bytes) => (LENGTHS[bytes.length] ?? int(bytes.length, 4)) + bytes
/** By type: its tag, and the bytes of a value, null where it has another type. */
const TYPES = {
  i: ['\x01', count],
  T: ['\x02', count],
  b: ['\x03', (value) => (value === true ? '\x01' : value === false ? '\0' : null)],
  t: ['\x04', text],
  k: ['\x04', (value) => (KINDS.includes(value) ? value : null)],
  u: ['\x05', uuid],
  d: ['\x06', unhex],
  m: ['\x07', (value) => (/^(?!-0\.0{10}$)-?(0|[1-9]\d{0,9})\.\d{10}$/.test(value) ? value : null)],
  l: ['\x08', (list) => int(list.length, 4) + list.map((one) => sized(text(one))).join('')],
}
export function canonicalEnvelope(envelope) {
  const members = Object.keys(envelope ?? {}).length
  need(members === FIELDS.length && envelope.format_version === 1, 'its envelope has not the 56 fields of version 1')
  let out = ENVELOPE
  for (const { name, type, head } of FIELDS) {
    const value = envelope[name]
    if (value === null && type[1]) out += `${head}\0\0\0\0\0`
    else {
      const [tag, encode] = TYPES[type[0]]
      const bytes = encode(value)
      need(bytes !== null, `the field ${name} of its envelope has another type`)
      out += head + tag + sized(bytes)
    }
  }
  return out
}
/** Checks an entry against its own commitments and gives its leaf. `found`: see Log.line. */
export function checkEntry({ envelope, envelope_nonce, commitments, openings = {} }, found) {
  const bytes = canonicalEnvelope(envelope)
  const id = uuid(envelope.id)
  const [nonce, committed] = [unhex(envelope_nonce), GROUPS.map((group) => unhex(commitments[group]))]
  need(nonce && !committed.includes(null), 'it has not a nonce and four commitments')
  const opens = (i, key, shown) => P.hmac(key, COMMITTED[i] + id + shown) === committed[i]
  need(opens(0, nonce, bytes), 'its envelope is not the one committed to', 'wrong', { found })
  for (let i = 1; i < 4; i++) {
    const [absent, opening] = [envelope[`${GROUPS[i]}_blob_digest`] === null, openings[GROUPS[i]]]
    if (opening === undefined) {
      const agree = opens(i, '\0'.repeat(32), '\0') === absent
      need(agree, `its ${GROUPS[i]} digest and commitment do not agree`, 'wrong')
    } else {
      const [key, shown] = [unhex(opening.nonce), unbase64(opening.bytes)]
      need(key && shown?.startsWith('\x01') && !absent, `the opening of its ${GROUPS[i]} is malformed`)
      need(opens(i, key, shown), `its ${GROUPS[i]} is not the one committed to`, 'wrong')
    }
  }
  const place = uuid(envelope.writer_epoch) + int(envelope.writer_seq, 8)
  const head = int(1, 1) + int(KINDS.indexOf(envelope.kind) + 1, 1) + P.unhex(envelope.log_id) + id
  return head + int(envelope.occurred_at, 8) + place + committed.join('')
}

// ---- A log: one line a leaf, in order, with everything that is said of it ----
/** Walks one log to its first fault; `at` is where it is. */
class Log {
  constructor(info, keys, receipts) {
    const edge = P.unhex(info.edge ?? '00'.repeat(8))
    this.id = P.sha256(P.utf8(info.origin))
    this.next = this.good = toInt(edge.slice(0, 8)) // `good`: so many leaves are under a checkpoint that holds
    this.tree = hashes(edge.slice(8))
    this.chain = info.chain ? P.unhex(info.chain) : P.sha256(label('chain') + this.id)
    this.keys = keys.filter((key) => key.witness || key.name === info.origin)
    this.own = receipts.anchors.filter((anchor) => anchor.origin === info.origin && anchor.size > this.next)
    this.counts = { leaves: 0, entries: 0, openings: 0, batches: 0, checkpoints: 0 }
    Object.assign(this, { info, receipts, at: {}, signatures: new Signatures(), writers: new Map(), bare: null })
    this.newer = '' // the log key that an entry brings in and that the auditor did not give
    this.cosigned = new Map() // by witness: the newest tree head it vouches for
    this.head = this.head.bind(this)
  }
  /** A writer by its epoch; `next` and `no` are the numbers its next entry and batch have to bear, null: any. */
  writer(epoch) {
    const fresh = () => ({ name: uuidText(epoch), next: 0, no: 0, rows: [], key: null, previous: null, batch: null })
    return this.writers.get(epoch) ?? this.writers.set(epoch, fresh()).get(epoch)
  }
  /** A trusted key of this log. */
  logKey(text) {
    return this.keys.find((key) => !key.witness && key.text === text)
  }
  /** Lets a writer in by the entry that opens its epoch, where a trusted key of the log vouches for it: section 9. */
  open(envelope, place) {
    const detail = parseJson(envelope.detail ?? '{}', 'The detail of an entry')
    const said = detail.writer_epoch
    const key = unbase64(said?.public_key)
    const vouchers = [said, detail.writer_epoch_overlap].filter((one) => this.logKey(one?.log_key))
    // Before the range that is shown others may have let others in: they cannot be told from strangers then.
    if (place && vouchers.length === 0) return
    const vouched = vouchers.length > 0 && key?.length === 32
    need(vouched, `no trusted key of the log let its writer in${this.newer}`, 'inserted')
    const own = said.id === envelope.writer_epoch && said.opened_at === envelope.occurred_at
    need(own, 'it opens another writer', 'wrong')
    const statement = label('writer-epoch') + this.id + uuid(said.id) + int(said.opened_at, 8) + key
    for (const { log_key, signature } of vouchers) {
      const what = 'the log key did not let its writer in'
      this.signatures.add(this.logKey(log_key).key, statement, unbase64(signature), what, this.at, 'inserted')
    }
    if (detail.log_key_rotation) this.rotate(detail.log_key_rotation, envelope)
    Object.assign(this.writer(uuid(said.id)), { key, previous: P.sha256(statement) }, place)
  }
  /** An entry that brings a new log key in: section 18. That it does is no reason to trust the key. */
  rotate(said, { id, occurred_at }) {
    const [old, next] = [said.old_key, said.new_key].map(parseKey)
    const own = [old, next].every((key) => !key.witness && key.name === this.info.origin) && old.key !== next.key
    const timed = said.rotated_at === occurred_at && isCount(said.overlap_until) && said.overlap_until >= occurred_at
    const what = 'its rotation of the log key does not hold'
    need(own && timed && Object.keys(said).length === 6, what, 'wrong')
    const times = int(occurred_at, 8) + int(said.overlap_until, 8)
    const statement = label('log-key-rotation') + this.id + times + old.key + next.key
    this.signatures.add(old.key, statement, unbase64(said.old_signature), what, this.at)
    this.signatures.add(next.key, statement, unbase64(said.new_signature), what, this.at)
    if (this.logKey(old.text) && !this.logKey(next.text)) {
      const tell = 'you did not give it, and evidence vouches for no key: compare it with what the operator tells you'
      this.newer = `; entry ${id} brings in the log key ${next.text}: ${tell}`
    }
  }
  /** Checks one line. A fault's `found(line, leaf hash)` knows what is missed here when it comes later: moved. */
  line({ leaf_index: index, leaf: encoded, chain: stored, anchored, entry, batches = [], heads = [], fault }) {
    const leaf = unbase64(encoded) ?? ''
    const [hash, before, epoch, seq] = [leafHash(leaf), this.chain, leaf.slice(58, 74), toInt(leaf.slice(74, 82))]
    this.at = { leaf: this.next, id: null }
    need(index === this.next, `leaf ${index} comes in its place`, 'removed')
    this.at.id = leaf.slice(34, 50)
    need(leaf.length === 210 && leaf[0] === '\x01' && leaf.slice(2, 34) === this.id, 'its leaf is malformed', 'wrong')
    need(!fault, fault?.what, fault?.kind)
    for (const row of batches) this.writer(uuid(row.writer_epoch)).rows.push(row)
    need(entry || seq > 0, 'its entry, which opens a writer, is missing', 'removed')
    if (seq === 0) this.open(entry.envelope)
    const writer = this.number(epoch, seq)
    if (entry) {
      const committed = leaf.slice(82, 114)
      const found = (line) => unhex(line.entry?.commitments.envelope) === committed
      need(checkEntry(entry, found) === leaf, 'its entry is not the one of its leaf', 'wrong', { found })
      this.sealed(entry)
      this.counts.entries++
      for (const _ in entry.openings) this.counts.openings++
    } else if (this.info.entries === 'all') {
      const archived = this.receipts.archived(uuidText(this.at.id), this.next)
      need(archived, 'its entry is missing, and no receipt explains it', 'removed')
    }
    this.chain = P.sha256(before + hash)
    const follows = (line, other) => [stored, line.chain].map(unbase64).includes(P.sha256(before + other))
    need(stored === P.base64(this.chain), 'the chain does not lead to it', 'wrong', { found: follows })
    const [own] = this.own
    for (const known of [unbase64(anchored), own?.hashes[index - own.first_leaf]]) {
      const found = (_, other) => other === known
      need(!known || known === hash, 'an anchor has another leaf here', 'wrong', { found })
    }
    this.sign(writer, hash)
    append(this.tree, this.next++, hash)
    heads.forEach(this.head)
    while (this.own[0]?.size === this.next) this.head(this.own.shift().note)
    this.counts.leaves++
  }
  /** What became of an entry's sealed groups: what is gone, or was cut, has a receipt. */
  sealed({ envelope, content = {} }) {
    for (const [group, state] of Object.entries(content)) {
      const unexplained = (what) => `its sealed ${group} is ${what}, and no receipt explains it`
      if (state === 'gone') {
        need(this.receipts.gone(envelope, this.next), unexplained('gone: it cannot be opened'), 'removed')
      } else {
        const cut = this.receipts.cut(envelope.id, group, state, this.next)
        need(cut, unexplained('not the one that the entry names'), 'wrong')
      }
    }
    if (envelope.kind !== 'recovery') return
    const { recovery } = parseJson(envelope.detail ?? '{}', 'The detail of an entry')
    if (recovery) this.receipts.lost.set(recovery.origin, { ...recovery, by: envelope.id })
  }
  /** The number an entry has from its writer: the next one. */
  number(epoch, seq) {
    const writer = this.writer(epoch)
    const numbered = (number) => (line) => unbase64(line.leaf)?.slice(58, 82) === epoch + int(number, 8)
    const stranger = `it claims writer ${writer.name}, whom the log key did not let in`
    need(writer.key, stranger, 'inserted', { found: numbered(0) })
    const next = writer.next ?? seq
    need(seq >= next, `number ${seq} of its writer ${writer.name} is given already`, 'inserted')
    need(seq === next, `before it, number ${next} of its writer is missing`, 'removed', { found: numbered(next) })
    writer.next = seq + 1
    return writer
  }
  /** The signed batch an entry is in. What is in none is `bare`: the next tree head tells why. */
  sign(writer, hash) {
    if (writer.next > (writer.batch?.end ?? 0)) writer.batch = writer.rows.length ? this.batch(writer) : null
    const { batch } = writer
    if (batch === null) this.bare ??= this.at
    else batch.hashes += hash
    if (writer.next !== batch?.end || P.sha256(label('batch-entries') + batch.hashes) === batch.digest) return
    const what = `of the entries from it to ${uuidText(this.at.id)}, one at least is not what its writer signed`
    need(false, what, 'wrong', { at: batch.at })
  }
  /** The next batch of a writer, section 10: signed, and linked to the one before it. */
  batch(writer) {
    const row = writer.rows.shift()
    const name = `batch ${row.batch_no} of its writer ${writer.name}`
    const { log_id, entries_digest, previous_batch_hash } = row
    const [logId, digest, previous] = [log_id, entries_digest, previous_batch_hash].map((text) => unhex(text))
    const counts = [row.batch_no, row.first_seq, row.entry_count]
    need(digest && previous && counts.every(isCount), `${name} is malformed`, 'wrong')
    const numbers = int(row.batch_no, 8) + int(row.first_seq, 8) + int(row.entry_count, 4)
    const bytes = label('batch') + this.id + uuid(row.writer_epoch) + numbers + digest + previous
    const what = `${name} is not what the writer signed`
    this.signatures.add(writer.key, bytes, unbase64(row.signature), what, this.at)
    need(logId === this.id, what, 'wrong')
    need(writer.no === null || row.batch_no === writer.no, `a batch before ${name} is missing`, 'removed')
    const follows = writer.no === null || previous === writer.previous
    need(follows && row.first_seq === writer.next - 1, `${name} does not follow the one before it`, 'wrong')
    this.counts.batches++
    Object.assign(writer, { no: row.batch_no + 1, previous: P.sha256(bytes) })
    return { at: this.at, digest, end: row.first_seq + row.entry_count, hashes: '' }
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
      need(false, `the leaves ${this.next} to ${size - 1} ${why}`, declared ? 'lost' : 'removed')
    }
    need(!this.bare, 'no writer signed it', 'inserted', { at: this.bare })
    const at = { leaf: this.good, id: null }
    need(this.next === this.good, 'no signed checkpoint covers the leaves from here on', 'removed', { at })
    this.at = { leaf: null, id: null }
    for (const { name, next, batch } of this.writers.values()) {
      need(!batch || next >= batch.end, `the writer ${name} signed more entries than there are`, 'removed')
    }
    for (const { kind, entry, what } of this.info.faults)
      need(false, what, kind, { at: { leaf: null, id: uuid(entry) } })
  }
}

/** Why something may be gone: what entries of kind erasure and archive say, each by its proof: section 19. */
class Receipts {
  list = []
  archives = []
  subjects = new Map()
  entries = new Map()
  cuts = new Map()
  lost = new Map() // by origin: what a recovery says of the generation before it
  constructor(anchors) {
    const size = ({ note }) => Number(note.split('\n')[1])
    const items = anchors.flatMap((anchor) => anchor.items)
    this.anchors = items.map((item) => ({ ...item, size: size(item), hashes: hashes(unbase64(item.leaf_hashes)) }))
    this.anchors.sort((a, b) => a.size - b.size)
  }
  /** Takes the proof of a receipt's entry; `origins` are the logs of the pack. */
  async add(proof, keys, origins) {
    const { origin, logKey, entry } = await openProof(proof, keys)
    const { id, kind, detail } = entry.envelope
    const tenant = (name) => name.slice(0, name.lastIndexOf('/'))
    const own = origins.some((known) => tenant(known) === tenant(origin))
    need(logKey && own, `nobody trusted signed for the receipt of entry ${id}`, 'inserted')
    const { receipt } = parseJson(detail ?? '{}', `The detail of entry ${id}`)
    const { number, subjects = [], entries = [], cuts = [] } = receipt ?? {}
    need(/^(erasure|archive)$/.test(kind) && isCount(number), `the entry ${id} is no receipt`, 'inserted')
    const known = { ...receipt, kind, by: id, leaves: [] }
    this.list.push(known)
    if (kind === 'archive') return void this.archives.push(known)
    for (const subject of subjects) this.subjects.set(subject, known)
    for (const one of entries) this.entries.set(one, known)
    for (const { entry: of, group, now } of cuts) this.cuts.set(`${of} ${group} ${now}`, known)
  }
  /** Notes the leaf that a receipt explains, if there is one. */
  use(receipt, leaf) {
    if (receipt && receipt.leaves.at(-1) !== leaf) receipt.leaves.push(leaf)
    return receipt
  }
  /** An entry, or its sealed content, that went to the archive or past its time. */
  archived(id, leaf) {
    const covers = ({ from_id, below_id }) => from_id <= id && id < below_id
    // Neighbours went together: the receipt of the last one is looked at first.
    if (!this.latest || !covers(this.latest)) this.latest = this.archives.find(covers)
    return this.use(this.latest, leaf)
  }
  gone({ id, subject_pseudonym: subject }, leaf) {
    return this.use(this.entries.get(id) ?? this.subjects.get(subject), leaf) ?? this.archived(id, leaf)
  }
  /** Somebody else's mention was cut from a group, of which this digest was left. */
  cut(id, group, digest, leaf) {
    return this.use(this.cuts.get(`${id} ${group} ${digest}`), leaf)
  }
  /** What was explained, in words. */
  notes() {
    const used = this.list.filter(({ leaves }) => leaves.length > 0)
    return used.map(({ kind, number, by, leaves }) => {
      const more = leaves.length > 20 ? ` and ${leaves.length - 20} more` : ''
      const word = kind === 'archive' ? 'archived' : 'erased'
      return `${word}, with receipt ${number} (entry ${by}): leaves ${leaves.slice(0, 20).join(', ')}${more}`
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
/** JSON lines, a list for each chunk of bytes. */
async function* jsonLines(chunks, name) {
  let rest = []
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(10) + 1
    const lines = P.concat([...rest, chunk.subarray(0, end)])
    rest = end === 0 ? [...rest, chunk] : [chunk.slice(end)]
    need(rest.reduce((sum, { length }) => sum + length, 0) < 1 << 24, `A line of ${name} is too long.`)
    const texts = end === 0 ? [] : decoder.decode(lines).slice(0, -1).split('\n')
    yield texts.map((line) => parseJson(line, `A line of ${name}`))
  }
  const whole = rest.every(({ length }) => length === 0)
  need(whole, `${name} ends within a line.`)
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
    for (const opening of info.openings) log.open(opening, { next: null, no: null })
  })
  for await (const page of lines) {
    let read = 0
    const work = () => {
      while (read < page.length) log.line(page[read++])
    }
    if (fault === null) await walk(work, 200)
    const moved = fault?.found && page.slice(read).find((line) => fault.found(line, leafHash(unbase64(line.leaf))))
    if (moved) {
      fault = { ...fault, kind: 'moved', what: `${fault.what}; it stands at leaf ${moved.leaf_index}`, found: null }
    }
  }
  if (fault === null) await walk(() => log.finish())
  return { log, fault: fault && { ...fault, found: undefined } }
}
/** X.509 is more than this file holds; `palimpsest verify` takes the sentence back where it checks them. */
export const STAMPS = 'the time stamps: not checked, `palimpsest verify` does with --tsa <certificate>'
/** Verifies a pack: `names` of its members and `open(name)`, their bytes. */
async function verifyPack(pack, keys, anchors, result) {
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
  await attempt(async () => {
    let manifest = null
    for await (const lines of jsonLines(read('manifest.json'), 'manifest.json')) manifest ??= lines[0]
    need(manifest?.format === 'palimpsest/v1/pack', 'The manifest is of another format.')
    for (const member of manifest.members) members.set(member.name, member)
    const signers = result.trusted ? keys : manifest.signers.map(parseKey)
    result.signers = signers.map((key) => key.text)
    const receipts = new Receipts(anchors)
    const origins = manifest.logs.map(({ origin }) => origin)
    await attempt(async () => {
      for await (const lines of jsonLines(read('receipts.jsonl'), 'receipts.jsonl'))
        for (const { proof } of lines) {
          await attempt(() => receipts.add(proof, signers, origins), 'a receipt does not hold: ')
        }
    })
    // The newest generation first: it says what the one before it lost.
    for (const info of [...manifest.logs].reverse()) {
      await attempt(async () => {
        const lines = jsonLines(read(info.file), info.file)
        const { log, fault } = await verifyLog(lines, info, signers, receipts)
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
/** The members of each object by their names, as RFC 8785 has them. */
const sorted = (_, value) =>
  value && !Array.isArray(value) && typeof value === 'object' ? Object.fromEntries(Object.entries(value).sort()) : value
/** Checks a proof of one entry: section 13. `logKey` is null where nobody trusted signed its checkpoint. */
async function openProof(file, keys) {
  need(typeof file === 'string', 'This is not a proof of an entry (C2SP tlog-proof).')
  const split = Math.max(file.indexOf('\n\n'), 0)
  const [header, extra, place, ...lines] = file.slice(0, split).split('\n')
  const [path, index] = [lines.map(unbase64), /^index (0|[1-9]\d{0,15})$/.exec(place)?.[1]]
  const formed = header === 'c2sp.org/tlog-proof@v1' && extra?.startsWith('extra ') && index && path.length <= 63
  need(formed && path.every((hash) => hash?.length === 32), 'This is not a proof of an entry (C2SP tlog-proof).')
  const signatures = new Signatures()
  const checkpoint = openCheckpoint(file.slice(split + 2), keys, signatures)
  await signatures.settle()
  const text = decoder.decode(P.toBytes(unbase64(extra.slice(6)) ?? ''))
  const { format, envelope, envelope_nonce, commitments, openings } = parseJson(text, 'The extra data')
  const groups = GROUPS.filter((group) => openings?.[group]).map((group) => [group, openings[group]])
  const shown = Object.fromEntries(groups.map(([group, { bytes, nonce }]) => [group, { bytes, nonce }]))
  const entry = { commitments, envelope, envelope_nonce, format, openings: shown }
  const exact = JSON.stringify(entry, sorted) === text && Object.keys(commitments).length === 4 && !shown.envelope
  need(exact && format === 'palimpsest/v1/entry-proof', 'The extra data of this proof is not of an entry.')
  const leaf = checkEntry(entry)
  const { origin, size, root } = checkpoint
  const ofLog = leaf.slice(2, 34) === P.sha256(P.utf8(origin)) && origin.split('/').at(-2) === entry.envelope.tenant_id
  need(ofLog, 'It is of another log.', 'wrong')
  const leads = rootOfPath(Number(index), size, leafHash(leaf), path) === root
  need(leads, 'The entry is not in the tree of the checkpoint at this index.', 'wrong')
  return { ...checkpoint, index, entry }
}
/** Verifies a proof alone. It carries no key, and without one anybody could have made all of it. */
async function verifyProof(file, keys, result) {
  const { origin, size, index, entry, logKey, signers } = await openProof(file, keys)
  result.notes.push(`Entry ${entry.envelope.id} is leaf ${index} of the ${size} under a checkpoint of ${origin}.`)
  need(keys.length > 0, `Its signature by ${signers} is not proved: give the log's key with --trust.`, 'untrusted')
  need(logKey, `Nobody you trust signed it, but ${signers}.`, 'untrusted')
  return { ...result, exit: 0, signers }
}
/** Verifies what `open` gives: the text of a proof, or a pack. No evidence makes it throw. */
export async function verifyEvidence(open, { trust = [], anchors = [] } = {}) {
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
    const brought = anchors.map((anchor) => parseJson(anchor, 'An anchor'))
    const evidence = await open()
    if (typeof evidence === 'string') return await verifyProof(evidence, keys, result)
    need(evidence.names.includes('manifest.json'), 'This is no pack: it has no manifest.json.')
    return await verifyPack(evidence, keys, brought, result)
  } catch (error) {
    const kind = error.why === 'wrong' ? 'changed' : 'unjudged'
    return { ...result, exit: error.why === 'wrong' ? 1 : 2, problems: [{ ...problemOf(error), kind }] }
  }
}
/** A result in words. The first line says who vouches for the signer. */
export function words({ exit, trusted, signers, logs, problems, notes, not_proved }) {
  const faith = exit === 2 ? 'No signature is proved (no --trust)' : 'The signer is taken on faith (no --trust)'
  const vouched = trusted ? 'You trust the signer' : faith
  const counts = (all) => Object.entries(all).map((pair) => pair.join(' '))
  const named = (name, value) => (value === null ? '' : `, ${name} ${value}`)
  const said = ({ kind, log, leaf, entry, what }) =>
    `${kind}: ${log ?? 'evidence'}${named('leaf', leaf)}${named('entry', entry)}: ${what}`
  return [
    `${vouched}: ${signers.join(', ') || 'none'}`,
    ['It holds.', 'It does not hold.', 'It could not be judged.'][exit],
    ...problems.map(said),
    ...logs.map(({ origin, ...all }) => `${origin}: ${counts(all).join(', ')}`),
    ...notes,
    ...not_proved.map((what) => `Not proved: ${what}.`),
  ].join('\n')
}

// ---- Files: a proof, or the members of a zip file by its directory (APPNOTE 4.3.12, 4.3.14, 4.3.16, 4.5.3) ----
/** @param read bytes of the file from `start`, so many; @param inflate chunks of a member from its packed ones. */
export async function openFile(size, read, inflate) {
  const part = async (start, length) => {
    const raw = await read(start, length)
    need(raw.length === length, 'The zip file ends too early.')
    const view = new DataView(raw.buffer, raw.byteOffset, length)
    const u = (at, n) => (n === 2 ? view.getUint16(at, true) : n === 4 ? view.getUint32(at, true) : u8(at))
    const u8 = (at) => Number(view.getBigUint64(at, true))
    return { u, utf8: (from, to) => new TextDecoder().decode(raw.subarray(from, to)), raw }
  }
  const begin = await part(0, Math.min(size, 14))
  if (begin.utf8(0, 14) === 'c2sp.org/tlog-' && size < 1 << 26) return decoder.decode((await part(0, size)).raw)
  const tail = await part(Math.max(0, size - 65557), Math.min(size, 65557))
  const [end, far] = ['PK\x05\x06', 'PK\x06\x07'].map((mark) =>
    new TextDecoder('latin1').decode(tail.raw).lastIndexOf(mark),
  )
  need(end >= 0, 'This is neither a pack (a zip file or a folder) nor a proof.')
  const members = new Map()
  async function readDirectory() {
    const long = far < 0 ? null : await part(tail.u(far + 8, 8), 56)
    const [length, start] = long ? [long.u(40, 8), long.u(48, 8)] : [tail.u(end + 12, 4), tail.u(end + 16, 4)]
    need(length <= 1 << 26, 'The directory of this zip file is too long.')
    const { u, utf8 } = await part(start, length)
    for (let at = 0; at < length; ) {
      const [method, names, extras, more] = [10, 28, 30, 32].map((offset) => u(at + offset, 2))
      const sizes = [24, 20, 42].map((offset) => u(at + offset, 4))
      const name = utf8(at + 46, at + 46 + names)
      for (let x = at + 46 + names, to = x + extras, y = x + 4; x < to; x += 4 + u(x + 2, 2), y = x + 4) {
        for (let i = 0; i < 3 && u(x, 2) === 1; i++) if (sizes[i] === 0xffffffff) [sizes[i], y] = [u(y, 8), y + 8]
      }
      const [plain, packed, offset] = sizes
      const safe = !/^\/|\\|\0|(^|\/)\.\.?(\/|$)/.test(name) && !members.has(name) && (method === 0 || method === 8)
      need(safe && plain <= packed * 200 + (1 << 20), `The member ${JSON.stringify(name)} is not safe to unpack.`)
      if (!name.endsWith('/')) members.set(name, { method, packed, offset })
      at += 46 + names + extras + more
    }
  }
  // A zip file that names a manifest is a pack: what is broken in it does not hold, instead of being left unjudged.
  const isPack = tail.utf8(0, tail.raw.length).includes('manifest.json')
  await readDirectory().catch((error) => need(false, problemOf(error).what, isPack ? 'wrong' : 'malformed'))
  async function* stored({ packed, offset }) {
    const { u } = await part(offset, 30)
    const start = offset + 30 + u(26, 2) + u(28, 2)
    for (let at = 0; at < packed; at += 1 << 18) yield (await part(start + at, Math.min(packed - at, 1 << 18))).raw
  }
  const open = (name) =>
    members.get(name).method === 8 ? inflate(stored(members.get(name))) : stored(members.get(name))
  return { names: [...members.keys()], open }
}

// ---- Node ----
/** Runs `work` with a function that opens what stands at a path: a folder, a zip file or a proof. Closes it after. */
export let withPath
/** Verifies what stands at a path. */
export let verifyPath
if (globalThis.process?.versions?.node) await onNode()
async function onNode() {
  const modules = ['crypto', 'fs', 'fs/promises', 'path', 'stream', 'url', 'util', 'zlib'].map(
    (name) => import(`node:${name}`),
  )
  const [crypto, fs, files, path, stream, url, util, zlib] = await Promise.all(modules)
  const bytes = (text) => Buffer.from(text, 'latin1')
  const keys = new Map()
  const keyOf = (raw) => {
    const spki = { key: bytes(P.unhex('302a300506032b6570032100') + raw), format: 'der', type: 'spki' }
    return keys.get(raw) ?? keys.set(raw, crypto.createPublicKey(spki)).get(raw)
  }
  const hash = crypto.hash ?? ((name, data, form) => crypto.createHash(name).update(data).digest(form))
  const scratch = Buffer.alloc(1 << 16)
  const room = (length) => (length <= scratch.length ? scratch : Buffer.allocUnsafe(length))
  /** Text of one encoding in another one. */
  const convert = (from, to) => (text) => {
    const buffer = room(text.length * 3)
    return buffer.toString(to, 0, buffer.write(text, from))
  }
  /** SHA-256 of so many times a byte, begun with the bytes of a key, and then of a text. */
  const sha256 = (text, length = 0, byte = 0, key = '') => {
    const buffer = room(length + text.length).fill(byte, 0, length)
    for (let i = 0; i < key.length; i++) buffer[i] ^= key.charCodeAt(i)
    return hash('sha256', buffer.subarray(0, length + buffer.write(text, length, 'latin1')), 'latin1')
  }
  P = {
    sha256,
    // Two hashes by RFC 2104: Node's own HMAC takes five times as long.
    hmac: (key, text) => sha256(sha256(text, 64, 0x36, key), 64, 0x5c, key),
    hasher: () => crypto.createHash('sha256'),
    verify: (key, message, signature) =>
      new Promise((resolve) => {
        crypto.verify(null, bytes(message), keyOf(key), bytes(signature), (error, holds) => resolve(!error && holds))
      }),
    hex: convert('latin1', 'hex'),
    unhex: convert('hex', 'latin1'),
    base64: convert('latin1', 'base64'),
    unbase64: convert('base64', 'latin1'),
    utf8: convert('utf8', 'latin1'),
    toBytes: bytes,
    concat: (chunks) => Buffer.concat(chunks),
  }
  async function openFolder(folder) {
    const items = await files.readdir(folder, { recursive: true, withFileTypes: true })
    const nameOf = (item) => path.relative(folder, path.join(item.parentPath ?? item.path, item.name))
    const names = items.filter((item) => item.isFile()).map((item) => nameOf(item).split(path.sep).join('/'))
    return { names, open: (name) => fs.createReadStream(path.join(folder, name)) }
  }
  const inflate = (packed) => stream.pipeline(packed, zlib.createInflateRaw({ chunkSize: 1 << 18 }), () => undefined)
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
  verifyPath = async (target, { trust = [], anchors = null } = {}) => {
    const names = anchors === null ? [] : fs.readdirSync(anchors).filter((name) => name.endsWith('.json'))
    const brought = names.map((name) => fs.readFileSync(path.join(anchors, name), 'utf8'))
    return withPath(target, (open) => verifyEvidence(open, { trust, anchors: brought }))
  }
  if (process.argv[1] && import.meta.url === url.pathToFileURL(fs.realpathSync(process.argv[1])).href) {
    const trust = { type: 'string', multiple: true }
    const options = { trust, anchors: { type: 'string' }, json: { type: 'boolean' } }
    const { values, positionals } = util.parseArgs({ options, allowPositionals: true })
    const result = await verifyPath(positionals[0] ?? '', values)
    process.stdout.write(`${values.json ? JSON.stringify(result, null, 2) : words(result)}\n`)
    process.exitCode = result.exit
  }
}
