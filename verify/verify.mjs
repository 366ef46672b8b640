#!/usr/bin/env node
// Checks evidence of a Palimpsest ledger offline: one file, no dependencies, Node 20 or later.
//   node verify.mjs <pack.zip | folder | proof> [--trust <verifier key>]... [--anchors <folder>] [--json]
// Exit code: 0 it holds, 1 it does not hold, 2 it could not be judged. Sections named by number are those of
// docs/ledger.md; docs/verify.md has the rest. Begin to read at Log.line. Bytes are strings of the characters 0 to 255,
// so that they compare with === and join with +. P is where this runs: Node (at the end) or another host.

let P
/** Refuses evidence: it is `malformed`, `wrong` or `untrusted`, or something was removed, inserted, moved or lost. */
const need = (ok, message, why = 'malformed', found = null) => {
  if (!ok) throw Object.assign(new Error(message), { why, found })
}
const isCount = (value) => Number.isSafeInteger(value) && value >= 0
const int = (value, bytes) => (bytes ? int(Math.floor(value / 256), bytes - 1) + String.fromCharCode(value % 256) : '')
const toInt = (bytes) => [...bytes].reduce((sum, char) => sum * 256 + char.charCodeAt(0), 0)
const label = (name) => `palimpsest/v1/${name}\0`
const hashes = (bytes) => Array.from({ length: bytes.length / 32 }, (_, i) => bytes.slice(32 * i, 32 * i + 32))
const unhex = (text) => (typeof text === 'string' && /^[0-9a-f]{64}$/.test(text) ? P.unhex(text) : null)
const unbase64 = (text) => {
  const bytes = typeof text === 'string' ? P.unbase64(text) : null
  return bytes !== null && P.base64(bytes) === text ? bytes : null
}
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
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
  const right = P.hex(P.sha256(`${P.utf8(name)}\n${typed}`)).slice(0, 8)
  need(right === id, 'The id in a verifier key is not the one of its name and key.')
  return { text, name, id, witness: typed[0] === '\x04', key: typed.slice(1) }
}
/** Opens a checkpoint. Every signature by a known key has to hold; `logKey` is the known key of the log that signed. */
export async function openCheckpoint(note, keys) {
  const split = typeof note === 'string' && note.length <= 1 << 20 ? note.lastIndexOf('\n\n') : -1
  const clean = split > 0 && note.endsWith('\n') && note.isWellFormed() && !/[\0-\x09\x0b-\x1f]/.test(note)
  need(clean, 'A signed note has to be lines of text, an empty line and signature lines.')
  const text = note.slice(0, split + 1)
  const lines = note.slice(split + 2, -1).split('\n')
  need(lines.length <= 100, 'A signed note has too many signatures.')
  const [signers, by] = [[], new Set()]
  for (const line of lines) {
    const [, name, encoded] = /^— ([^+\p{White_Space}]+) ([A-Za-z0-9+/=]+)$/u.exec(line) ?? []
    const bytes = unbase64(encoded)
    need(bytes?.length > 4, 'A signature line has to read: em dash, key name, base64.')
    const id = P.hex(bytes.slice(0, 4))
    signers.push(`${name}+${id}`)
    for (const key of keys.filter((known) => known.name === name && known.id === id)) {
      const message = key.witness ? `cosignature/v1\ntime ${toInt(bytes.slice(4, 12))}\n${text}` : text
      const holds = await P.verify(key.key, P.utf8(message), bytes.slice(key.witness ? 12 : 4))
      need(holds, `A signature by ${name} does not hold.`, 'wrong')
      by.add(key)
    }
  }
  const [origin, size, encoded, ...more] = text.slice(0, -1).split('\n')
  const root = unbase64(encoded)
  const sized = /^(0|[1-9]\d{0,15})$/.test(size) && isCount(Number(size))
  need(origin && sized && root?.length === 32 && !more.includes(''), 'A checkpoint has to hold origin, size and root.')
  return {
    origin,
    size: Number(size),
    root,
    logKey: [...by].find((key) => !key.witness && key.name === origin),
    signers,
  }
}

// ---- Tree: section 7 ----
const nodeHash = (left, right) => P.sha256(`\x01${left}${right}`)
/** Adds leaf `index` to a tree that is held as the hashes of its complete subtrees, largest first. */
export function append(tree, index, leafHash) {
  let top = leafHash
  for (let rest = index; rest % 2 === 1; rest = (rest - 1) / 2) top = nodeHash(tree.pop(), top)
  tree.push(top)
}
export const rootOf = (tree) => (tree.length ? tree.reduceRight((right, left) => nodeHash(left, right)) : P.sha256(''))
/** RFC 9162 section 2.1.3.2: the root that a leaf hash and its path lead to; null where the path has another length. */
export function rootOfPath(index, size, leafHash, path) {
  let [at, fn, sn] = [leafHash, index, size - 1]
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
// The fields in order. k kind, i int, b bool, t text, u uuid, d 32 bytes, m decimal, l list of texts, T time; ? or NULL.
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
const text = (value) => (typeof value === 'string' && value.isWellFormed() ? P.utf8(value) : null)
const count = (value) => (isCount(value) ? int(value, 8) : null)
const sized = (bytes) => int(bytes.length, 4) + bytes
/** By type: its tag, and the bytes of a value, null where it has another type. */
const TYPES = {
  i: ['\x01', count],
  T: ['\x02', count],
  b: ['\x03', (value) => ({ true: '\x01', false: '\0' })[JSON.stringify(value)] ?? null],
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
  let out = label('envelope')
  for (const { name, type, head } of FIELDS) {
    const [tag, encode] = envelope[name] === null && type[1] ? ['\0', () => ''] : TYPES[type[0]]
    const bytes = encode(envelope[name])
    need(bytes !== null, `the field ${name} of its envelope has another type`)
    out += head + tag + sized(bytes)
  }
  return out
}
/** Checks an entry against its own commitments and gives its leaf. */
export function checkEntry({ envelope, envelope_nonce, commitments, openings = {} }, found) {
  const bytes = canonicalEnvelope(envelope)
  const id = uuid(envelope.id)
  const [nonce, ...committed] = [envelope_nonce, ...GROUPS.map((group) => commitments[group])].map(unhex)
  need(nonce && !committed.includes(null), 'it has not a nonce and four commitments')
  const opens = (i, key, shown) => P.hmac(key, label('commitment') + int(i + 1, 1) + id + shown) === committed[i]
  need(opens(0, nonce, bytes), 'its envelope is not the one committed to', 'wrong', found)
  for (let i = 1; i < 4; i++) {
    const absent = envelope[`${GROUPS[i]}_blob_digest`] === null
    need(opens(i, '\0'.repeat(32), '\0') === absent, `its ${GROUPS[i]} digest and commitment do not agree`, 'wrong')
    const opening = openings[GROUPS[i]]
    if (opening === undefined) continue
    const [key, shown] = [unhex(opening.nonce), unbase64(opening.bytes)]
    need(key && shown?.startsWith('\x01') && !absent, `the opening of its ${GROUPS[i]} is malformed`)
    need(opens(i, key, shown), `its ${GROUPS[i]} is not the one committed to`, 'wrong')
  }
  const place = uuid(envelope.writer_epoch) + int(envelope.writer_seq, 8)
  const head = int(1, 1) + int(KINDS.indexOf(envelope.kind) + 1, 1) + P.unhex(envelope.log_id) + id
  return head + int(envelope.occurred_at, 8) + place + committed.join('')
}

// ---- One proof: section 13 ----
export async function verifyProof(file, keys) {
  const split = Math.max(file.indexOf('\n\n'), 0)
  const [header, extra, place, ...lines] = file.slice(0, split).split('\n')
  const [path, index] = [lines.map(unbase64), /^index (0|[1-9]\d{0,15})$/.exec(place)?.[1]]
  const formed = header === 'c2sp.org/tlog-proof@v1' && extra?.startsWith('extra ') && index && path.length <= 63
  need(formed && path.every((hash) => hash?.length === 32), 'This is not a proof of an entry (C2SP tlog-proof).')
  const checkpoint = await openCheckpoint(file.slice(split + 2), keys)
  need(!keys.length || checkpoint.logKey, `Nobody you trust signed it, but ${checkpoint.signers}.`, 'untrusted')
  const entry = parseJson(P.decode(unbase64(extra.slice(6)) ?? ''), 'The extra data')
  need(entry.format === 'palimpsest/v1/entry-proof', 'The extra data of this proof is not of an entry.')
  const leaf = checkEntry(entry)
  const ofLog = leaf.slice(2, 34) === P.sha256(P.utf8(checkpoint.origin))
  need(ofLog && checkpoint.origin.split('/').at(-2) === entry.envelope.tenant_id, 'It is of another log.', 'wrong')
  const root = rootOfPath(Number(index), checkpoint.size, P.sha256(`\0${leaf}`), path)
  need(root === checkpoint.root, 'The entry is not in the tree of the checkpoint at this index.', 'wrong')
  return { checkpoint, entry, index: Number(index) }
}

// ---- A log: one line a leaf, in order, with everything that is said of it ----
async function* jsonLines(pack, name) {
  let rest = new Uint8Array(0)
  for await (const chunk of pack.names.has(name) ? pack.open(name) : []) {
    const all = rest.length === 0 ? chunk : P.concat(rest, chunk)
    const lines = []
    let at = 0
    for (let end = all.indexOf(10); end >= 0; at = end + 1, end = all.indexOf(10, at)) {
      lines.push(parseJson(P.decode(all.subarray(at, end)), `A line of ${name}`))
    }
    rest = all.slice(at)
    need(rest.length < 1 << 24, `A line of ${name} is too long.`)
    yield lines
  }
  need(rest.length === 0, `${name} ends within a line.`)
}
/** The key of the writer epoch that an entry opens, vouched for by a trusted key of the log: section 9. */
async function openEpoch(envelope, keys) {
  const said = parseJson(envelope.detail ?? '{}', 'The detail of an entry').writer_epoch
  const [key, signature] = [unbase64(said?.public_key), unbase64(said?.signature)]
  const logKey = keys.find((one) => !one.witness && one.text === said?.log_key)
  need(logKey && key?.length === 32 && signature, 'no trusted key of the log let its writer in', 'inserted')
  need(said.id === envelope.writer_epoch && said.opened_at === envelope.occurred_at, 'it opens another writer', 'wrong')
  const statement = label('writer-epoch') + P.unhex(envelope.log_id) + uuid(said.id) + int(said.opened_at, 8) + key
  need(await P.verify(logKey.key, statement, signature), 'the log key did not let its writer in', 'inserted')
  return { key, hash: P.sha256(statement) }
}
/** The bytes of a batch that its writer signs: section 10. */
function encodeBatch(row) {
  const [logId, digest, previous] = [row.log_id, row.entries_digest, row.previous_batch_hash].map(unhex)
  const counts = [row.batch_no, row.first_seq, row.entry_count].every(isCount) && uuid(row.writer_epoch)
  need(logId && digest && previous && counts, 'its batch is malformed', 'wrong')
  const numbers = int(row.batch_no, 8) + int(row.first_seq, 8) + int(row.entry_count, 4)
  return label('batch') + logId + uuid(row.writer_epoch) + numbers + digest + previous
}
/** Walks one log to its first fault. `at` is where it is; a fault's `found` knows what is missed there when it comes. */
class Log {
  constructor(info, keys, records) {
    const edge = P.unhex(info.edge ?? '00'.repeat(8))
    this.id = P.sha256(P.utf8(info.origin))
    this.next = this.good = toInt(edge.slice(0, 8))
    this.tree = hashes(edge.slice(8))
    this.chain = info.chain ? P.unhex(info.chain) : P.sha256(label('chain') + this.id)
    this.keys = keys.filter((key) => key.witness || key.name === info.origin)
    this.own = records.anchors.filter((anchor) => anchor.origin === info.origin && anchor.size > this.next)
    this.counts = { leaves: 0, entries: 0, openings: 0, batches: 0, checkpoints: 0 }
    Object.assign(this, { info, records, at: {}, writers: new Map(), bare: null })
  }
  /** A writer by its epoch; `next` and `no` are the numbers its next entry and batch have to bear, null: any. */
  writer(epoch) {
    const fresh = { epoch, next: 0, no: 0, rows: [], opened: null, previous: null, batch: null }
    return this.writers.get(epoch) ?? this.writers.set(epoch, fresh).get(epoch)
  }
  async open(envelope, place) {
    const opened = await openEpoch(envelope, this.keys)
    Object.assign(this.writer(envelope.writer_epoch), { opened, previous: opened.hash }, place)
  }
  async line({ leaf_index: index, leaf: encoded, chain: stored, anchored, entry, batches = [], heads = [], fault }) {
    const leaf = unbase64(encoded) ?? ''
    const [hash, before, envelope] = [P.sha256(`\0${leaf}`), this.chain, leaf.slice(82, 114)]
    this.at = { leaf: this.next, entry: null }
    need(index === this.next, `leaf ${index} comes in its place`, 'removed')
    this.at.entry = uuidText(leaf.slice(34, 50))
    need(leaf.length === 210 && leaf[0] === '\x01' && leaf.slice(2, 34) === this.id, 'its leaf is malformed', 'wrong')
    need(!fault, fault?.what, fault?.kind)
    for (const row of batches) this.writer(row.writer_epoch).rows.push(row)
    const seq = toInt(leaf.slice(74, 82))
    need(entry || seq > 0, 'its entry, which opens a writer, is missing', 'removed')
    if (seq === 0) await this.open(entry.envelope)
    const writer = this.number(leaf.slice(58, 74), seq)
    if (entry) {
      const elsewhere = (line) => unhex(line.entry?.commitments.envelope) === envelope
      need(checkEntry(entry, elsewhere) === leaf, 'its entry is not the one of its leaf', 'wrong', elsewhere)
      this.records.entry(entry)
    } else need(this.info.entries !== 'all' || this.records.cover(this.at.entry), 'its entry is missing', 'removed')
    this.chain = P.sha256(before + hash)
    const follows = (line, other) => [stored, line.chain].map(unbase64).includes(P.sha256(before + other))
    need(unbase64(stored) === this.chain, 'the chain does not lead to it', 'wrong', follows)
    const [own] = this.own
    for (const known of [unbase64(anchored), own?.hashes[index - own.first_leaf]]) {
      need(!known || known === hash, 'an anchor has another leaf here', 'wrong', (_, other) => other === known)
    }
    await this.sign(writer, hash)
    append(this.tree, this.next++, hash)
    for (const note of heads) await this.head(note)
    while (this.own[0]?.size === this.next) await this.head(this.own.shift().note)
    this.counts.leaves++
    this.counts.entries += entry ? 1 : 0
    this.counts.openings += Object.keys(entry?.openings ?? {}).length
  }
  /** The number an entry has from its writer: the next one. */
  number(epoch, seq) {
    const writer = this.writer(uuidText(epoch))
    const opening = (line) => unbase64(line.leaf)?.slice(58, 82) === epoch + int(0, 8)
    need(writer.opened, `it claims writer ${writer.epoch}, whom the log key did not let in`, 'inserted', opening)
    writer.next ??= seq
    need(seq >= writer.next, `number ${seq} of its writer ${writer.epoch} is given already`, 'inserted')
    const mark = epoch + int(writer.next, 8)
    const behind = (line) => unbase64(line.leaf)?.slice(58, 82) === mark
    need(seq === writer.next++, `before it, number ${writer.next - 1} of its writer is missing`, 'removed', behind)
    return writer
  }
  /** The signed batch an entry is in. What is in none is `bare`: the next tree head tells why. */
  async sign(writer, hash) {
    if (writer.next > (writer.batch?.end ?? 0)) writer.batch = writer.rows.length ? await this.batch(writer) : null
    const { batch } = writer
    if (batch === null) this.bare ??= this.at
    batch?.hashes.push(hash)
    if (writer.next !== batch?.end) return
    const digest = P.hex(P.sha256(label('batch-entries') + batch.hashes.join('')))
    const what = `of the entries from it to ${this.at.entry}, one at least is not what its writer signed`
    if (digest !== batch.digest) this.at = batch.at
    need(digest === batch.digest, what, 'wrong')
  }
  /** The next batch of a writer, section 10: signed, and linked to the one before it. */
  async batch(writer) {
    const row = writer.rows.shift()
    const [name, bytes] = [`batch ${row.batch_no} of its writer ${writer.epoch}`, encodeBatch(row)]
    const signed = await P.verify(writer.opened.key, bytes, unbase64(row.signature) ?? '')
    need(signed && row.log_id === P.hex(this.id), `${name} is not what the writer signed`, 'wrong')
    need(writer.no === null || row.batch_no === writer.no, `a batch before ${name} is missing`, 'removed')
    const follows = writer.no === null || unhex(row.previous_batch_hash) === writer.previous
    need(follows && row.first_seq === writer.next - 1, `${name} does not follow the one before it`, 'wrong')
    this.counts.batches++
    Object.assign(writer, { no: row.batch_no + 1, previous: P.sha256(bytes) })
    return { at: this.at, digest: row.entries_digest, end: row.first_seq + row.entry_count, hashes: [] }
  }
  /** A signed tree head over the leaves so far, the log's own or an anchor's. */
  async head(note) {
    const head = await openCheckpoint(note, this.keys)
    const mine = head.logKey && head.origin === this.info.origin && head.size === this.next
    need(mine, 'the checkpoint over it is of another tree, or signed by nobody trusted', 'wrong')
    const what = `of the leaves ${this.good} to ${this.at.leaf}, one at least is not what a checkpoint was signed over`
    const holds = head.root === rootOf(this.tree)
    if (!holds || this.bare) this.at = this.bare ?? { leaf: this.good, entry: null }
    need(holds, what, this.bare ? 'inserted' : 'wrong')
    need(!this.bare, 'the signed batch of its writer is missing', 'removed')
    this.good = this.next
    this.counts.checkpoints++
  }
  /** Behind the last leaf: what was signed beyond it, and what is under no signature. */
  async finish() {
    const lost = this.records.lost.get(this.info.origin)
    this.at = { leaf: this.next, entry: null }
    for (const note of [...this.info.beyond, ...this.own.map((anchor) => anchor.note)]) {
      const { logKey, size } = await openCheckpoint(note, this.keys)
      need(logKey && size > this.next, `nobody signed the checkpoint of size ${size}`, 'inserted')
      const declared = lost?.restored_size === this.next && size <= lost.anchored_size
      const why = declared
        ? `were lost in a restore of the database, says entry ${lost.by}`
        : 'are gone, but signed for'
      need(false, `the leaves ${this.next} to ${size - 1} ${why}`, declared ? 'lost' : 'removed')
    }
    this.at = this.bare ?? { leaf: this.good, entry: null }
    need(!this.bare, 'no writer signed it', 'inserted')
    need(this.next === this.good, 'no signed checkpoint covers the leaves from here on', 'removed')
    for (const { epoch, next, batch } of this.writers.values()) {
      this.at = { leaf: null, entry: null }
      need(!batch || next >= batch.end, `the writer ${epoch} signed more entries than there are`, 'removed')
    }
    for (const { kind, entry, what } of this.info.faults) {
      this.at = { leaf: null, entry }
      need(false, what, kind)
    }
  }
}

/** Why something may be gone (erasure, retention), or which files a report is. Each record is bound by an entry. */
class Records {
  constructor(anchors) {
    const items = anchors.flatMap((anchor) => anchor.items)
    const size = ({ note }) => Number(note.split('\n')[1])
    this.anchors = items.map((item) => ({ ...item, size: size(item), hashes: hashes(unbase64(item.leaf_hashes)) }))
    this.anchors.sort((a, b) => a.size - b.size)
    Object.assign(this, { list: [], lost: new Map() })
  }
  add(text) {
    this.list.push({ ...parseJson(text, 'A record'), digest: P.hex(P.sha256(P.utf8(text))), used: 0, bound: false })
  }
  cover(id, subject) {
    const covers = ({ entries = [], subjects = [], from_id, below_id }) =>
      entries.includes(id) || subjects.includes(subject) || (from_id <= id && id < below_id)
    const record = this.list.find(covers)
    if (record) record.used++
    return record
  }
  entry({ envelope, content = {} }) {
    for (const [group, state] of Object.entries(content)) {
      const covered = this.cover(envelope.id, envelope.subject_pseudonym)
      need(covered, `its sealed ${group} is ${state}, and no receipt says why`, state === 'gone' ? 'removed' : 'wrong')
    }
    if (!/^(erasure|archive|report|recovery)$/.test(envelope.kind)) return
    const detail = parseJson(envelope.detail ?? '{}', 'The detail of an entry')
    for (const record of this.list) if (record.entry === envelope.id) record.bound = detail.evidence === record.digest
    if (detail.recovery) this.lost.set(detail.recovery.origin, { ...detail.recovery, by: envelope.id })
  }
}

// ---- A pack ----
const emptyResult = (trust) => ({
  ...{ exit: 2, trusted: trust.length > 0, signers: trust, logs: [], problems: [], notes: [] },
  not_proved: [
    'that the gateway recorded every call, and recorded truly',
    'that these checkpoints are the ones others see: compare them with anchors or witnesses',
    'any time beyond the clock of the operator',
  ],
})
/** What an error says of the evidence: a problem, at its place. */
const problemOf = ({ why, message }, at) => {
  const kind = /^(removed|inserted|moved|lost)$/.test(why) ? why : 'changed'
  return { kind, log: null, leaf: null, entry: null, ...at, what: why ? message : 'it is malformed' }
}
async function verifyLog(pack, info, result, records) {
  const log = new Log(info, result.signers, records)
  let fault = null
  const attempt = (work) =>
    work().catch((error) => {
      fault = { ...problemOf(error, { log: info.origin, ...log.at }), found: error.found }
    })
  await attempt(async () => {
    for (const opening of info.openings) await log.open(opening, { next: null, no: null })
  })
  for await (const lines of jsonLines(pack, info.file)) {
    for (const line of lines) {
      if (fault === null) await attempt(() => log.line(line))
      else if (fault.found?.(line, P.sha256(`\0${unbase64(line.leaf)}`))) {
        fault = { ...fault, kind: 'moved', what: `${fault.what}; it stands at leaf ${line.leaf_index}`, found: null }
      }
    }
  }
  if (fault === null) await attempt(() => log.finish())
  if (fault !== null) result.problems.push({ ...fault, found: undefined })
  result.logs.unshift({ origin: info.origin, ...log.counts })
}
/** Verifies a pack: `names` of its members and `open(name)`, their bytes. Never throws on evidence. */
export async function verifyPack(pack, { trust = [], anchors = [] } = {}) {
  const result = emptyResult(trust)
  const members = new Map([['manifest.json', { bytes: 1 << 24 }]])
  const read = new Set()
  const attempt = (work) => work().catch((error) => result.problems.push(problemOf(error)))
  async function* open(name) {
    const [stated, hash] = [members.get(name), P.hasher()]
    let bytes = 0
    for await (const chunk of pack.open(name)) {
      bytes += chunk.length
      need(bytes <= stated.bytes, `The member ${name} is larger than the manifest says.`)
      hash.update(chunk)
      yield chunk
    }
    read.add(name)
    const right = name === 'manifest.json' || (bytes === stated.bytes && hash.digest('hex') === stated.sha256)
    need(right, `The member ${name} is not the one that the manifest names.`)
  }
  const checked = { names: new Set(pack.names), open }
  await attempt(async () => {
    let manifest = null
    for await (const lines of jsonLines(checked, 'manifest.json')) manifest ??= lines[0]
    need(manifest?.format === 'palimpsest/v1/pack', 'The manifest is of another format.')
    for (const member of manifest.members) members.set(member.name, member)
    if (!result.trusted) result.signers = manifest.signers.map(parseKey)
    const records = new Records(anchors)
    await attempt(async () => {
      for await (const lines of jsonLines(checked, 'records.jsonl')) for (const { record } of lines) records.add(record)
    })
    // The newest generation first: it says what the one before it lost.
    for (const info of [...manifest.logs].reverse()) await attempt(() => verifyLog(checked, info, result, records))
    for (const name of new Set([...members.keys(), ...pack.names])) {
      await attempt(async () => {
        need(members.has(name), `The member ${name} is not in the manifest.`, 'inserted')
        need(checked.names.has(name), `The member ${name} is missing.`, 'removed')
        if (!read.has(name)) for await (const _ of open(name));
      })
    }
    for (const { kind, number, entry, members: own = {}, used, bound } of records.list) {
      if (used > 0) result.notes.push(`No longer to be shown, by ${kind} receipt ${number} (entry ${entry}): ${used}`)
      const agree = Object.entries(own).every(([name, sha256]) => members.get(name)?.sha256 === sha256)
      await attempt(async () => need(bound && agree, `Receipt ${number} is not the one that its entry ${entry} names.`))
    }
    result.not_proved.push(...(manifest.not_proved ?? []))
  })
  result.problems.sort((a, b) => Number(a.leaf === null) - Number(b.leaf === null))
  return { ...result, exit: result.problems.length > 0 ? 1 : 0, signers: result.signers.map((key) => key.text) }
}
/** A result in words. The first line says who vouches for the signer. */
export function words({ exit, trusted, signers, logs, problems, notes, not_proved }) {
  const counts = (all) => Object.entries(all).map((pair) => pair.join(' '))
  const said = ({ kind, log, leaf, entry, what }) =>
    `${kind}: ${log ?? 'pack'}${leaf === null ? '' : `, leaf ${leaf}`}${entry === null ? '' : `, entry ${entry}`}: ${what}`
  return [
    `${trusted ? 'You trust the signer' : 'The signer is taken on faith (no --trust)'}: ${signers.join(', ') || 'none'}`,
    ['It holds.', 'It does not hold.', 'It could not be judged.'][exit],
    ...problems.map(said),
    ...logs.map(({ origin, ...all }) => `${origin}: ${counts(all).join(', ')}`),
    ...notes,
    ...not_proved.map((what) => `Not proved: ${what}.`),
  ].join('\n')
}

// ---- Node ----
/** Verifies what stands at a path: a folder, a zip file or a proof. */
export let verifyPath
if (globalThis.process?.versions?.node) await onNode()
async function onNode() {
  const modules = ['crypto', 'fs', 'zlib', 'path', 'url', 'util'].map((name) => import(`node:${name}`))
  const [crypto, fs, zlib, path, url, util] = await Promise.all(modules)
  const bytes = (text) => Buffer.from(text, 'latin1')
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const spki = (key) => ({ key: bytes(P.unhex('302a300506032b6570032100') + key), format: 'der', type: 'spki' })
  const oneShot = crypto.hash ?? ((name, data, form) => crypto.createHash(name).update(data).digest(form))
  P = {
    sha256: (text) => oneShot('sha256', bytes(text), 'latin1'),
    hmac: (key, text) => crypto.createHmac('sha256', bytes(key)).update(text, 'latin1').digest('latin1'),
    verify: (key, message, signature) => crypto.verify(null, bytes(message), spki(key), bytes(signature)),
    hasher: () => crypto.createHash('sha256'),
    hex: (text) => bytes(text).toString('hex'),
    unhex: (text) => Buffer.from(text, 'hex').toString('latin1'),
    base64: (text) => bytes(text).toString('base64'),
    unbase64: (text) => Buffer.from(text, 'base64').toString('latin1'),
    utf8: (text) => Buffer.from(text, 'utf8').toString('latin1'),
    decode: (chunk) => decoder.decode(typeof chunk === 'string' ? bytes(chunk) : chunk),
    concat: (...chunks) => Buffer.concat(chunks),
  }
  const partOf = (fd, start, length) => {
    const raw = Buffer.alloc(length)
    need(fs.readSync(fd, raw, 0, length, start) === length, 'The zip file ends too early.')
    return { raw, u: (at, n) => (n === 8 ? Number(raw.readBigUInt64LE(at)) : raw.readUIntLE(at, n)) }
  }
  /** The members of a zip file by its directory (PKWARE APPNOTE 4.3.12, 4.3.14, 4.3.16, 4.5.3). */
  function openZip(file, isPack) {
    const [fd, { size }] = [fs.openSync(file), fs.statSync(file)]
    const tail = partOf(fd, Math.max(0, size - 65557), Math.min(size, 65557))
    const [end, far] = ['PK\x05\x06', 'PK\x06\x07'].map((mark) => tail.raw.lastIndexOf(mark, undefined, 'latin1'))
    need(end >= 0, 'This is neither a pack (a zip file or a folder) nor a proof.')
    // A zip file that names a manifest is a pack: what is broken in it does not hold, instead of being left unjudged.
    isPack.found = tail.raw.includes('manifest.json')
    const long = far < 0 ? null : partOf(fd, tail.u(far + 8, 8), 56)
    const [length, start] = long ? [long.u(40, 8), long.u(48, 8)] : [tail.u(end + 12, 4), tail.u(end + 16, 4)]
    need(length <= 1 << 26, 'The directory of this zip file is too long.')
    const { raw, u } = partOf(fd, start, length)
    const members = new Map()
    for (let at = 0; at < length; ) {
      const [method, names, extras, more] = [10, 28, 30, 32].map((offset) => u(at + offset, 2))
      const sizes = [24, 20, 42].map((offset) => u(at + offset, 4))
      const name = raw.toString('utf8', at + 46, at + 46 + names)
      for (let x = at + 46 + names, to = x + extras, y = x + 4; x < to; x += 4 + u(x + 2, 2), y = x + 4) {
        for (let i = 0; i < 3 && u(x, 2) === 1; i++) if (sizes[i] === 0xffffffff) [sizes[i], y] = [u(y, 8), y + 8]
      }
      const [plain, packed, offset] = sizes
      const safe = !/^\/|\\|\0|(^|\/)\.\.?(\/|$)/.test(name) && !members.has(name) && (method === 0 || method === 8)
      need(safe && plain <= packed * 200 + (1 << 20), `The member ${JSON.stringify(name)} is not safe to unpack.`)
      if (!name.endsWith('/')) members.set(name, { method, packed, offset })
      at += 46 + names + extras + more
    }
    const open = (name) => {
      const { method, packed, offset } = members.get(name)
      const head = partOf(fd, offset, 30)
      const start = offset + 30 + head.u(26, 2) + head.u(28, 2)
      if (packed === 0) return []
      const stream = fs.createReadStream('', { fd, autoClose: false, start, end: start + packed - 1 })
      return method === 0 ? stream : stream.pipe(zlib.createInflateRaw())
    }
    return { names: [...members.keys()], open }
  }
  function openFolder(folder) {
    const files = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((item) => item.isFile())
    const nameOf = (item) => path.relative(folder, path.join(item.parentPath ?? item.path, item.name))
    const names = files.map((item) => nameOf(item).split(path.sep).join('/'))
    return { names, open: (name) => fs.createReadStream(path.join(folder, name)) }
  }
  verifyPath = async (target, { trust = [], anchors = null } = {}) => {
    const result = emptyResult(trust)
    let pack = null
    const isPack = { found: false }
    try {
      const keys = trust.map(parseKey)
      const files = anchors === null ? [] : fs.readdirSync(anchors).filter((name) => name.endsWith('.json'))
      const brought = files.map((name) => parseJson(fs.readFileSync(path.join(anchors, name), 'utf8'), name))
      const folder = fs.statSync(target).isDirectory()
      const begin = folder ? '' : partOf(fs.openSync(target), 0, Math.min(fs.statSync(target).size, 14)).raw.toString()
      if (begin === 'c2sp.org/tlog-') {
        const { checkpoint, entry, index } = await verifyProof(P.decode(fs.readFileSync(target)), keys)
        const note = `Entry ${entry.envelope.id} is leaf ${index} of the ${checkpoint.size} of ${checkpoint.origin}`
        return { ...result, exit: 0, signers: checkpoint.signers, notes: [note] }
      }
      pack = folder ? openFolder(target) : openZip(target, isPack)
      need(pack.names.includes('manifest.json'), 'This is no pack: it has no manifest.json.')
      return await verifyPack(pack, { trust: keys, anchors: brought })
    } catch (error) {
      const problem = problemOf({ why: 'malformed', message: error.message })
      return { ...result, exit: error.why === 'wrong' || isPack.found ? 1 : 2, problems: [problem] }
    }
  }
  if (process.argv[1] && import.meta.url === url.pathToFileURL(fs.realpathSync(process.argv[1])).href) {
    const options = {
      trust: { type: 'string', multiple: true },
      anchors: { type: 'string' },
      json: { type: 'boolean' },
    }
    const { values, positionals } = util.parseArgs({ options, allowPositionals: true })
    const result = await verifyPath(positionals[0] ?? '', values)
    process.stdout.write(`${values.json ? JSON.stringify(result, null, 2) : words(result)}\n`)
    process.exitCode = result.exit
  }
}
