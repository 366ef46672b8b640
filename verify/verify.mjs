#!/usr/bin/env node
// Checks evidence of a Palimpsest ledger offline: one file, no dependencies, Node 20.16 or later.
//   node verify.mjs <pack.zip | folder | proof> [--trust <verifier key>]... [--anchors <folder>] [--json] [--entries]
// Exit code: 0 it holds, 1 it does not hold, 2 it could not be judged. Sections are those of docs/ledger.md; docs/verify.md
// has the rest. Begin to read at verifyLog. Bytes are strings of the characters 0 to 255, so that they compare with === and
// join with +. P is what Node (at the end) and a browser (verify.html, with this same core) do each in their own way: sha256
// of such a string, hasher(), and latin1(bytes, from, end) and bytes(string), which turn one into the other.

let P
const [encoder, loose, NONE] = [new TextEncoder(), new TextDecoder(), []]
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
/** Refuses evidence: it is `malformed`, `wrong` or `untrusted`, or something was removed, inserted, moved or lost. */
function need(ok, message, why = 'malformed', more = null) {
  if (!ok) throw Object.assign(new Error(typeof message === 'string' ? message : message()), { why, ...more })
}
const hold = (ok, message, more) => need(ok, message, 'wrong', more)
const isCount = (value) => Number.isSafeInteger(value) && value >= 0
/** Numbers of two, four and eight bytes, most significant first. */
const u16 = (bytes, at) => (bytes.charCodeAt(at) << 8) | bytes.charCodeAt(at + 1)
const u32 = (bytes, at) => ((u16(bytes, at) << 16) | u16(bytes, at + 2)) >>> 0
const u64 = (bytes, at) => u32(bytes, at) * 2 ** 32 + u32(bytes, at + 4)
const four = (n) => String.fromCharCode(n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255)
const eight = (n) => four(Math.floor(n / 2 ** 32)) + four(n >>> 0)
const label = (name) => `palimpsest/v1/${name}\0`
/** Text as its UTF-8 bytes, and back. */
const fromText = (text) => P.latin1(encoder.encode(text))
const utf8 = (text) => (/[\x80-\xff]/.test(text) ? decoder.decode(P.bytes(text)) : text)
const hashes = (bytes) => Array.from({ length: bytes.length / 32 }, (_, i) => bytes.substr(32 * i, 32))
const hex = (bytes) => Array.from(bytes, (char) => char.charCodeAt(0).toString(16).padStart(2, '0')).join('')
const uuidText = (bytes) => hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
/** Bytes from base64, null where it is not their one right spelling. */
function unbase64(text) {
  const formed = /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text?.length % 4 === 0
  return formed && btoa(atob(text)) === text ? atob(text) : null
}
/** JSON, looked through first, so that nesting cannot eat the memory. */
function parseJson(text) {
  let depth = 0
  for (const [mark] of text.matchAll(/"(?:[^"\\]+|\\.)*"|[[\]{}]/g)) {
    depth += { '[': 1, '{': 1, ']': -1, '}': -1 }[mark] ?? 0
    need(depth <= 64, 'it is nested too deeply')
  }
  return JSON.parse(text)
}

// ---- Keys, signed notes, checkpoints: sections 11 and 12 ----
export function parseKey(text) {
  const [, name, id, encoded] = /^([^+\p{White_Space}\p{Cc}]+)\+([0-9a-f]{8})\+(.+)$/u.exec(text) ?? []
  const typed = unbase64(encoded)
  need(typed?.length === 33 && /^[\x01\x04]/.test(typed), 'A verifier key has to read <name>+<hex id>+<Ed25519 key>.')
  const own = hex(P.sha256(`${fromText(name)}\n${typed}`))
  need(own.startsWith(id), 'The id in a verifier key is not the one of its name and key.')
  return { text, name, id, witness: typed[0] === '\x04', key: typed.slice(1) }
}
const imported = new Map()
/** Adds an Ed25519 signature to those that were met, and are checked beside the walk that met them. */
export function meet(met, key, message, signature, what, at = null, why = 'wrong') {
  const [signed, by] = [message, signature ?? ''].map(P.bytes)
  const known = imported.get(key) ?? crypto.subtle.importKey('raw', P.bytes(key), 'Ed25519', false, ['verify'])
  imported.set(key, known)
  const holds = known.then((own) => crypto.subtle.verify('Ed25519', own, by, signed)).catch(() => false)
  met.push({ holds, what, why, at })
}
/** Refuses the first one that does not hold, at the place where it was met; the newest `pending` may wait. */
export async function settle(met, pending = 0) {
  for (const { holds, what, why, at } of met.splice(0, Math.max(0, met.length - pending)))
    need(await holds, what, why, { at })
}
/** Reads a signed note. Every signature by a known key has to hold; `signed` are the known keys that signed. */
export function openNote(note, keys, met, at) {
  const end = typeof note === 'string' && note.length <= 1 << 20 ? note.lastIndexOf('\n\n') : -1
  const clean = end >= 0 && note.endsWith('\n') && note.isWellFormed() && !/[\0-\x09\x0b-\x1f]/.test(note)
  need(clean, 'A signed note has to be lines of text, an empty line and signature lines.')
  const [text, lines, signed] = [note.slice(0, end + 1), note.slice(end + 2, -1).split('\n'), []]
  need(lines.length <= 100, 'A signed note has too many signatures.')
  const signers = lines.map((line) => {
    const [, name, encoded] = /^— ([^+\p{White_Space}]+) ([A-Za-z0-9+/=]+)$/u.exec(line) ?? []
    const bytes = unbase64(encoded)
    need(bytes?.length > 4, 'A signature line has to read: em dash, key name, base64.')
    const id = hex(bytes.slice(0, 4))
    for (const key of keys.filter((known) => known.name === name && known.id === id)) {
      const time = key.witness ? u64(bytes, 4) : null
      const message = fromText(key.witness ? `cosignature/v1\ntime ${time}\n${text}` : text)
      meet(met, key.key, message, bytes.slice(key.witness ? 12 : 4), `A signature by ${name} does not hold.`, at)
      signed.push({ key, time })
    }
    return `${name}+${id}`
  })
  return { text, signers, signed }
}
/** Reads a signed tree head. `logKey` is the known key of the log that signed it, null where none did. */
export function openCheckpoint(note, keys, met, at) {
  const { text, signers, signed } = openNote(note, keys, met, at)
  const [origin, size, encoded, ...more] = text.slice(0, -1).split('\n')
  const [root, sized] = [unbase64(encoded), /^(0|[1-9]\d{0,15})$/.test(size) && isCount(Number(size))]
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
/** The root that a leaf hash and its path lead to (RFC 6962 section 2.1.1); null where the path has another length. */
export function rootOfPath(index, size, hash, path) {
  const [above, rest] = [path.at(-1), path.slice(0, -1)]
  if (size <= 1 || path.length === 0) return size === 1 && index === 0 && path.length === 0 ? hash : null
  let half = 1
  while (half * 2 < size) half *= 2
  const left = index < half
  const below = left ? rootOfPath(index, half, hash, rest) : rootOfPath(index - half, size - half, hash, rest)
  if (below === null) return null
  return left ? nodeHash(below, above) : nodeHash(above, below)
}

// ---- Entries: sections 3 to 6 and 13 ----
const split = (text) => text.trim().split(/\s+/)
const KINDS = split('interaction refusal erasure disclosure hold archive policy administration report recovery query')
const GROUPS = split('envelope subject prompt response')
const DIGESTS = GROUPS.map((group) => `${group}_blob_digest`)
const [ENTRY, ENVELOPE, BATCH, ZERO] = [label('entry'), label('envelope'), label('batch'), '\0'.repeat(32)]
const COMMITTED = [1, 2, 3, 4].map((group) => label('commitment') + String.fromCharCode(group))
/** Each type's value from the bytes `from` to `end` of `all`; null where they have another form. */
const fixed = (length) => (all, from, end) => (end - from === length ? all.slice(from, end) : null)
const count = (all, at, end) => (end - at === 8 && isCount(u64(all, at)) ? u64(all, at) : null)
const bool = (all, at, end) => (end - at === 1 && all.charCodeAt(at) < 2 ? all[at] === '\x01' : null)
const text = (all, from, end) => utf8(all.slice(from, end))
const money = (...where) => /^(?!-0\.0{10}$)-?(0|[1-9]\d{0,9})\.\d{10}$/.exec(text(...where))?.[0] ?? null
function texts(all, from, end) {
  const found = []
  let at = from + 4
  for (; at + 4 <= end; at += 4 + u32(all, at)) found.push(text(all, at + 4, at + 4 + u32(all, at)))
  return at === end && u32(all, from) === found.length ? found : null
}
/** The types in the order of their bytes, and what reads them. */
const TYPES = split('null int time bool text uuid hash money texts')
const READ = [null, count, count, bool, text, fixed(16), fixed(32), money, texts]
/** The fields in their order, with their types; ? may be NULL. */
const LAYOUT = `format_version:int id:uuid kind:text occurred_at:time log_id:hash tenant_id:text team:text? app:text?
  api_key_id:text? subject_pseudonym:text? session_pseudonym:text? region:text? route:text? route_reason:text?
  purpose:text? lawful_basis:text? consent_pseudonym:text? provider:text? model_asked:text? model_answered:text?
  prompt_tokens:int? response_tokens:int? cached_tokens:int? reasoning_tokens:int? usage_estimated:bool?
  cost_usd:money? price_usd:text? price_version:text? policy_version:text? engine_version:text? gateway_version:text
  tool:text? feature:text? flags:texts entity_counts:text? has_pii:bool pii_redacted:bool hipaa_route:bool status:text
  status_code:int? error_code:text? finish_reason:text? attempt_count:int attempts:text? latency_ms:int? ttft_ms:int?
  parent_request:uuid? related_entry:uuid? retention_class:text detail:text? coverage_digest:hash?
  subject_blob_digest:hash? prompt_blob_digest:hash? response_blob_digest:hash? writer_epoch:uuid writer_seq:int`
const FIELDS = split(LAYOUT).map((field, i) => {
  const [name, type] = field.split(/[:?]/)
  return { number: i + 1, name, type: TYPES.indexOf(type), nullable: field.endsWith('?') }
})
const BLANK = Object.fromEntries(FIELDS.map(({ name }) => [name, null]))
/** An envelope from its canonical bytes (section 4), which are the bytes `start` to `stop` of `all`. */
export function openEnvelope(all, start = 0, stop = all.length) {
  const envelope = { ...BLANK }
  let at = start + ENVELOPE.length
  need(all.startsWith(ENVELOPE, start), 'its envelope is of another format')
  for (const { number, name, type, nullable } of FIELDS) {
    const [from, end, stated] = [at + 7, at + 7 + u32(all, at + 3), all.charCodeAt(at + 2)]
    const headed = u16(all, at) === number && end <= stop
    if (headed && stated === type) envelope[name] = READ[type](all, from, end)
    const right = headed && (envelope[name] !== null || (nullable && stated === 0 && end === from))
    need(right, () => `the field ${name} of its envelope has another form`)
    at = end
  }
  const known = envelope.format_version === 1 && KINDS.includes(envelope.kind)
  need(at === stop && known, 'its envelope is of another version')
  return envelope
}
const detailOf = ({ detail }) => parseJson(detail ?? '{}')
const [inner, outer] = [0x36, 0x5c].map((byte) => new Uint8Array(64).fill(byte))
/** RFC 2104, with a key of 32 bytes. */
function hmac(key, message) {
  for (let i = 0; i < 32; i++) {
    const byte = key.charCodeAt(i)
    inner[i] = byte ^ 0x36
    outer[i] = byte ^ 0x5c
  }
  return P.sha256(P.latin1(outer) + P.sha256(P.latin1(inner) + message))
}
/** Opens the record of an entry: checks it against its own commitments, and gives its leaf. */
export function openEntry(all) {
  const stop = 184 + u32(all, 180)
  need(all.startsWith(ENTRY) && stop <= all.length, 'its record is malformed')
  const envelope = openEnvelope(all, 184, stop)
  const { id, kind, log_id, occurred_at, writer_epoch, writer_seq } = envelope
  const opens = (i, nonce, shown) => all.startsWith(hmac(nonce, COMMITTED[i] + id + shown), 20 + 32 * i)
  hold(opens(0, all.slice(148, 180), all.slice(184, stop)), 'its envelope is not the one committed to')
  const openings = {}
  let at = stop
  for (let i = 1; i < 4; i++) {
    const [group, absent] = [GROUPS[i], envelope[DIGESTS[i]] === null]
    if (all.charCodeAt(at) === i + 1) {
      const [nonce, from] = [all.slice(at + 1, at + 33), at + 37]
      at = from + u32(all, at + 33)
      need(!absent && all[from] === '\x01' && at <= all.length, () => `the opening of its ${group} is malformed`)
      openings[group] = all.slice(from, at)
      hold(opens(i, nonce, openings[group]), () => `its ${group} is not the one committed to`)
    } else hold(opens(i, ZERO, '\0') === absent, () => `its ${group} digest and commitment do not agree`)
  }
  need(at === all.length, 'its openings are malformed')
  const head = `\x01${String.fromCharCode(KINDS.indexOf(kind) + 1)}${log_id}${id}${eight(occurred_at)}`
  return { envelope, openings, leaf: head + writer_epoch + eight(writer_seq) + all.slice(20, 148) }
}
/** An opened entry, for people to read. */
function readable({ envelope, openings }) {
  const shown = ({ name, type }) => ({ 5: uuidText, 6: hex })[type]?.(envelope[name] ?? '') || envelope[name]
  const opened = Object.entries(openings).map(([group, bytes]) => [group, loose.decode(P.bytes(bytes.slice(1)))])
  return Object.fromEntries([...FIELDS.map((field) => [field.name, shown(field)]), ...opened])
}

// ---- A log: the records of section 20, all that is said of a leaf before the leaf ----
/** What is said of each leaf: its records by their type, E, F, L and S at most once; a list for each chunk of bytes. */
async function* readLines(chunks) {
  const none = { B: NONE, E: null, F: null, H: NONE, L: null, S: null }
  let [room, rest, line] = [new Uint8Array(1 << 19), NONE, null]
  for await (const chunk of chunks) {
    const [end, page] = [rest.length + chunk.length, []]
    if (end > room.length) room = new Uint8Array(2 * end)
    room.set(rest)
    room.set(chunk, rest.length)
    const view = new DataView(room.buffer)
    let at = 0
    for (let to = 0; at + 5 <= end; at = to) {
      to = at + 5 + view.getUint32(at + 1)
      if (to > end) break
      line ??= { ...none }
      const [type, record] = [String.fromCharCode(room[at]), P.latin1(room, at + 5, to)]
      const many = none[type] === NONE
      need(many || line[type] === null, 'A record of a log has no place where it is.')
      line[type] = many ? [...line[type], record] : record
      if (type !== 'L') continue
      page.push(line)
      line = null
    }
    rest = room.subarray(at, end)
    need(rest.length < 1 << 25, 'A record of a log is too long.')
    yield page
  }
  need(rest.length === 0 && line === null, 'A log does not end with a leaf.')
}
function readLeaf(all) {
  const [chain, anchored, leaf] = [all.slice(8, 40), all.slice(40, 72), all.slice(73)]
  return { index: u64(all, 0), chain, anchored, leaf, hash: P.sha256(all.slice(72)) }
}
/** Walks one log to its first fault. */
async function verifyLog(pages, info, trusted, receipts) {
  const [id, edge] = [P.sha256(fromText(info.origin)), unbase64(info.edge) || eight(0)]
  const keys = trusted.filter((key) => key.witness || key.name === info.origin)
  const logKey = (text) => keys.find((key) => !key.witness && key.text === text)
  const counts = { leaves: 0, entries: 0, openings: 0, batches: 0, checkpoints: 0 }
  const [tree, writers, met, cosigned] = [hashes(edge.slice(8)), new Map(), [], new Map()]
  let [size, chain] = [u64(edge, 0), unbase64(info.chain) ?? P.sha256(label('chain') + id)] // of the leaves so far
  let [at, covered, bare] = [{}, size, null] // where it is; so many leaves are under a head; the first under no batch
  let [newer, problem, found] = ['', null, null] // `newer`: the log key that an entry brings in, which nobody gave
  const anchors = receipts.anchors.filter((anchor) => anchor.origin === info.origin && anchor.size > size)
  /** What the operator's store itself contradicts. */
  const fail = ({ kind, entry, what }) => need(false, what, kind, { at: entry ? { ...at, entry } : at })
  const signed = (key, message, signature, what, why) => meet(met, key, message, signature, what, at, why)

  /** Checks one leaf. A fault's `found(leaf, line)` knows what is missed here when it comes later: moved. */
  function check({ L, E: record, B: batches, H: heads, S: sealed, F: fault }) {
    const { index, leaf, hash, chain: stored, anchored } = readLeaf(L)
    const [before, epoch, seq] = [chain, leaf.slice(58, 74), u64(leaf, 74)]
    at = { leaf: size, id: null }
    need(index === size, () => `leaf ${index} comes in its place`, 'removed')
    at.id = leaf.slice(34, 50)
    const formed = L.length === 283 && L[72] === '\0' && leaf[0] === '\x01' && leaf.charCodeAt(1) - 1 in KINDS
    hold(formed && leaf.startsWith(id, 2), 'its leaf is malformed')
    if (fault !== null) fail(parseJson(utf8(fault)))
    const envelope = record === null ? null : openOf(leaf, record)
    need(envelope || seq > 0, 'its entry, which opens a writer, is missing', 'removed')
    if (seq === 0) letIn(envelope)
    const writer = numbered(epoch, seq)
    if (envelope) explain(envelope, sealed === null ? {} : parseJson(utf8(sealed)))
    else if (info.entries === 'all')
      need(receipts.archived(uuidText(at.id), size), 'its entry is missing, and no receipt explains it', 'removed')
    chain = P.sha256(before + hash)
    const follows = (other) => [stored, other.chain].includes(P.sha256(before + other.hash))
    hold(chain === stored, 'the chain does not lead to it', { found: follows })
    const [own] = anchors
    for (const known of own || anchored !== ZERO ? [anchored, own?.hashes[index - own.first_leaf] ?? ZERO] : NONE) {
      const is = (other) => other.hash === known
      hold(known === ZERO || known === hash, 'an anchor has another leaf here', { found: is })
    }
    underBatch(writer, hash, batches)
    append(tree, size++, hash)
    for (const note of heads) underHead(utf8(note))
    while (anchors[0]?.size === size) underHead(anchors.shift().note)
    counts.leaves++
  }
  /** The envelope of the entry that a leaf is of. */
  function openOf(leaf, record) {
    const is = (_, { E: other }) => other?.slice(20, 148) === leaf.slice(82)
    hold(is(null, { E: record }), 'its entry is not the one of its leaf', { found: is })
    const opened = openEntry(record)
    hold(opened.leaf === leaf, 'its entry is not the one of its leaf')
    counts.entries++
    counts.openings += Object.keys(opened.openings).length
    receipts.show?.(size, opened)
    return opened.envelope
  }
  /** Lets a writer in by the entry that opens its epoch, where a trusted key of the log vouches for it: section 9. */
  function letIn(envelope, place) {
    const { writer_epoch: said, writer_epoch_overlap: overlap, log_key_rotation: rotation } = detailOf(envelope)
    const { writer_epoch: epoch, occurred_at } = envelope
    const [key, name] = [unbase64(said?.public_key), uuidText(epoch)]
    const vouchers = [said, overlap].filter((one) => logKey(one?.log_key))
    // Before the range that is shown others may have let others in: they cannot be told from strangers then.
    if (place && vouchers.length === 0) return
    need(vouchers.length > 0 && key?.length === 32, `no trusted key of the log let its writer in${newer}`, 'inserted')
    hold(said.id === name && said.opened_at === occurred_at, 'it opens another writer')
    const statement = label('writer-epoch') + id + epoch + eight(occurred_at) + key
    const what = 'the log key did not let its writer in'
    for (const { log_key, signature } of vouchers)
      signed(logKey(log_key).key, statement, unbase64(signature), what, 'inserted')
    if (rotation) rotate(rotation, envelope)
    // `next` and `no` are the numbers that its next entry and batch have to bear; null: any.
    const writer = { epoch, name, key, next: 0, no: 0, previous: P.sha256(statement), batch: null, ...place }
    if (!writers.has(epoch)) writers.set(epoch, writer)
  }
  /** An entry that brings a new log key in: section 18. That it does is no reason to trust the key. */
  function rotate(said, { id: entry, occurred_at }) {
    const [old, young] = [said.old_key, said.new_key].map(parseKey)
    const own = [old, young].every((key) => !key.witness && key.name === info.origin) && old.key !== young.key
    const timed = said.rotated_at === occurred_at && isCount(said.overlap_until) && said.overlap_until >= occurred_at
    const what = 'its rotation of the log key does not hold'
    hold(own && timed && Object.keys(said).length === 6, what)
    const times = eight(occurred_at) + eight(said.overlap_until)
    const statement = label('log-key-rotation') + id + times + old.key + young.key
    signed(old.key, statement, unbase64(said.old_signature), what)
    signed(young.key, statement, unbase64(said.new_signature), what)
    if (!logKey(old.text) || logKey(young.text)) return
    const tell = 'you did not give it, and evidence vouches for no key: compare it with what the operator tells you'
    newer = `; entry ${uuidText(entry)} brings in the log key ${young.text}: ${tell}`
  }
  /** What became of an entry's sealed groups: what is gone, or was cut, has a receipt. */
  function explain(envelope, states) {
    for (const [group, state] of Object.entries(states)) {
      const [gone, receipt] = [state === 'gone', receipts.content(envelope, group, state, size)]
      const what = gone ? 'gone: it cannot be opened' : 'not the one that the entry names'
      need(receipt, `its sealed ${group} is ${what}, and no receipt explains it`, gone ? 'removed' : 'wrong')
    }
    const { recovery } = envelope.kind === 'recovery' ? detailOf(envelope) : {}
    if (recovery) receipts.lost.set(recovery.origin, { ...recovery, by: uuidText(envelope.id) })
  }
  /** The writer of an entry, whose next number it has to bear. */
  function numbered(epoch, seq) {
    const writer = writers.get(epoch)
    const next = writer ? (writer.next ?? seq) : 0
    const is = ({ leaf }) => leaf.slice(58, 82) === epoch + eight(next)
    need(writer, () => `it claims writer ${uuidText(epoch)}, whom the log key did not let in`, 'inserted', {
      found: is,
    })
    need(seq >= next, () => `number ${seq} of its writer ${writer.name} is given already`, 'inserted')
    const missing = () => `before it, number ${next} of its writer ${writer.name} is missing`
    need(seq === next, missing, 'removed', { found: is })
    writer.next = seq + 1
    return writer
  }
  /** The signed batch an entry is in: one that begins here, or goes on. */
  function underBatch(writer, hash, rows) {
    const begins = writer.next > (writer.batch?.end ?? 0)
    need(rows.length <= (begins ? 1 : 0), 'a batch stands here that does not begin here', 'inserted')
    if (begins) writer.batch = rows.length > 0 ? openBatch(writer, rows[0]) : null
    const { batch } = writer
    if (batch === null) bare ??= at
    else batch.hashes += hash
    const right = writer.next !== batch?.end || P.sha256(label('batch-entries') + batch.hashes) === batch.digest
    const what = () => `of the entries from it to ${uuidText(at.id)}, one at least is not what its writer signed`
    hold(right, what, { at: batch?.at })
  }
  /** The next batch of a writer, section 10: signed, and linked to the one before it. */
  function openBatch(writer, row) {
    const [bytes, no, first, entries] = [row.slice(0, 152), u64(row, 68), u64(row, 76), u32(row, 84)]
    const name = `batch ${no} of its writer ${writer.name}`
    hold(row.length === 216 && bytes.startsWith(BATCH) && entries > 0, `${name} is malformed`)
    signed(writer.key, bytes, row.slice(152), `${name} is not what the writer signed`)
    hold(bytes.slice(20, 68) === id + writer.epoch, `${name} is not what the writer signed`)
    need(no === (writer.no ?? no), `a batch before ${name} is missing`, 'removed')
    const follows = writer.no === null || bytes.slice(120) === writer.previous
    hold(follows && first === writer.next - 1, `${name} does not follow the one before it`)
    counts.batches++
    Object.assign(writer, { no: no + 1, previous: P.sha256(bytes) })
    return { at, digest: bytes.slice(88, 120), end: first + entries, hashes: '' }
  }
  /** A signed tree head over the leaves so far, the log's own or an anchor's. */
  function underHead(note) {
    const head = openCheckpoint(note, keys, met, at)
    hold(head.logKey, `the checkpoint over it is signed by nobody trusted${newer}`)
    hold(head.origin === info.origin && head.size === size, 'the checkpoint over it is of another tree')
    const what = `of the leaves ${covered} to ${at.leaf}, one at least is not what a checkpoint was signed over`
    const first = { at: bare ?? { leaf: covered, id: null } }
    need(head.root === rootOf(tree), what, bare ? 'inserted' : 'wrong', first)
    need(!bare, 'the signed batch of its writer is missing', 'removed', first)
    covered = size
    counts.checkpoints++
    for (const { key, time } of head.cosigned) cosigned.set(key.name, { time, size })
  }
  /** Behind the last leaf: what was signed beyond it, and what is under no signature. */
  function finish() {
    const lost = receipts.lost.get(info.origin)
    at = { leaf: size, id: null }
    for (const note of [...info.beyond, ...anchors.map((anchor) => anchor.note)]) {
      const head = openCheckpoint(note, keys, met, at)
      const beyond = head.logKey && head.size > size
      need(beyond, `nobody trusted signed the checkpoint of size ${head.size}${newer}`, 'inserted')
      const declared = lost?.restored_size === size && head.size <= lost.anchored_size
      const why = declared ? `were lost in a restore, says entry ${lost.by}` : 'are gone, but signed for'
      need(false, `the leaves ${size} to ${head.size - 1} ${why}`, declared ? 'lost' : 'removed')
    }
    need(!bare, 'no writer signed it', 'inserted', { at: bare })
    at = { leaf: covered, id: null }
    need(size === covered, 'no signed checkpoint covers the leaves from here on', 'removed')
    at = { leaf: null, id: null }
    for (const { name, next, batch } of writers.values())
      need(!batch || next >= batch.end, `the writer ${name} signed more entries than there are`, 'removed')
    info.faults.forEach(fail)
  }

  const failed = (error) => {
    problem = problemOf(error, { ...(error.at ?? at), log: info.origin })
    found = error.found
  }
  /** A signature that was met before a fault, and does not hold, comes first; the last ones may wait. */
  async function walk(work, list, pending = 0) {
    try {
      for (const one of problem ? NONE : list) work(one)
    } catch (error) {
      failed(error)
    }
    await settle(met, problem ? 0 : pending).catch(failed)
  }
  await walk((text) => letIn(openEnvelope(unbase64(text)), { next: null, no: null }), info.openings)
  for await (const page of pages) {
    const lines = page.values()
    await walk(check, lines, 200)
    for (const line of found ? lines : NONE) {
      const leaf = readLeaf(line.L)
      if (!found(leaf, line)) continue
      problem = { ...problem, kind: 'moved', what: `${problem.what}; it stands at leaf ${leaf.index}` }
      found = null
      break
    }
  }
  await walk(finish, [null])
  return { problem, counts, newer, cosigned }
}

/** Why something may be gone: what entries of kind erasure and archive say, each by its proof: section 19. */
class Receipts {
  list = []
  known = new Map() // by what is explained: a person, an entry, a cut
  lost = new Map() // by origin: what a recovery says of the generation before it
  constructor(anchors, show) {
    const read = (item) => ({ size: Number(item.note.split('\n')[1]), hashes: hashes(unbase64(item.leaf_hashes)) })
    this.anchors = anchors.flatMap(({ items }) => items.map((item) => ({ ...item, ...read(item) })))
    this.anchors.sort((a, b) => a.size - b.size)
    this.show = show
  }
  /** Takes the proof of a receipt's entry; `origins` are the logs of the pack. */
  async add({ proof }, keys, origins) {
    const { origin, logKey, envelope } = await openProof(proof, keys)
    const [by, tenant] = [uuidText(envelope.id), (name) => name.slice(0, name.lastIndexOf('/'))]
    const own = logKey && origins.some((known) => tenant(known) === tenant(origin))
    need(own, `nobody trusted signed for the receipt of entry ${by}`, 'inserted')
    const { kind, occurred_at } = envelope
    const { number, subjects = [], entries = [], cuts = [], from_id, below_id } = detailOf(envelope).receipt ?? {}
    need(/^(erasure|archive)$/.test(kind) && isCount(number), `the entry ${by} is no receipt`, 'inserted')
    // A person's content may be written 31 days after the receipt that names the person, in microseconds.
    const receipt = { kind, number, by, until: occurred_at + 31 * 86_400e6, from_id, below_id, spans: [] }
    this.list.push(receipt)
    if (kind === 'archive') return
    for (const subject of subjects) this.known.set(`subject ${subject}`, receipt)
    for (const entry of entries) this.known.set(`entry ${entry}`, receipt)
    for (const { entry, group, now } of cuts) this.known.set(`${group} ${entry} ${now}`, receipt)
  }
  /** Notes the leaf that a receipt explains, if there is one. */
  use(receipt, leaf) {
    const last = receipt?.spans.at(-1)
    if (last && (leaf === last[1] || leaf === last[1] + 1)) last[1] = leaf
    else receipt?.spans.push([leaf, leaf])
    return receipt
  }
  /** An entry, or its sealed content, that went to the archive or past its time. */
  archived(id, leaf) {
    const covers = ({ kind, from_id, below_id }) => kind === 'archive' && from_id <= id && id < below_id
    // Neighbours went together: the receipt of the last one is looked at first.
    if (!this.latest || !covers(this.latest)) this.latest = this.list.find(covers)
    return this.use(this.latest, leaf)
  }
  /** Sealed content that is gone, or of which a mention was cut out, so that `state` is the digest of what was left. */
  content({ id, subject_pseudonym, occurred_at }, group, state, leaf) {
    const entry = uuidText(id)
    if (state !== 'gone') return this.use(this.known.get(`${group} ${entry} ${state}`), leaf)
    const person = this.known.get(`subject ${subject_pseudonym}`)
    const erased = this.known.get(`entry ${entry}`) ?? (occurred_at <= person?.until ? person : null)
    return this.use(erased, leaf) ?? this.archived(entry, leaf)
  }
  /** What was explained, in words. */
  notes() {
    const used = this.list.filter(({ spans }) => spans.length > 0)
    return used.map(({ kind, number, by, spans }) => {
      const some = spans.slice(0, 20).map(([from, to]) => (from === to ? from : `${from} to ${to}`))
      const more = spans.length > 20 ? ` and ${spans.length - 20} stretches more` : ''
      const word = kind === 'archive' ? 'archived' : 'erased'
      return `${word}, with receipt ${number} (entry ${by}): leaves ${some.join(', ')}${more}`
    })
  }
}

// ---- Evidence: a pack, or the proof of one entry ----
/** The format of a report's manifest, and the member that proves the entry which names that manifest. */
const [REPORT, OWN_PROOF] = ['palimpsest-report-1', 'proofs/report.tlog-proof']
/** What an error says of the evidence: a problem, at its place. */
function problemOf({ why, message, code }, { log = null, leaf = null, id, entry, before = '' } = {}) {
  const kind = /^(removed|inserted|moved|lost|unjudged)$/.test(why) ? why : 'changed'
  const what = why ? message : code ? `It could not be read (${code}).` : 'it is malformed'
  return { kind, log, leaf, entry: entry ?? (id ? uuidText(id) : null), what: before + what }
}
/** X.509 is more than this file holds; `palimpsest verify` takes the sentence back where it checks them. */
export const STAMPS = 'the time stamps: not checked, `palimpsest verify` does with --tsa <certificate>'
/** Verifies a pack: `names` of its members and `open(name)`, their bytes. */
async function verifyPack(pack, keys, receipts, result) {
  const { problems, notes, not_proved, logs } = result
  const [members, unread] = [new Map([['manifest.json', { bytes: 1 << 24 }]]), new Set(pack.names)]
  let signers = keys
  const attempt = (work, before) => work().catch((error) => void problems.push(problemOf(error, { before })))
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
    const right = !stated.sha256 || (bytes === stated.bytes && hash.digest('hex') === stated.sha256)
    need(right, `The member ${name} is not the one that the manifest names.`)
  }
  async function readText(name) {
    need(!(members.get(name)?.bytes > 1 << 27), `The member ${name} is too long.`)
    const [strict, parts] = [new TextDecoder('utf-8', { fatal: true }), []]
    for await (const chunk of read(name)) parts.push(strict.decode(chunk, { stream: true }))
    return parts.join('') + strict.decode()
  }
  async function verifyOne(info) {
    const { problem, counts, newer, cosigned } = await verifyLog(readLines(read(info.file)), info, signers, receipts)
    logs.unshift({ origin: info.origin, ...counts })
    if (problem) return void problems.push(problem)
    if (newer) notes.push(`${info.origin}${newer}`)
    for (const { name } of signers.filter(({ witness }) => witness)) {
      const { time, size } = cosigned.get(name) ?? {}
      const at = time < 8e12 ? new Date(time * 1000).toISOString() : 'an impossible time'
      if (size) notes.push(`${info.origin}: the first ${size} leaves are cosigned by ${name}, at ${at}`)
      else not_proved.push(`that ${name} has seen ${info.origin}: no cosignature by it is here`)
    }
  }
  async function verifyLedger(manifest) {
    const origins = manifest.logs.map(({ origin }) => origin)
    const add = (line) =>
      attempt(async () => receipts.add(parseJson(line), signers, origins), 'a receipt does not hold: ')
    await attempt(async () => {
      for (const line of (await readText('receipts.jsonl')).split('\n').filter(Boolean)) await add(line)
    })
    // The newest generation first: it says what the one before it lost.
    for (const info of [...manifest.logs].reverse()) await attempt(() => verifyOne(info))
    const asked = (manifest.witnesses ?? NONE).filter((text) => !signers.some((key) => key.text === text))
    const names = asked.map((text) => parseKey(text).name).join(', ')
    if (names) not_proved.push(`what witnesses signed (${names}): not checked, give --trust with their keys`)
    if (members.has('time-stamps.jsonl')) not_proved.push(STAMPS)
    if (origins.length === 0) not_proved.push('anything of a ledger: no log is in this pack')
  }
  await attempt(async () => {
    const text = await readText('manifest.json')
    const manifest = parseJson(text)
    const isReport = manifest.format === REPORT
    need(isReport || manifest.format === 'palimpsest/v1/pack', 'The manifest is of another format.')
    for (const member of manifest.members) members.set(member.name, member)
    // What the manifest cannot name by its hash: the proof of the entry that names the manifest.
    if (isReport) members.set(OWN_PROOF, { bytes: 1 << 26 })
    if (!result.trusted) signers = manifest.signers.map(parseKey)
    if (isReport) {
      const [digest, { Report }] = [hex(P.sha256(fromText(text))), await P.report()]
      const given = { manifest, digest, names: pack.names, read, readText, attempt, signers, show: receipts.show }
      await new Report({ ...given, notes, not_proved, logs }).verify()
    } else await verifyLedger(manifest)
    for (const name of new Set([...members.keys(), ...pack.names])) {
      await attempt(async () => {
        need(members.has(name), `The member ${name} is not in the manifest.`, 'inserted')
        need(pack.names.includes(name), `The member ${name} is missing.`, 'removed')
        for await (const _ of read(name));
      })
    }
    notes.push(...receipts.notes())
    not_proved.push(...(manifest.not_proved ?? NONE))
  })
  problems.sort((a, b) => Number(a.leaf === null) - Number(b.leaf === null))
  const exit = problems.length === 0 ? 0 : problems.every(({ kind }) => kind === 'unjudged') ? 2 : 1
  return { ...result, exit, signers: signers.map((key) => key.text) }
}
/** Checks a proof of one entry: section 13. `logKey` is null where nobody trusted signed its checkpoint. */
async function openProof(file, keys) {
  const end = Math.max(String(file).indexOf('\n\n'), 0)
  const [header, extra, place, ...lines] = String(file).slice(0, end).split('\n')
  const [path, index] = [lines.map(unbase64), /^index (0|[1-9]\d{0,15})$/.exec(place)?.[1]]
  const formed = header === 'c2sp.org/tlog-proof@v1' && extra?.startsWith('extra ') && index && path.length <= 63
  need(formed && path.every((hash) => hash?.length === 32), 'This is not a proof of an entry (C2SP tlog-proof).')
  const met = []
  const checkpoint = openCheckpoint(file.slice(end + 2), keys, met)
  await settle(met)
  const { leaf, ...entry } = openEntry(unbase64(extra.slice(6)) ?? '')
  const { log_id, tenant_id } = entry.envelope
  const { origin, size, root } = checkpoint
  hold(log_id === P.sha256(fromText(origin)) && origin.split('/').at(-2) === tenant_id, 'It is of another log.')
  const leads = rootOfPath(Number(index), size, leafHash(leaf), path) === root
  hold(leads, 'The entry is not in the tree of the checkpoint at this index.')
  return { ...checkpoint, ...entry, index }
}
/** Verifies a proof alone. It carries no key, and without one anybody could have made all of it. */
async function verifyProof(file, keys, show, result) {
  const { origin, size, index, envelope, openings, logKey, signers } = await openProof(file, keys)
  const place = `leaf ${index} of the ${size} under a checkpoint of ${origin}`
  result.notes.push(`Entry ${uuidText(envelope.id)} is ${place}.`)
  need(keys.length > 0, `Its signature by ${signers} is not proved: give the log's key with --trust.`, 'untrusted')
  need(logKey, `Nobody you trust signed it, but ${signers}.`, 'untrusted')
  show?.(Number(index), { envelope, openings })
  return { ...result, exit: 0, signers }
}
/** Verifies what `open` gives: the text of a proof, or a pack. No evidence makes it throw. `show` is given each entry. */
export async function verifyEvidence(open, { trust = [], anchors = () => [], show } = {}) {
  const not_proved = [
    'that the gateway recorded every call, and recorded truly',
    'that these checkpoints are the ones others see: compare them with anchors or witnesses',
    'any time beyond the clock of the operator',
  ]
  const trusted = trust.length > 0
  const result = { exit: 2, trusted, signers: trust, logs: [], problems: [], notes: [], not_proved }
  try {
    const [keys, receipts] = [trust.map(parseKey), new Receipts(anchors().map(parseJson), show)]
    const evidence = await open()
    if (typeof evidence === 'string') return await verifyProof(evidence, keys, show, result)
    need(evidence.names.includes('manifest.json'), 'This is no pack: it has no manifest.json.')
    return await verifyPack(evidence, keys, receipts, result)
  } catch (error) {
    const [exit, kind] = error.why === 'wrong' ? [1, 'changed'] : [2, 'unjudged']
    return { ...result, exit, problems: [{ ...problemOf(error), kind }] }
  }
}
/** A result in words. The first line says who vouches for the signer. */
export function words({ exit, trusted, signers, logs, problems, notes, not_proved }) {
  const faith = exit === 2 ? 'No signature is proved (no --trust)' : 'The signer is taken on faith (no --trust)'
  const named = (name, value) => (value === null ? '' : `, ${name} ${value}`)
  const place = ({ log, leaf, entry }) => `${log ?? 'evidence'}${named('leaf', leaf)}${named('entry', entry)}`
  const counted = (counts) => Object.entries(counts).map(([name, count]) => `${name} ${count}`)
  return [
    `${trusted ? 'You trust the signer' : faith}: ${signers.join(', ') || 'none'}`,
    ['It holds.', 'It does not hold.', 'It could not be judged.'][exit],
    ...problems.map((problem) => `${problem.kind}: ${place(problem)}: ${problem.what}`),
    ...logs.map(({ origin, ...counts }) => `${origin}: ${counted(counts).join(', ')}`),
    ...notes,
    ...not_proved.map((what) => `Not proved: ${what}.`),
  ].join('\n')
}

// ---- Files: a proof, or the members of a zip file by its directory (APPNOTE 4.3.12, 4.3.14, 4.3.16, 4.5.3) ----
/** A number of `length` bytes, least significant first. */
const little = (bytes, at, length) =>
  length === 0 ? 0 : bytes.charCodeAt(at) + 256 * little(bytes, at + 1, length - 1)
/** What a file is, a Blob: the text of a proof, or the members of a pack. `inflate` unpacks the chunks of one. */
export async function openFile(file, inflate) {
  const { size } = file
  const read = async (start, length) => {
    const bytes = new Uint8Array(await file.slice(start, start + length).arrayBuffer())
    need(bytes.length === length, 'The zip file ends too early.')
    return bytes
  }
  const part = async (start, length) => P.latin1(await read(start, length))
  const isProof = (await part(0, Math.min(size, 14))) === 'c2sp.org/tlog-' && size < 1 << 26
  if (isProof) return decoder.decode(await read(0, size))
  const tail = await part(Math.max(0, size - 65557), Math.min(size, 65557))
  const [end, far] = [tail.lastIndexOf('PK\x05\x06'), tail.lastIndexOf('PK\x06\x07')]
  need(end >= 0, 'This is neither a pack (a zip file or a folder) nor a proof.')
  const members = new Map()
  async function readDirectory() {
    const long = far < 0 ? null : await part(little(tail, far + 8, 8), 56)
    const length = long ? little(long, 40, 8) : little(tail, end + 12, 4)
    need(length <= 1 << 26, 'The directory of this zip file is too long.')
    const all = await part(long ? little(long, 48, 8) : little(tail, end + 16, 4), length)
    for (let at = 0; at !== length; ) {
      need(all.startsWith('PK\x01\x02', at), 'The directory of this zip file is broken.')
      const [method, names, extras, more] = [10, 28, 30, 32].map((offset) => little(all, at + offset, 2))
      const sizes = [24, 20, 42].map((offset) => little(all, at + offset, 4))
      const to = at + 46 + names + extras
      const name = loose.decode(P.bytes(all.slice(at + 46, to - extras)))
      // Sizes that do not fit stand in 64 bits, one after another, in an extra field of type 1.
      for (let x = to - extras, y = x + 4; x < to; x += 4 + little(all, x + 2, 2), y = x + 4) {
        for (let i = 0; i < 3 && little(all, x, 2) === 1; i++) {
          if (sizes[i] === 0xffffffff) [sizes[i], y] = [little(all, y, 8), y + 8]
        }
      }
      const [plain, packed, offset] = sizes
      const safe = !/^\/|\\|\0|(^|\/)\.\.?(\/|$)/.test(name) && !members.has(name) && (method === 0 || method === 8)
      need(safe && plain <= packed * 200 + (1 << 20), `The member ${JSON.stringify(name)} is not safe to unpack.`)
      if (!name.endsWith('/')) members.set(name, { method, packed, offset })
      at = to + more
    }
  }
  // A zip file that names a manifest is a pack: what is broken in it does not hold, instead of being left unjudged.
  const why = tail.includes('manifest.json') ? 'wrong' : 'malformed'
  await readDirectory().catch((error) => need(false, problemOf(error).what, why))
  async function* stored({ packed, offset }) {
    const head = await part(offset, 30)
    const start = offset + 30 + little(head, 26, 2) + little(head, 28, 2)
    for (let at = 0; at < packed; at += 1 << 18) yield read(start + at, Math.min(packed - at, 1 << 18))
  }
  const open = (name) => (members.get(name).method === 8 ? inflate : (chunks) => chunks)(stored(members.get(name)))
  return { names: [...members.keys()], open }
}

// ---- Node ----
import { createHash, hash } from 'node:crypto'
import { createReadStream, openAsBlob, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { pipeline } from 'node:stream'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { createInflateRaw } from 'node:zlib'

/** For verify-report.mjs. */
export { detailOf, fromText, hex, hold, isCount, NONE, need, OWN_PROOF, openProof, P, parseJson, problemOf, uuidText }

const NO_REPORT = 'A report is checked with verify-report.mjs, which travels with it: put that beside verify.mjs.'
let [room, views] = [Buffer.alloc(1 << 16), []] // views of the lengths that come often are kept
P = {
  sha256: (bytes) => {
    if (bytes.length > room.length) [room, views] = [Buffer.alloc(2 * bytes.length), []]
    room.latin1Write(bytes)
    views[bytes.length] ??= room.subarray(0, bytes.length)
    return hash('sha256', views[bytes.length], 'latin1')
  },
  hasher: () => createHash('sha256'),
  bytes: (text) => Buffer.from(text, 'latin1'),
  latin1: (bytes, from = 0, end = bytes.length) => Buffer.prototype.latin1Slice.call(bytes, from, end),
  report: () => import('./verify-report.mjs').catch(() => need(false, NO_REPORT, 'unjudged')),
}
function openFolder(folder) {
  const items = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((item) => item.isFile())
  const nameOf = (item) => relative(folder, join(item.parentPath, item.name)).split(sep).join('/')
  const open = (name) => createReadStream(join(folder, name), { highWaterMark: 1 << 18 })
  return { names: items.map(nameOf), open }
}
const inflate = (packed) =>
  pipeline(packed, createInflateRaw({ chunkSize: 1 << 18, highWaterMark: 1 << 20 }), () => undefined)
/** Opens what stands at a path: a folder, a zip file or a proof. */
export const openPath = async (target) =>
  statSync(target).isDirectory() ? openFolder(target) : openFile(await openAsBlob(target), inflate)
/** Verifies it; `anchors` is the path of a folder. */
export async function verifyPath(target, { trust = [], anchors = null, show } = {}) {
  const found = () => (anchors === null ? [] : readdirSync(anchors).filter((name) => name.endsWith('.json')))
  const brought = () => found().map((name) => readFileSync(join(anchors, name), 'utf8'))
  return verifyEvidence(() => openPath(target), { trust, anchors: brought, show })
}
async function main() {
  const [one, flag] = [{ type: 'string' }, { type: 'boolean' }]
  const options = { trust: { ...one, multiple: true }, anchors: one, json: flag, entries: flag }
  const { values, positionals } = parseArgs({ options, allowPositionals: true })
  need(positionals.length === 1, 'Name one pack (a zip file or a folder) or one proof.')
  const say = (line) => process.stdout.write(`${line}\n`)
  const show = values.entries && ((leaf, entry) => say(JSON.stringify({ leaf, ...readable(entry) })))
  const result = await verifyPath(positionals[0], { ...values, show })
  say(values.json ? JSON.stringify(result, null, 2) : words(result))
  process.exitCode = result.exit
}
/** No evidence makes main throw; an argument does. */
function refuse({ message }) {
  const options = '[--trust <verifier key>]... [--anchors <folder>] [--json] [--entries]'
  process.stderr.write(`${message}\nnode verify.mjs <pack.zip | folder | proof> ${options}\n`)
  process.exitCode = 2
}
// Nothing waits for it here, because verify-report.mjs takes from this file what it needs.
const isProgram = process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href
if (isProgram) void main().catch(refuse)
