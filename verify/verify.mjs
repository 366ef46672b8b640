#!/usr/bin/env node
// Checks evidence of a Palimpsest ledger offline: one file, no dependencies, Node 20.16 or later.
//   node verify.mjs <pack.zip | folder | proof> [--trust <verifier key>]... [--anchors <folder>] [--json] [--entries]
// Exit code: 0 it holds, 1 it does not hold, 2 it could not be judged. Sections are those of docs/ledger.md; the rest
// is in docs/verify.md. Begin to read at verifyLog. Bytes are strings of the characters 0 to 255, compared with === and
// joined with +. Hashes, signatures and files as Node has them stand at the end: verify.html has a browser's instead.

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
/** Refuses evidence: it is malformed, wrong or untrusted, or something was removed, inserted, moved or lost. */
function need(ok, what, why = 'malformed', more = null) {
  if (!ok) throw Object.assign(new Error(typeof what === 'string' ? what : what()), { why, ...more })
}
const hold = (ok, what, more) => need(ok, what, 'wrong', more)
const isCount = (value) => Number.isSafeInteger(value) && value >= 0
/** Numbers of two, four and eight bytes, most significant first. */
const u16 = (bytes, at) => (bytes.charCodeAt(at) << 8) | bytes.charCodeAt(at + 1)
const u32 = (bytes, at) => ((u16(bytes, at) << 16) | u16(bytes, at + 2)) >>> 0
const u64 = (bytes, at) => u32(bytes, at) * 2 ** 32 + u32(bytes, at + 4)
const byte = String.fromCharCode
const four = (n) => byte(n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255)
const eight = (n) => four(Math.floor(n / 2 ** 32)) + four(n >>> 0)
const label = (name) => `palimpsest/v1/${name}\0`
/** Text as its UTF-8 bytes, and back. */
const fromText = (text) => fromBytes(new TextEncoder().encode(text))
const utf8 = (bytes) => (/[\x80-\xff]/.test(bytes) ? strict.decode(toBytes(bytes)) : bytes)
const hex = (bytes) => Array.from(bytes, (char) => char.charCodeAt(0).toString(16).padStart(2, '0')).join('')
const uuidText = (bytes) => hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
const looseText = (bytes) => new TextDecoder().decode(toBytes(bytes))
const hashes = (bytes) => bytes.match(/.{32}/gs) ?? []
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

const tenantOf = (origin) => origin.slice(0, origin.lastIndexOf('/'))
/** What an error says of the evidence: a problem, at its place. */
function problemOf({ why, message, code }, { log = null, leaf = null, id, entry, before = '' } = {}) {
  const kind = /^(removed|inserted|moved|lost|unjudged)$/.test(why) ? why : 'changed'
  const what = why ? message : code ? `It could not be read (${code}).` : 'it is malformed'
  return { kind, log, leaf, entry: entry ?? (id ? uuidText(id) : null), what: before + what }
}

// ---- Keys, signed notes, checkpoints: sections 11 and 12 ----
export function parseKey(text) {
  const [, name, id, encoded] = /^([^+\p{White_Space}\p{Cc}]+)\+([0-9a-f]{8})\+(.+)$/u.exec(text) ?? []
  const typed = unbase64(encoded)
  need(typed?.length === 33 && /^[\x01\x04]/.test(typed), 'A verifier key has to read <name>+<hex id>+<Ed25519 key>.')
  const own = hex(sha256(`${fromText(name)}\n${typed}`))
  need(own.startsWith(id), 'The id in a verifier key is not the one of its name and key.')
  return { text, name, id, witness: typed[0] === '\x04', key: typed.slice(1) }
}
/** Reads a signed note. Every signature by a known key has to hold; `signed` are the known keys that signed. */
export function openNote(note, keys) {
  const end = note.length <= 1 << 20 ? note.lastIndexOf('\n\n') : -1
  const clean = end >= 0 && note.endsWith('\n') && note.isWellFormed() && !/[\0-\x09\x0b-\x1f]/.test(note)
  const [text, lines, signed] = [note.slice(0, end + 1), note.slice(end + 2, -1).split('\n'), []]
  need(clean && lines.length <= 100, 'A signed note has to be text, an empty line and 1 to 100 signature lines.')
  const signers = lines.map((line) => {
    const [, name, encoded] = /^— ([^+\p{White_Space}]+) (\S+)$/u.exec(line) ?? []
    const bytes = unbase64(encoded)
    need(bytes?.length > 4, 'A signature line has to read: em dash, key name, base64.')
    const id = hex(bytes.slice(0, 4))
    for (const key of keys.filter((known) => known.name === name && known.id === id)) {
      const time = key.witness ? u64(bytes, 4) : null
      const message = fromText(key.witness ? `cosignature/v1\ntime ${time}\n${text}` : text)
      hold(verifies(key.key, message, bytes.slice(key.witness ? 12 : 4)), `A signature by ${name} does not hold.`)
      signed.push({ ...key, time })
    }
    return `${name}+${id}`
  })
  return { text, signers, signed }
}
/** Reads a signed tree head. `logKey` is the known key of the log that signed it, undefined where none did. */
export function openCheckpoint(note, keys) {
  const { text, signers, signed } = openNote(note, keys)
  const [origin, size, encoded, ...more] = text.slice(0, -1).split('\n')
  const [root, sized] = [unbase64(encoded), /^(0|[1-9]\d{0,15})$/.test(size) && isCount(Number(size))]
  need(origin && sized && root?.length === 32 && !more.includes(''), 'A checkpoint has to hold origin, size and root.')
  const logKey = signed.find((key) => !key.witness && key.name === origin)
  return { origin, size: Number(size), root, logKey, signers, cosigned: signed.filter((key) => key.witness) }
}

// ---- Tree: section 7 ----
export const leafHash = (leaf) => sha256(`\0${leaf}`)
const nodeHash = (left, right) => sha256(`\x01${left}${right}`)
/** Adds leaf `index` to a tree that is held as the hashes of its complete subtrees, largest first. */
export function append(tree, index, hash) {
  let top = hash
  for (let rest = index; rest % 2 === 1; rest = (rest - 1) / 2) top = nodeHash(tree.pop(), top)
  tree.push(top)
}
export const rootOf = (tree) => (tree.length ? tree.reduceRight((right, left) => nodeHash(left, right)) : sha256(''))
/** The root that a leaf hash and its path lead to (RFC 6962 section 2.1.1); null where the path has another length. */
export function rootOfPath(index, size, hash, path) {
  if (size <= 1 || path.length === 0) return size === 1 && index === 0 && path.length === 0 ? hash : null
  let half = 1
  while (half * 2 < size) half *= 2
  const [side, width] = index < half ? [index, half] : [index - half, size - half]
  const below = rootOfPath(side, width, hash, path.slice(0, -1))
  if (below === null) return null
  return index < half ? nodeHash(below, path.at(-1)) : nodeHash(path.at(-1), below)
}

// ---- Entries: sections 3 to 6 and 13 ----
const split = (text) => text.trim().split(/\s+/)
const KINDS = split('interaction refusal erasure disclosure hold archive policy administration report recovery query')
const GROUPS = split('subject prompt response')
const [ENTRY, ENVELOPE, COMMITMENT, ZERO] = [label('entry'), label('envelope'), label('commitment'), '\0'.repeat(32)]
const count = (bytes) => (bytes.length === 8 && isCount(u64(bytes, 0)) ? u64(bytes, 0) : null)
const bool = (bytes) => ({ '\0': false, '\x01': true })[bytes] ?? null
const fixed = (length) => (bytes) => (bytes.length === length ? bytes : null)
const money = (bytes) => /^(?!-0\.0{10}$)-?(0|[1-9]\d{0,9})\.\d{10}$/.exec(bytes)?.[0] ?? null
function texts(bytes) {
  const found = []
  let at = 4
  for (; at + 4 <= bytes.length; at += 4 + u32(bytes, at)) found.push(utf8(bytes.substr(at + 4, u32(bytes, at))))
  return at === bytes.length && u32(bytes, 0) === found.length ? found : null
}
/** The types in the order of their numbers, and what reads a value from its bytes: null where the form is another. */
const TYPES = split('null int time bool text uuid hash decimal texts')
const READ = [() => null, count, count, bool, utf8, fixed(16), fixed(32), money, texts]
/** The fields in their order, with their types; ? may be NULL. */
const FIELDS =
  split(`format_version:int id:uuid kind:text occurred_at:time log_id:hash tenant_id:text team:text? app:text?
  api_key_id:text? subject_pseudonym:text? session_pseudonym:text? region:text? route:text? route_reason:text?
  purpose:text? lawful_basis:text? consent_pseudonym:text? provider:text? model_asked:text? model_answered:text?
  prompt_tokens:int? response_tokens:int? cached_tokens:int? reasoning_tokens:int? usage_estimated:bool?
  cost_usd:decimal? price_usd:text? price_version:text? policy_version:text? engine_version:text? gateway_version:text
  tool:text? feature:text? flags:texts entity_counts:text? has_pii:bool pii_redacted:bool hipaa_route:bool status:text
  status_code:int? error_code:text? finish_reason:text? attempt_count:int attempts:text? latency_ms:int? ttft_ms:int?
  parent_request:uuid? related_entry:uuid? retention_class:text detail:text? coverage_digest:hash?
  subject_blob_digest:hash? prompt_blob_digest:hash? response_blob_digest:hash? writer_epoch:uuid writer_seq:int`)
const PLAN = FIELDS.map((field, i) => {
  const [name, type, mark] = field.split(/[:?]/)
  return { number: i + 1, name, type: TYPES.indexOf(type), read: READ[TYPES.indexOf(type)], nullable: mark === '' }
})
const BLANK = Object.fromEntries(PLAN.map(({ name }) => [name, null]))
/** An envelope from its canonical bytes: section 4. */
export function openEnvelope(bytes) {
  const envelope = { ...BLANK }
  let at = ENVELOPE.length
  need(bytes.startsWith(ENVELOPE), 'its envelope is of another format')
  for (const { number, name, type, read, nullable } of PLAN) {
    const end = at + 7 + u32(bytes, at + 3)
    const stated = u16(bytes, at) === number && end <= bytes.length ? bytes.charCodeAt(at + 2) : -1
    if (stated === type) envelope[name] = read(bytes.slice(at + 7, end))
    const right = envelope[name] !== null || (nullable && stated === 0 && end === at + 7)
    if (!right) need(false, `the field ${name} of its envelope has another form`)
    at = end
  }
  const known = envelope.format_version === 1 && KINDS.includes(envelope.kind)
  need(at === bytes.length && known, 'its envelope is of another version')
  return envelope
}
const detailOf = ({ detail }) => parseJson(detail ?? '{}')
/** RFC 2104, with a key of 32 bytes. */
function padded(key, pad) {
  const block = new Uint8Array(64).fill(pad)
  for (let i = 0; i < 32; i++) block[i] ^= key.charCodeAt(i)
  return fromBytes(block)
}
const hmac = (key, bytes) => sha256(padded(key, 0x5c) + sha256(padded(key, 0x36) + bytes))
/** Opens the record of an entry: checks it against its own commitments, and gives its leaf. */
export function openEntry(all) {
  const stop = 184 + u32(all, 180)
  need(all.startsWith(ENTRY) && stop <= all.length, 'its record is malformed')
  const [envelope, openings, groups] = [openEnvelope(all.slice(184, stop)), {}, all.slice(20, 148)]
  const { id, kind, log_id, occurred_at, writer_epoch, writer_seq } = envelope
  const opens = (i, nonce, bytes) => groups.startsWith(hmac(nonce, COMMITMENT + byte(i + 1) + id + bytes), 32 * i)
  hold(opens(0, all.slice(148, 180), all.slice(184, stop)), 'its envelope is not the one committed to')
  let at = stop
  for (const [i, group] of GROUPS.entries()) {
    const absent = envelope[`${group}_blob_digest`] === null
    if (all.charCodeAt(at) === i + 2) {
      const [nonce, from] = [all.slice(at + 1, at + 33), at + 37]
      at = from + u32(all, at + 33)
      openings[group] = all.slice(from, at)
      need(!absent && all[from] === '\x01' && at <= all.length, `the opening of its ${group} is malformed`)
      hold(opens(i + 1, nonce, openings[group]), `its ${group} is not the one committed to`)
    } else hold(opens(i + 1, ZERO, '\0') === absent, `its ${group} digest and commitment do not agree`)
  }
  need(at === all.length, 'its openings are malformed')
  const head = `\x01${byte(KINDS.indexOf(kind) + 1)}${log_id}${id}${eight(occurred_at)}${writer_epoch}`
  return { envelope, openings, leaf: head + eight(writer_seq) + groups }
}

// ---- A log: the records of section 20 ----
/** The leaves of a log, each with the records that are about it, by their type; a list for each chunk of bytes. */
async function* readLeaves(chunks) {
  let [rest, said] = ['', null]
  for await (const chunk of chunks) {
    const [all, leaves] = [rest + fromBytes(chunk), []]
    const endOf = (from) => (from + 5 <= all.length ? from + 5 + u32(all, from + 1) : Infinity)
    let at = 0
    for (let end = endOf(0); end <= all.length; end = endOf(at)) {
      const [type, record] = [all[at], all.slice(at + 5, end)]
      said ??= { B: [], E: null, F: null, H: [], L: null, S: null }
      need(/[BH]/.test(type) || said[type] === null, 'A record of a log has no place where it is.')
      said[type] = /[BH]/.test(type) ? [...said[type], record] : record
      at = end
      if (type !== 'L') continue
      const [chain, anchored, leaf] = [record.slice(8, 40), record.slice(40, 72), record.slice(73)]
      leaves.push({ ...said, index: u64(record, 0), chain, anchored, leaf, hash: sha256(record.slice(72)) })
      said = null
    }
    rest = all.slice(at)
    need(rest.length < 1 << 25, 'A record of a log is too long.')
    yield leaves
  }
  need(rest === '' && said === null, 'A log does not end with a leaf.')
}
/** Walks one log to its first fault. */
async function verifyLog(chunks, info, { keys: trusted, anchors: brought, receipts, show, result }) {
  const [id, edge] = [sha256(fromText(info.origin)), unbase64(info.edge) || eight(0)]
  const keys = trusted.filter((key) => key.witness || key.name === info.origin)
  const logKey = (text) => keys.find((key) => !key.witness && key.text === text)
  const counts = { leaves: 0, entries: 0, openings: 0, batches: 0, checkpoints: 0 }
  const [tree, writers, cosigned] = [hashes(edge.slice(8)), new Map(), new Map()]
  const anchors = brought.filter((anchor) => anchor.origin === info.origin && anchor.size > u64(edge, 0))
  let [size, chain] = [u64(edge, 0), unbase64(info.chain) ?? sha256(label('chain') + id)] // of the leaves so far
  let [at, covered, bare] = [{}, size, null] // where it is; so many leaves are under a head; the first under no batch
  let [problem, found, newer] = [null, null, ''] // `newer`: the log key that an entry brings in, which nobody gave

  /** Checks one leaf. A fault's `found` knows what is missed here when it comes later: moved. */
  function check(own) {
    const { index, leaf, hash, anchored, L: line, E: record, F: fault, S: sealed } = own
    const [before, epoch, seq, anchor] = [chain, leaf.slice(58, 74), u64(leaf, 74), anchors[0]]
    at = { leaf: size }
    need(index === size, () => `leaf ${index} comes in its place`, 'removed')
    at.id = leaf.slice(34, 50)
    const formed = line.length === 283 && line[72] === '\0' && leaf[0] === '\x01' && leaf.charCodeAt(1) - 1 in KINDS
    hold(formed && leaf.startsWith(id, 2), 'its leaf is malformed')
    if (fault !== null) contradicted(parseJson(utf8(fault)))
    const envelope = record === null ? null : openRecord(leaf, record)
    need(envelope || seq > 0, 'its entry, which opens a writer, is missing', 'removed')
    if (seq === 0) letIn(envelope)
    const writer = numbered(epoch, seq)
    if (envelope) explain(envelope, sealed === null ? {} : parseJson(utf8(sealed)))
    else if (info.entries === 'all')
      need(receipts.archived(uuidText(at.id), size), 'its entry is missing, and no receipt explains it', 'removed')
    chain = sha256(before + hash)
    const follows = (other) => [own.chain, other.chain].includes(sha256(before + other.hash))
    hold(chain === own.chain, 'the chain does not lead to it', { found: follows })
    for (const known of [anchored, anchor?.hashes[index - anchor.first_leaf] ?? ZERO]) {
      const is = (other) => other.hash === known
      hold(known === ZERO || known === hash, 'an anchor has another leaf here', { found: is })
    }
    underBatch(writer, hash, own.B)
    append(tree, size++, hash)
    for (const note of own.H) underHead(utf8(note))
    while (anchors[0]?.size === size) underHead(anchors.shift().note)
    counts.leaves++
  }
  /** What the operator's store itself contradicts. */
  const contradicted = ({ kind, entry, what }) => need(false, what, kind, { at: { ...at, entry } })
  /** The envelope of the entry that a leaf is of. */
  function openRecord(leaf, record) {
    const is = ({ E: other }) => other?.slice(20, 148) === leaf.slice(82)
    hold(is({ E: record }), 'its entry is not the one of its leaf', { found: is })
    const { envelope, openings, leaf: own } = openEntry(record)
    hold(own === leaf, 'its entry is not the one of its leaf')
    counts.entries++
    counts.openings += Object.keys(openings).length
    show?.(size, { envelope, openings })
    return envelope
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
    const holds = ({ log_key, signature }) => verifies(logKey(log_key).key, statement, unbase64(signature))
    need(vouchers.every(holds), 'the log key did not let its writer in', 'inserted')
    if (rotation) rotate(rotation, envelope)
    // `next` and `no` are the numbers that its next entry and batch have to bear; null: any.
    const writer = { epoch, name, key, next: 0, no: 0, previous: sha256(statement), batch: null, ...place }
    if (!writers.has(epoch)) writers.set(epoch, writer)
  }
  /** An entry that brings a new log key in: section 18. That it does is no reason to trust the key. */
  function rotate(said, { id: entry, occurred_at }) {
    const [old, young] = [said.old_key, said.new_key].map(parseKey)
    const own = [old, young].every((key) => !key.witness && key.name === info.origin) && old.key !== young.key
    const timed = said.rotated_at === occurred_at && isCount(said.overlap_until) && said.overlap_until >= occurred_at
    const times = eight(occurred_at) + eight(said.overlap_until)
    const statement = label('log-key-rotation') + id + times + old.key + young.key
    const signed = ({ key }, signature) => verifies(key, statement, unbase64(signature))
    const both = signed(old, said.old_signature) && signed(young, said.new_signature)
    hold(own && timed && both && Object.keys(said).length === 6, 'its rotation of the log key does not hold')
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
    const missed = { found: (other) => other.leaf.slice(58, 82) === epoch + eight(next) }
    need(writer, () => `it claims writer ${uuidText(epoch)}, whom the log key did not let in`, 'inserted', missed)
    need(seq >= next, () => `number ${seq} of its writer ${writer.name} is given already`, 'inserted')
    need(seq === next, () => `before it, number ${next} of its writer ${writer.name} is missing`, 'removed', missed)
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
    const right = writer.next !== batch?.end || sha256(label('batch-entries') + batch.hashes) === batch.digest
    const what = () => `of the entries from it to ${uuidText(at.id)}, one at least is not what its writer signed`
    hold(right, what, { at: batch?.at })
  }
  /** The next batch of a writer, section 10: signed, and linked to the one before it. */
  function openBatch(writer, row) {
    const [bytes, no, first, entries] = [row.slice(0, 152), u64(row, 68), u64(row, 76), u32(row, 84)]
    const name = `batch ${no} of its writer ${writer.name}`
    hold(row.length === 216 && bytes.startsWith(label('batch')) && entries > 0, `${name} is malformed`)
    const own = bytes.slice(20, 68) === id + writer.epoch && verifies(writer.key, bytes, row.slice(152))
    hold(own, `${name} is not what the writer signed`)
    need(no === (writer.no ?? no), `a batch before ${name} is missing`, 'removed')
    const follows = writer.no === null || bytes.slice(120) === writer.previous
    hold(follows && first === writer.next - 1, `${name} does not follow the one before it`)
    counts.batches++
    Object.assign(writer, { no: no + 1, previous: sha256(bytes) })
    return { at, digest: bytes.slice(88, 120), end: first + entries, hashes: '' }
  }
  /** A signed tree head over the leaves so far, the log's own or an anchor's. */
  function underHead(note) {
    const head = openCheckpoint(note, keys)
    hold(head.logKey, `the checkpoint over it is signed by nobody trusted${newer}`)
    hold(head.origin === info.origin && head.size === size, 'the checkpoint over it is of another tree')
    const what = `of the leaves ${covered} to ${at.leaf}, one at least is not what a checkpoint was signed over`
    const first = { at: bare ?? { leaf: covered } }
    need(head.root === rootOf(tree), what, bare ? 'inserted' : 'wrong', first)
    need(!bare, 'the signed batch of its writer is missing', 'removed', first)
    covered = size
    counts.checkpoints++
    for (const { name, time } of head.cosigned) {
      const when = time < 8e12 ? new Date(time * 1000).toISOString() : 'an impossible time'
      cosigned.set(name, `the first ${size} leaves are cosigned by ${name}, at ${when}`)
    }
  }
  /** Behind the last leaf: what was signed beyond it, and what is under no signature. */
  function finish() {
    const lost = receipts.lost.get(info.origin)
    at = { leaf: size }
    for (const note of [...info.beyond, ...anchors.map((anchor) => anchor.note)]) {
      const head = openCheckpoint(note, keys)
      const beyond = head.logKey && head.size > size
      need(beyond, `nobody trusted signed the checkpoint of size ${head.size}${newer}`, 'inserted')
      const declared = lost?.restored_size === size && head.size <= lost.anchored_size
      const why = declared ? `were lost in a restore, says entry ${lost.by}` : 'are gone, but signed for'
      need(false, `the leaves ${size} to ${head.size - 1} ${why}`, declared ? 'lost' : 'removed')
    }
    need(!bare, 'no writer signed it', 'inserted', { at: bare })
    need(size === covered, 'no signed checkpoint covers the leaves from here on', 'removed', { at: { leaf: covered } })
    at = {}
    for (const { name, next, batch } of writers.values())
      need(!batch || next >= batch.end, `the writer ${name} signed more entries than there are`, 'removed')
    info.faults.forEach(contradicted)
  }
  function walk(work, list) {
    try {
      if (!problem) list.forEach(work)
    } catch (error) {
      problem = problemOf(error, { ...(error.at ?? at), log: info.origin })
      found = error.found
    }
  }

  walk((text) => letIn(openEnvelope(unbase64(text)), { next: null, no: null }), info.openings)
  for await (const leaves of readLeaves(chunks)) {
    walk(check, leaves)
    const there = found && leaves.find((other) => other.index > problem.leaf && found(other))
    if (!there) continue
    problem = { ...problem, kind: 'moved', what: `${problem.what}; it stands at leaf ${there.index}` }
    found = null
  }
  walk(finish, [null])
  result.logs.unshift({ origin: info.origin, ...counts })
  if (problem) return void result.problems.push(problem)
  if (newer) result.notes.push(`${info.origin}${newer}`)
  for (const { name } of keys.filter(({ witness }) => witness)) {
    if (cosigned.has(name)) result.notes.push(`${info.origin}: ${cosigned.get(name)}`)
    else result.not_proved.push(`that ${name} has seen ${info.origin}: no cosignature by it is here`)
  }
}
/** Why something may be gone: what entries of kind erasure and archive say, each by its proof: section 19. */
class Receipts {
  list = []
  known = new Map() // of erasures, by what they explain: a person, an entry, a cut
  lost = new Map() // by origin: what a recovery says of the generation before it
  /** Takes the proof of a receipt's entry; `origins` are the logs of the pack. */
  add({ proof }, keys, origins) {
    const { origin, logKey, envelope } = openProof(proof, keys)
    const [by, own] = [uuidText(envelope.id), origins.some((known) => tenantOf(known) === tenantOf(origin))]
    need(logKey && own, `nobody trusted signed for the receipt of entry ${by}`, 'inserted')
    const { number, subjects = [], entries = [], cuts = [], from_id, below_id } = detailOf(envelope).receipt ?? {}
    const { kind, occurred_at } = envelope
    need(/^(erasure|archive)$/.test(kind) && isCount(number), `the entry ${by} is no receipt`, 'inserted')
    // A person's content may be written 31 days after the receipt that names the person, in microseconds.
    const receipt = { kind, number, by, until: occurred_at + 31 * 86_400e6, from_id, below_id, spans: [] }
    const cut = cuts.map(({ entry, group, now }) => `${group} ${entry} ${now}`)
    const gone = [...subjects.map((subject) => `subject ${subject}`), ...entries.map((entry) => `entry ${entry}`)]
    this.list.push(receipt)
    if (kind === 'erasure') for (const what of [...cut, ...gone]) this.known.set(what, receipt)
  }
  /** Notes the leaf that a receipt explains, if there is one. */
  use(receipt, leaf) {
    const last = receipt?.spans.at(-1)
    if (last && leaf <= last[1] + 1) last[1] = leaf
    else receipt?.spans.push([leaf, leaf])
    return receipt
  }
  /** Explains that an entry, or its sealed content, is gone: it went to the archive, or past its time. */
  archived(id, leaf) {
    const covers = ({ kind, from_id, below_id }) => kind === 'archive' && from_id <= id && id < below_id
    // Neighbours went together: the receipt of the last one is looked at first.
    if (!this.latest || !covers(this.latest)) this.latest = this.list.find(covers)
    return this.use(this.latest, leaf)
  }
  /** Explains that sealed content is gone, or a mention was cut out of it: `state` is the digest of what was left. */
  content({ id, subject_pseudonym, occurred_at }, group, state, leaf) {
    const entry = uuidText(id)
    if (state !== 'gone') return this.use(this.known.get(`${group} ${entry} ${state}`), leaf)
    const person = this.known.get(`subject ${subject_pseudonym}`)
    const erased = this.known.get(`entry ${entry}`) ?? (occurred_at <= person?.until ? person : null)
    return this.use(erased, leaf) ?? this.archived(entry, leaf)
  }
  /** What was explained, in words. */
  *notes() {
    for (const { kind, number, by, spans } of this.list.filter((receipt) => receipt.spans.length > 0)) {
      const some = spans.slice(0, 20).map(([from, to]) => (from === to ? from : `${from} to ${to}`))
      const more = spans.length > 20 ? ` and ${spans.length - 20} stretches more` : ''
      const what = kind === 'archive' ? 'archived' : 'erased'
      yield `${what}, with receipt ${number} (entry ${by}): leaves ${some.join(', ')}${more}`
    }
  }
}

// ---- Evidence: a pack, or the proof of one entry ----
/** Checks a proof of one entry: section 13. `logKey` is undefined where nobody trusted signed its checkpoint. */
function openProof(file, keys) {
  const end = Math.max(String(file).indexOf('\n\n'), 0)
  const [header, extra, place, ...lines] = String(file).slice(0, end).split('\n')
  const [path, index] = [lines.map(unbase64), /^index (0|[1-9]\d{0,15})$/.exec(place)?.[1]]
  const formed = header === 'c2sp.org/tlog-proof@v1' && extra?.startsWith('extra ') && index && path.length <= 63
  need(formed && path.every((hash) => hash?.length === 32), 'This is not a proof of an entry (C2SP tlog-proof).')
  const checkpoint = openCheckpoint(file.slice(end + 2), keys)
  const { origin, size, root } = checkpoint
  const { leaf, ...entry } = openEntry(unbase64(extra.slice(6)) ?? '')
  const { log_id, tenant_id } = entry.envelope
  hold(log_id === sha256(fromText(origin)) && origin.split('/').at(-2) === tenant_id, 'It is of another log.')
  const leads = rootOfPath(Number(index), size, leafHash(leaf), path) === root
  hold(leads, 'The entry is not in the tree of the checkpoint at this index.')
  return { ...checkpoint, ...entry, index }
}
/** Verifies a proof alone. It carries no key, and without one anybody could have made all of it. */
function verifyProof(file, { keys, show, result }) {
  const { origin, size, index, logKey, signers, ...entry } = openProof(file, keys)
  result.notes.push(
    `Entry ${uuidText(entry.envelope.id)} is leaf ${index} of the ${size} under a checkpoint of ${origin}.`,
  )
  need(keys.length > 0, `Its signature by ${signers} is not proved: give the log's key with --trust.`, 'untrusted')
  need(logKey, `Nobody you trust signed it, but ${signers}.`, 'untrusted')
  show?.(Number(index), entry)
  result.signers = signers
}
/** X.509 is more than this file holds; `palimpsest verify` takes the sentence back where it checks them. */
export const STAMPS = 'the time stamps: not checked, `palimpsest verify` does with --tsa <certificate>'
/** Verifies a pack: `names` of its members and `open(name)`, their bytes. */
async function verifyPack({ names, open }, { keys: trusted, anchors, show, result }) {
  const { problems, notes, not_proved } = result
  const [members, unread] = [new Map([['manifest.json', { bytes: 1 << 24 }]]), new Set(names)]
  const attempt = (work, before) => work().catch((error) => void problems.push(problemOf(error, { before })))
  /** A member's bytes; length and SHA-256 have to be those of the manifest. */
  async function* read(name) {
    if (!unread.delete(name)) return
    const [stated, hash] = [members.get(name), newHash()]
    let bytes = 0
    for await (const chunk of open(name)) {
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
    const parts = []
    for await (const chunk of read(name)) parts.push(fromBytes(chunk))
    return utf8(parts.join(''))
  }
  const [text, receipts] = [await readText('manifest.json'), new Receipts()]
  const manifest = parseJson(text)
  const isReport = manifest.format === 'palimpsest-report-1'
  for (const member of manifest.members) members.set(member.name, member)
  // What a report's manifest cannot name by its hash: the proof of the entry that names the manifest.
  if (isReport) members.set('proofs/report.tlog-proof', { bytes: 1 << 26 })
  const keys = result.trusted ? trusted : manifest.signers.map(parseKey)
  result.signers = keys.map((key) => key.text)
  async function verifyLedger() {
    need(manifest.format === 'palimpsest/v1/pack', 'The manifest is of another format.')
    const origins = manifest.logs.map(({ origin }) => origin)
    const take = async (line) => receipts.add(parseJson(line), keys, origins)
    const lines = (await attempt(() => readText('receipts.jsonl')))?.split('\n').filter(Boolean) ?? []
    for (const line of lines) await attempt(() => take(line), 'a receipt does not hold: ')
    // The newest generation first: it says what the one before it lost.
    for (const info of [...manifest.logs].reverse())
      await attempt(() => verifyLog(read(info.file), info, { keys, anchors, receipts, show, result }))
    const asked = (manifest.witnesses ?? []).filter((text) => !result.signers.includes(text))
    const witnesses = asked.map((text) => parseKey(text).name).join(', ')
    if (witnesses) not_proved.push(`what witnesses signed (${witnesses}): not checked, give --trust with their keys`)
    if (members.has('time-stamps.jsonl')) not_proved.push(STAMPS)
    if (origins.length === 0) not_proved.push('anything of a ledger: no log is in this pack')
    notes.push(...receipts.notes())
  }
  const report = { manifest, text, names, read, readText, attempt, keys, show, ...result }
  await attempt(async () => (isReport ? (await loadReport()).verifyReport(report) : verifyLedger()))
  for (const name of new Set([...members.keys(), ...names])) {
    await attempt(async () => {
      need(members.has(name), `The member ${name} is not in the manifest.`, 'inserted')
      need(names.includes(name), `The member ${name} is missing.`, 'removed')
      for await (const _ of read(name));
    })
  }
  not_proved.push(...(manifest.not_proved ?? []))
}
/** Verifies what `open` gives: the text of a proof, or a pack. No evidence makes it throw. `show` gets each entry. */
export async function verifyEvidence(open, { trust = [], anchors = () => [], show } = {}) {
  const not_proved = [
    'that the gateway recorded every call, and recorded truly',
    'that these checkpoints are the ones others see: compare them with anchors or witnesses',
    'any time beyond the clock of the operator',
  ]
  const result = { exit: 2, trusted: trust.length > 0, signers: trust, logs: [], problems: [], notes: [], not_proved }
  const sizeOf = ({ note }) => Number(note.split('\n')[1])
  const read = (item) => ({ ...item, size: sizeOf(item), hashes: hashes(unbase64(item.leaf_hashes)) })
  let isPack = false
  try {
    const brought = anchors().flatMap((text) => parseJson(text).items.map(read))
    const given = { keys: trust.map(parseKey), anchors: brought.sort((a, b) => a.size - b.size), show, result }
    const evidence = await open()
    if (typeof evidence === 'string') verifyProof(evidence, given)
    else {
      isPack = evidence.names.includes('manifest.json')
      need(isPack, 'This is no pack: it has no manifest.json.')
      await verifyPack(evidence, given)
    }
  } catch (error) {
    result.problems.push({ ...problemOf(error), kind: isPack || error.why === 'wrong' ? 'changed' : 'unjudged' })
  }
  result.problems.sort((a, b) => Number(a.leaf === null) - Number(b.leaf === null))
  const unjudged = result.problems.every(({ kind }) => kind === 'unjudged')
  result.exit = result.problems.length === 0 ? 0 : unjudged ? 2 : 1
  return result
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
/** An opened entry, for people to read. */
function readable({ envelope, openings }) {
  const shown = ({ name, type }) =>
    ({ uuid: uuidText, hash: hex })[TYPES[type]]?.(envelope[name] ?? '') || envelope[name]
  const opened = Object.entries(openings).map(([group, bytes]) => [group, looseText(bytes.slice(1))])
  return Object.fromEntries([...PLAN.map((field) => [field.name, shown(field)]), ...opened])
}

// ---- Files: a proof, or the members of a zip file by its directory (APPNOTE 4.3.12, 4.3.14, 4.3.16, 4.5.3) ----
/** A number of `length` bytes, least significant first. */
const little = (bytes, at, length) => (length ? bytes.charCodeAt(at) + 256 * little(bytes, at + 1, length - 1) : 0)
/** What a file is, a Blob: the text of a proof, or the members of a pack. */
export async function openFile(file) {
  const { size } = file
  let why = 'malformed'
  const part = async (start, length) => {
    const bytes = new Uint8Array(await file.slice(start, start + length).arrayBuffer())
    need(bytes.length === length, 'The zip file ends too early.', why)
    return fromBytes(bytes)
  }
  if (size < 1 << 26 && (await part(0, Math.min(size, 14))) === 'c2sp.org/tlog-') return utf8(await part(0, size))
  const tail = await part(Math.max(0, size - 65557), Math.min(size, 65557))
  const [end, far] = [tail.lastIndexOf('PK\x05\x06'), tail.lastIndexOf('PK\x06\x07')]
  need(end >= 0, 'This is neither a pack (a zip file or a folder) nor a proof.')
  // A zip file that names a manifest is a pack: what is broken in it does not hold, instead of being left unjudged.
  if (tail.includes('manifest.json')) why = 'wrong'
  const long = far < 0 ? null : await part(little(tail, far + 8, 8), 56)
  const length = long ? little(long, 40, 8) : little(tail, end + 12, 4)
  need(length <= 1 << 26, 'The directory of this zip file is too long.', why)
  const all = await part(long ? little(long, 48, 8) : little(tail, end + 16, 4), length)
  const members = new Map()
  for (let at = 0; at !== length; ) {
    need(all.startsWith('PK\x01\x02', at), 'The directory of this zip file is broken.', why)
    const [method, names, extras, more] = [10, 28, 30, 32].map((offset) => little(all, at + offset, 2))
    const sizes = [24, 20, 42].map((offset) => little(all, at + offset, 4))
    const to = at + 46 + names + extras
    const name = looseText(all.slice(at + 46, to - extras))
    // Those that do not fit stand in 64 bits, one after another, in an extra field of type 1.
    let x = to - extras
    while (x < to && little(all, x, 2) !== 1) x += 4 + little(all, x + 2, 2)
    const wide = [4, 12, 20].filter((from) => x + from + 8 <= to).map((from) => little(all, x + from, 8))
    const [plain, packed, offset] = sizes.map((size) => (size < 0xffffffff ? size : wide.shift()))
    const safe = !/^\/|\\|\0|(^|\/)\.\.?(\/|$)/.test(name) && !members.has(name) && (method === 0 || method === 8)
    const small = plain <= packed * 200 + (1 << 20)
    need(safe && small, `The member ${JSON.stringify(name)} is not safe to unpack.`, why)
    if (!name.endsWith('/')) members.set(name, { method, packed, offset })
    at = to + more
  }
  async function* open(name) {
    const { method, packed, offset } = members.get(name)
    const head = await part(offset, 30)
    const start = offset + 30 + little(head, 26, 2) + little(head, 28, 2)
    const stored = file.slice(start, start + packed).stream()
    yield* method === 8 ? inflated(stored) : stored
  }
  return { names: [...members.keys()], open }
}

// ---- Node ----
import { createHash, createPublicKey, hash, verify } from 'node:crypto'
import { createReadStream, openAsBlob, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { pipeline } from 'node:stream'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { createInflateRaw } from 'node:zlib'

/** For verify-report.mjs. */
export { detailOf, fromText, hex, hold, isCount, need, openProof, parseJson, problemOf, sha256, tenantOf, uuidText }

const toBytes = (bytes) => Buffer.from(bytes, 'latin1')
const fromBytes = (bytes) => Buffer.prototype.latin1Slice.call(bytes)
const sha256 = (bytes) => hash('sha256', toBytes(bytes), 'latin1')
const newHash = () => createHash('sha256')
// Its chunks are of 16 KiB: with longer ones more lives when garbage is collected, and V8 then takes twice the memory.
const inflated = (chunks) => pipeline(chunks, createInflateRaw(), () => undefined)
const publicKeys = new Map()
/** Whether an Ed25519 signature holds. */
export function verifies(key, message, signature) {
  const der = () => ({ format: 'der', type: 'spki', key: Buffer.from(`302a300506032b6570032100${hex(key)}`, 'hex') })
  if (!publicKeys.has(key)) publicKeys.set(key, createPublicKey(der())) // SubjectPublicKeyInfo of RFC 8410
  return verify(null, toBytes(message), publicKeys.get(key), toBytes(signature ?? ''))
}
const USAGE = `node verify.mjs <pack.zip | folder | proof> [--trust <key>]... [--anchors <folder>] [--json] [--entries]`
const NO_REPORT = 'A report is checked with verify-report.mjs, which travels with it: put that beside verify.mjs.'
const loadReport = () => import('./verify-report.mjs').catch(() => need(false, NO_REPORT, 'unjudged'))
function openFolder(folder) {
  const items = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((item) => item.isFile())
  const names = items.map((item) => relative(folder, join(item.parentPath, item.name)).split(sep).join('/'))
  return { names, open: (name) => createReadStream(join(folder, name)) }
}
/** Opens what stands at a path: a folder, a zip file or a proof. */
export const openPath = async (target) =>
  statSync(target).isDirectory() ? openFolder(target) : openFile(await openAsBlob(target))
/** Verifies it; `anchors` is the path of a folder. */
export async function verifyPath(target, { trust = [], anchors = null, show } = {}) {
  const found = () => (anchors === null ? [] : readdirSync(anchors).filter((name) => name.endsWith('.json')))
  const brought = () => found().map((name) => readFileSync(join(anchors, name), 'utf8'))
  return verifyEvidence(() => openPath(target), { trust, anchors: brought, show })
}
/** No evidence makes it throw; an argument does. */
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
// Nothing waits for it here, because verify-report.mjs takes from this file what it needs.
const isProgram = process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href
if (isProgram)
  main().catch(({ message }) => {
    process.stderr.write(`${message}\n${USAGE}\n`)
    process.exitCode = 2
  })
