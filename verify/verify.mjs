#!/usr/bin/env node
// Checks evidence of a Palimpsest ledger offline: one file, no dependencies, Node 20.16 or later.
//   node verify.mjs <pack.zip | folder | proof> [--trust <verifier key>]... [--anchors <folder>] [--json] [--entries]
// Exit code: 0 it holds, 1 it does not hold, 2 it could not be judged. Sections are those of docs/ledger.md; docs/verify.md
// has the rest. Begin to read at Log.line. Hashes, keys and ids are strings of the characters 0 to 255, so that they compare
// with === and join with +; what is long is a Uint8Array. P is what Node (at the end) and a browser (verify.html, with this
// same core) do each in their own way: sha256(...parts), hasher(), latin1(bytes, from, end).

let P
const [encoder, decoder] = [new TextEncoder(), new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })]
/** Refuses evidence: it is `malformed`, `wrong` or `untrusted`, or something was removed, inserted, moved or lost. */
function need(ok, message, why = 'malformed', more = {}) {
  if (!ok) throw Object.assign(new Error(typeof message === 'string' ? message : message()), { why, ...more })
}
const isCount = (value) => Number.isSafeInteger(value) && value >= 0
/** Numbers of four and eight bytes, most significant first. */
const u32 = (bytes, at) => ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0
const u64 = (bytes, at) => u32(bytes, at) * 2 ** 32 + u32(bytes, at + 4)
const four = (n) => String.fromCharCode(n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255)
const eight = (n) => four(Math.floor(n / 2 ** 32)) + four(n >>> 0)
const label = (name) => `palimpsest/v1/${name}\0`
const toBytes = (text) => Uint8Array.from(text, (char) => char.charCodeAt(0))
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
  const own = hex(P.sha256(encoder.encode(name), '\n', typed)).slice(0, 8)
  need(id === own, 'The id in a verifier key is not the one of its name and key.')
  return { text, name, id, witness: typed[0] === '\x04', key: typed.slice(1) }
}
const imported = new Map()
/** Adds an Ed25519 signature to those that were met, and are checked beside the walk that met them. */
export function meet(met, key, message, signature, what, at = null, why = 'wrong') {
  const [signed, by] = [message, signature ?? ''].map((part) => (typeof part === 'string' ? toBytes(part) : part))
  const known = imported.get(key) ?? crypto.subtle.importKey('raw', toBytes(key), 'Ed25519', false, ['verify'])
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
      const time = key.witness ? u64(toBytes(bytes), 4) : null
      const message = encoder.encode(key.witness ? `cosignature/v1\ntime ${time}\n${text}` : text)
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

// ---- Entries: sections 3 to 6 and 13 ----
const KINDS = 'interaction refusal erasure disclosure hold archive policy administration report recovery query'.split(
  ' ',
)
const GROUPS = ['envelope', 'subject', 'prompt', 'response']
const [ENTRY, ENVELOPE, BATCH, ZERO] = [label('entry'), label('envelope'), label('batch'), '\0'.repeat(32)]
const DIGESTS = GROUPS.map((group) => `${group}_blob_digest`)
const COMMITTED = [1, 2, 3, 4].map((group) => label('commitment') + String.fromCharCode(group))
const fixed = (length) => (_, from, end, all) => (end - from === length ? all.slice(from, end) : null)
const count = (bytes, at, end) => (end - at === 8 && isCount(u64(bytes, at)) ? u64(bytes, at) : null)
function text(bytes, from, end, all) {
  for (let at = from; at < end; at++) if (bytes[at] > 127) return decoder.decode(bytes.subarray(from, end))
  return all.slice(from, end)
}
function texts(bytes, from, end, all) {
  const list = []
  let at = from + 4
  for (; at + 4 <= end; at += 4 + u32(bytes, at)) list.push(text(bytes, at + 4, at + 4 + u32(bytes, at), all))
  return at === end && u32(bytes, from) === list.length ? list : null
}
/** By type: its tag, and its value from the bytes `from` to `end`, of which `all` is a string; null: of another form. */
const TYPES = {
  int: [1, count],
  time: [2, count],
  bool: [3, (bytes, at, end) => (end - at === 1 && bytes[at] < 2 ? bytes[at] === 1 : null)],
  text: [4, text],
  uuid: [5, fixed(16)],
  hash: [6, fixed(32)],
  money: [7, (...where) => /^(?!-0\.0{10}$)-?(0|[1-9]\d{0,9})\.\d{10}$/.exec(text(...where))?.[0] ?? null],
  texts: [8, texts],
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
  .map((field, i) => {
    const [, name, type, nullable] = /^(\w+):(\w+)(\??)$/.exec(field)
    return { number: i + 1, name, type, nullable: nullable === '?', tag: TYPES[type][0], read: TYPES[type][1] }
  })
/** An envelope from its canonical bytes (section 4), which stand in `bytes` from `start` to `stop`. */
export function openEnvelope(bytes, start = 0, stop = bytes.length, all = P.latin1(bytes)) {
  const envelope = Object.create(null)
  let at = start + ENVELOPE.length
  need(all.startsWith(ENVELOPE, start), 'its envelope is of another format')
  for (const { name, nullable, tag, read, number } of FIELDS) {
    const [from, end] = [at + 7, at + 7 + u32(bytes, at + 3)]
    const headed = bytes[at] === 0 && bytes[at + 1] === number && end <= stop
    const isNull = nullable && bytes[at + 2] === 0 && end === from
    envelope[name] = headed && bytes[at + 2] === tag ? read(bytes, from, end, all) : null
    need(headed && (isNull || envelope[name] !== null), () => `the field ${name} of its envelope has another form`)
    at = end
  }
  need(at === stop && envelope.format_version === 1, 'its envelope is of another version')
  return envelope
}
const detailOf = ({ detail }) => parseJson(detail ?? '{}')
const [inner, outer] = [new Uint8Array(64), new Uint8Array(64)]
function pad(block, key, byte) {
  for (let i = 0; i < 64; i++) block[i] = byte ^ (i < 32 ? key.charCodeAt(i) : 0)
  return block
}
/** RFC 2104, with a key of 32 bytes. */
const hmac = (key, ...parts) => P.sha256(pad(outer, key, 0x5c), P.sha256(pad(inner, key, 0x36), ...parts))
/** Opens the record of an entry: checks it against its own commitments, and gives its leaf. */
export function openEntry(record) {
  const [all, stop] = [P.latin1(record), 184 + u32(record, 180)]
  need(all.startsWith(ENTRY) && stop <= record.length, 'its record is malformed')
  const envelope = openEnvelope(record, 184, stop, all)
  const { id, kind, log_id, occurred_at, writer_epoch, writer_seq } = envelope
  const opens = (i, nonce, shown) => hmac(nonce, COMMITTED[i], id, shown) === all.substr(20 + 32 * i, 32)
  need(opens(0, all.slice(148, 180), all.slice(184, stop)), 'its envelope is not the one committed to', 'wrong')
  const openings = {}
  let at = stop
  for (let i = 1; i < 4; i++) {
    const [group, absent] = [GROUPS[i], envelope[DIGESTS[i]] === null]
    if (record[at] === i + 1) {
      const [nonce, from] = [all.slice(at + 1, at + 33), at + 37]
      at = from + u32(record, at + 33)
      need(!absent && record[from] === 1 && at <= record.length, () => `the opening of its ${group} is malformed`)
      need(opens(i, nonce, all.slice(from, at)), () => `its ${group} is not the one committed to`, 'wrong')
      openings[group] = record.subarray(from, at)
    } else need(opens(i, ZERO, '\0') === absent, () => `its ${group} digest and commitment do not agree`, 'wrong')
  }
  need(at === record.length, 'its openings are malformed')
  const head = `\x01${String.fromCharCode(KINDS.indexOf(kind) + 1)}${log_id}${id}${eight(occurred_at)}`
  return { envelope, openings, leaf: head + writer_epoch + eight(writer_seq) + all.slice(20, 148) }
}
/** An opened entry, for people to read. */
function readable({ envelope, openings }) {
  const shown = ({ name, type }) => ({ uuid: uuidText, hash: hex })[type]?.(envelope[name] ?? '') || envelope[name]
  const opened = Object.entries(openings).map(([group, bytes]) => [group, new TextDecoder().decode(bytes.subarray(1))])
  return Object.fromEntries([...FIELDS.map((field) => [field.name, shown(field)]), ...opened])
}

// ---- A log: the records of section 20, all that is said of a leaf before the leaf ----
const NONE = []
/** What is said of each leaf, by the type of its records; a list for each chunk of bytes. */
async function* readLines(chunks) {
  let [rest, line] = [new Uint8Array(0), {}]
  for await (const chunk of chunks) {
    const [bytes, page] = [new Uint8Array(rest.length + chunk.length), []]
    bytes.set(rest)
    bytes.set(chunk, rest.length)
    let at = 0
    for (let end = 0; at + 5 <= bytes.length && at + 5 + u32(bytes, at + 1) <= bytes.length; at = end) {
      end = at + 5 + u32(bytes, at + 1)
      const type = String.fromCharCode(bytes[at])
      need('BH'.includes(type) || ('EFLS'.includes(type) && !line[type]), 'A record of a log has no place where it is.')
      line[type] ??= []
      line[type].push(bytes.subarray(at + 5, end))
      if (type !== 'L') continue
      page.push(line)
      line = {}
    }
    rest = bytes.subarray(at)
    need(rest.length < 1 << 25, 'A record of a log is too long.')
    yield page
  }
  need(rest.length === 0 && Object.keys(line).length === 0, 'A log does not end with a leaf.')
}
function readLeaf([record]) {
  const [all, hash] = [P.latin1(record), P.sha256(record.subarray(72))]
  return { index: u64(record, 0), chain: all.slice(8, 40), anchored: all.slice(40, 72), leaf: all.slice(73), hash }
}
/** Walks one log to its first fault. */
async function verifyLog(pages, info, trusted, receipts) {
  const [id, edge] = [P.sha256(encoder.encode(info.origin)), unbase64(info.edge) || eight(0)]
  const keys = trusted.filter((key) => key.witness || key.name === info.origin)
  const logKey = (text) => keys.find((key) => !key.witness && key.text === text)
  const counts = { leaves: 0, entries: 0, openings: 0, batches: 0, checkpoints: 0 }
  const [tree, writers, met, cosigned] = [hashes(edge.slice(8)), new Map(), [], new Map()]
  let [size, chain] = [u64(toBytes(edge), 0), unbase64(info.chain) ?? P.sha256(label('chain'), id)] // of the leaves so far
  let [at, covered, bare] = [{}, size, null] // where it is; so many leaves are under a head; the first under no batch
  let newer = '' // the log key that an entry brings in and that the auditor did not give
  const anchors = receipts.anchors.filter((anchor) => anchor.origin === info.origin && anchor.size > size)
  /** What the operator's store itself contradicts. */
  const fail = ({ kind, entry, what }) => need(false, what, kind, { at: entry ? { ...at, entry } : at })

  /** Checks one leaf. A fault's `found(leaf, line)` knows what is missed here when it comes later: moved. */
  function check({ L, E: [record] = NONE, B: batches = NONE, H: heads = NONE, S: [sealed] = NONE, F: [fault] = NONE }) {
    const { index, leaf, hash, chain: stored, anchored } = readLeaf(L)
    const [before, epoch, seq] = [chain, leaf.slice(58, 74), u64(L[0], 147)]
    at = { leaf: size, id: null }
    need(index === size, () => `leaf ${index} comes in its place`, 'removed')
    at.id = leaf.slice(34, 50)
    const formed = L[0].length === 283 && L[0][72] === 0 && leaf[0] === '\x01' && leaf.slice(2, 34) === id
    need(formed, 'its leaf is malformed', 'wrong')
    if (fault) fail(parseJson(decoder.decode(fault)))
    const envelope = record ? openOf(leaf, record) : null
    need(envelope || seq > 0, 'its entry, which opens a writer, is missing', 'removed')
    if (seq === 0) letIn(envelope)
    const writer = numbered(epoch, seq)
    if (envelope) explain(envelope, sealed ? parseJson(decoder.decode(sealed)) : {})
    else if (info.entries === 'all') {
      const archived = receipts.archived(uuidText(at.id), size)
      need(archived, 'its entry is missing, and no receipt explains it', 'removed')
    }
    chain = P.sha256(before, hash)
    const follows = (other) => [stored, other.chain].includes(P.sha256(before, other.hash))
    need(chain === stored, 'the chain does not lead to it', 'wrong', { found: follows })
    const [own] = anchors
    for (const known of own || anchored !== ZERO ? [anchored, own?.hashes[index - own.first_leaf] ?? ZERO] : NONE) {
      const found = (other) => other.hash === known
      need(known === ZERO || known === hash, 'an anchor has another leaf here', 'wrong', { found })
    }
    underBatch(writer, hash, batches)
    append(tree, size++, hash)
    for (const note of heads) underHead(decoder.decode(note))
    while (anchors[0]?.size === size) underHead(anchors.shift().note)
    counts.leaves++
  }
  /** The envelope of the entry that a leaf is of. */
  function openOf(leaf, record) {
    const found = (_, { E: [other] = NONE }) => other && P.latin1(other, 20, 148) === leaf.slice(82)
    const what = 'its entry is not the one of its leaf'
    need(found(null, { E: [record] }), what, 'wrong', { found })
    const opened = openEntry(record)
    need(opened.leaf === leaf, what, 'wrong')
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
    const vouched = vouchers.length > 0 && key?.length === 32
    need(vouched, `no trusted key of the log let its writer in${newer}`, 'inserted')
    need(said.id === name && said.opened_at === occurred_at, 'it opens another writer', 'wrong')
    const statement = label('writer-epoch') + id + epoch + eight(occurred_at) + key
    for (const { log_key, signature } of vouchers) {
      const what = 'the log key did not let its writer in'
      meet(met, logKey(log_key).key, statement, unbase64(signature), what, at, 'inserted')
    }
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
    need(own && timed && Object.keys(said).length === 6, what, 'wrong')
    const times = eight(occurred_at) + eight(said.overlap_until)
    const statement = label('log-key-rotation') + id + times + old.key + young.key
    meet(met, old.key, statement, unbase64(said.old_signature), what, at)
    meet(met, young.key, statement, unbase64(said.new_signature), what, at)
    if (!logKey(old.text) || logKey(young.text)) return
    const tell = 'you did not give it, and evidence vouches for no key: compare it with what the operator tells you'
    newer = `; entry ${uuidText(entry)} brings in the log key ${young.text}: ${tell}`
  }
  /** What became of an entry's sealed groups: what is gone, or was cut, has a receipt. */
  function explain(envelope, states) {
    for (const [group, state] of Object.entries(states)) {
      const gone = state === 'gone'
      const what = gone ? 'gone: it cannot be opened' : 'not the one that the entry names'
      const receipt = receipts.content(envelope, group, state, size)
      need(receipt, `its sealed ${group} is ${what}, and no receipt explains it`, gone ? 'removed' : 'wrong')
    }
    const { recovery } = envelope.kind === 'recovery' ? detailOf(envelope) : {}
    if (recovery) receipts.lost.set(recovery.origin, { ...recovery, by: uuidText(envelope.id) })
  }
  /** The writer of an entry, whose next number it has to bear. */
  function numbered(epoch, seq) {
    const writer = writers.get(epoch)
    const next = writer ? (writer.next ?? seq) : 0
    const found = ({ leaf }) => leaf.slice(58, 82) === epoch + eight(next)
    need(writer, () => `it claims writer ${uuidText(epoch)}, whom the log key did not let in`, 'inserted', { found })
    need(seq >= next, () => `number ${seq} of its writer ${writer.name} is given already`, 'inserted')
    need(seq === next, () => `before it, number ${next} of its writer ${writer.name} is missing`, 'removed', { found })
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
    const right = writer.next !== batch?.end || P.sha256(label('batch-entries'), batch.hashes) === batch.digest
    const what = () => `of the entries from it to ${uuidText(at.id)}, one at least is not what its writer signed`
    need(right, what, 'wrong', { at: batch?.at })
  }
  /** The next batch of a writer, section 10: signed, and linked to the one before it. */
  function openBatch(writer, row) {
    const [bytes, no, first, entries] = [P.latin1(row, 0, 152), u64(row, 68), u64(row, 76), u32(row, 84)]
    const name = `batch ${no} of its writer ${writer.name}`
    need(row.length === 216 && bytes.startsWith(BATCH) && entries > 0, `${name} is malformed`, 'wrong')
    const what = `${name} is not what the writer signed`
    meet(met, writer.key, row.subarray(0, 152), row.subarray(152), what, at)
    need(bytes.slice(20, 68) === id + writer.epoch, what, 'wrong')
    need(writer.no === null || no === writer.no, `a batch before ${name} is missing`, 'removed')
    const follows = writer.no === null || bytes.slice(120) === writer.previous
    need(follows && first === writer.next - 1, `${name} does not follow the one before it`, 'wrong')
    counts.batches++
    Object.assign(writer, { no: no + 1, previous: P.sha256(bytes) })
    return { at, digest: bytes.slice(88, 120), end: first + entries, hashes: '' }
  }
  /** A signed tree head over the leaves so far, the log's own or an anchor's. */
  function underHead(note) {
    const head = openCheckpoint(note, keys, met, at)
    need(head.logKey, `the checkpoint over it is signed by nobody trusted${newer}`, 'wrong')
    need(head.origin === info.origin && head.size === size, 'the checkpoint over it is of another tree', 'wrong')
    const what = `of the leaves ${covered} to ${at.leaf}, one at least is not what a checkpoint was signed over`
    const first = bare ?? { leaf: covered, id: null }
    need(head.root === rootOf(tree), what, bare ? 'inserted' : 'wrong', { at: first })
    need(!bare, 'the signed batch of its writer is missing', 'removed', { at: first })
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
    for (const { name, next, batch } of writers.values()) {
      need(!batch || next >= batch.end, `the writer ${name} signed more entries than there are`, 'removed')
    }
    info.faults.forEach(fail)
  }

  let [problem, found] = [null, null]
  const failed = (error) => {
    problem = problemOf(error, error.at ?? at, info.origin)
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
  const open = (text) => letIn(openEnvelope(toBytes(unbase64(text))), { next: null, no: null })
  await walk(open, info.openings)
  for await (const page of pages) {
    const lines = page.values()
    await walk(check, lines, 200)
    const later = found ? Array.from(lines, (line) => [readLeaf(line.L), line]) : NONE
    const [moved] = later.find((pair) => found(...pair)) ?? NONE
    if (!moved) continue
    problem = { ...problem, kind: 'moved', what: `${problem.what}; it stands at leaf ${moved.index}` }
    found = null
  }
  await walk(finish, [null])
  return { problem, counts, newer, cosigned }
}

/** A person's content may be written so long after the receipt that names the person: 31 days, in microseconds. */
const GRACE = 31 * 86_400e6
/** Why something may be gone: what entries of kind erasure and archive say, each by its proof: section 19. */
class Receipts {
  list = []
  archives = []
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
    const own = origins.some((known) => tenant(known) === tenant(origin))
    need(logKey && own, `nobody trusted signed for the receipt of entry ${by}`, 'inserted')
    const { kind, occurred_at } = envelope
    const { number, subjects = [], entries = [], cuts = [], from_id, below_id } = detailOf(envelope).receipt ?? {}
    need(/^(erasure|archive)$/.test(kind) && isCount(number), `the entry ${by} is no receipt`, 'inserted')
    const receipt = { kind, number, by, until: occurred_at + GRACE, from_id, below_id, leaves: [] }
    this.list.push(receipt)
    if (kind === 'archive') return void this.archives.push(receipt)
    for (const subject of subjects) this.known.set(`subject ${subject}`, receipt)
    for (const entry of entries) this.known.set(`entry ${entry}`, receipt)
    for (const { entry, group, now } of cuts) this.known.set(`${group} ${entry} ${now}`, receipt)
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
    const used = this.list.filter(({ leaves }) => leaves.length > 0)
    return used.map(({ kind, number, by, leaves }) => {
      const word = kind === 'archive' ? 'archived' : 'erased'
      const spans = []
      for (const leaf of leaves)
        if (leaf - spans.at(-1)?.at(1) === 1) spans.at(-1)[1] = leaf
        else spans.push([leaf, leaf])
      const more = spans.length - 20
      const some = spans.slice(0, 20).map(([from, to]) => (from === to ? from : `${from} to ${to}`))
      const shown = `${some.join(', ')}${more > 0 ? ` and ${more} stretches more` : ''}`
      return `${word}, with receipt ${number} (entry ${by}): leaves ${shown}`
    })
  }
}
// ---- A report: its data, what the ledger says of it, the entries and archives that it names ----
const [REPORT, OWN_PROOF] = ['palimpsest-report-1', 'proofs/report.tlog-proof']
const tenantOf = (origin) => origin.slice(0, origin.lastIndexOf('/'))
const hold = (right, what) => need(right, what, 'wrong')
const counted = (n, one, more = `${one}s`) => `${n} ${n === 1 ? one : more}`
/** A decimal's digits and how many of them are places; null where it is none. */
function decimal(text) {
  const [, sign, whole, places = '', power = '0'] =
    /^(-?)(\d{1,40})(?:\.(\d{0,40}))?(?:[eE]([+-]?\d{1,2}))?$/.exec(text) ?? []
  if (whole === undefined) return null
  const [scale, digits] = [places.length - Number(power), BigInt(sign + whole + places)]
  return scale < 0 ? { digits: digits * 10n ** BigInt(-scale), scale: 0 } : { digits, scale }
}
/** An exact sum of decimals. */
class Sum {
  digits = 0n
  scale = 0
  add(text) {
    const next = decimal(text)
    if (!next) return false
    if (next.scale > this.scale) {
      this.digits *= 10n ** BigInt(next.scale - this.scale)
      this.scale = next.scale
    }
    this.digits += next.digits * 10n ** BigInt(this.scale - next.scale)
    return true
  }
  /** Whether it is what a decimal text says. */
  equals(text) {
    const other = new Sum()
    const read = other.add(text) && other.add(`0.${'0'.repeat(this.scale)}`)
    return read && other.digits === this.digits * 10n ** BigInt(other.scale - this.scale)
  }
  toString() {
    const text = String(this.digits < 0n ? -this.digits : this.digits).padStart(this.scale + 1, '0')
    const whole = text.slice(0, text.length - this.scale)
    return `${this.digits < 0n ? '-' : ''}${whole}${this.scale ? `.${text.slice(-this.scale)}` : ''}`
  }
}
/** Gives `row` each row of a CSV file (RFC 4180), texts; null: an empty field without quotes. The first one holds the names. */
async function readCsv(chunks, row) {
  const [strict, field] = [
    new TextDecoder('utf-8', { fatal: true }),
    /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r?\n)/y,
  ]
  let [rest, fields] = ['', []]
  const take = (more) => {
    rest += more
    let at = 0
    for (let found = true; found && at < rest.length; ) {
      field.lastIndex = at
      const [, quoted, plain, end] = field.exec(rest) ?? NONE
      found = end !== undefined
      if (!found) continue
      at = field.lastIndex
      fields.push(quoted?.replaceAll('""', '"') ?? (plain || null))
      if (end === ',') continue
      row(fields)
      fields = []
    }
    rest = rest.slice(at)
    need(rest.length < 1 << 24, 'a row of it is too long')
  }
  for await (const chunk of chunks) take(strict.decode(chunk, { stream: true }))
  take(strict.decode())
  if (rest || fields.length) take('\n')
  need(rest === '' && fields.length === 0, 'it is no CSV file')
}
/** Columns that are an envelope's field wherever they have its name: of a sampled entry they are compared with its proof. */
const COMPARED = `kind tool feature provider model_asked model_answered region route status finish_reason error_code
  has_pii prompt_tokens response_tokens cost_usd`.split(/\s+/)
function sameValue(name, cell, value) {
  if (value === null || cell === null) return value === cell
  const [sum, isNumber] = [new Sum(), typeof value === 'number' || name === 'cost_usd']
  return isNumber ? sum.add(cell) && sum.equals(String(value)) : cell === String(value)
}
/** Reads a table as it is in the pack and holds it to what the manifest says of it. */
class Table {
  rows = -1 // without the names
  sums = new Map()
  ranks = [] // lowest first, as many as were sampled
  sampled = new Map()
  constructor(stated, { seed, table, entries }) {
    this.stated = stated
    if (table === stated.name) Object.assign(this, { seed, wanted: new Set(entries) })
  }
  take(fields) {
    if (++this.rows === 0) return this.head(fields)
    need(fields.length === this.names.length, () => `row ${this.rows} has not as many cells as there are columns`)
    for (const [at, sum] of this.sums) {
      const right = fields[at] === null || sum.add(fields[at])
      need(right, () => `row ${this.rows} has no number in the column ${this.names[at]}`)
    }
    if (this.wanted) this.rank(fields)
  }
  head(names) {
    const columns = this.stated.columns.map(({ name }) => name)
    need(names.join('\0') === columns.join('\0'), 'its columns are not those of the manifest')
    const summed = Object.keys(this.stated.control_totals)
    for (const name of summed) need(names.includes(name), `it has no column ${name}, which was summed`)
    Object.assign(this, { names, sums: new Map(summed.map((name) => [names.indexOf(name), new Sum()])) })
    this.id = names.indexOf('id')
    need(!this.wanted || this.id >= 0, 'it has no column id, from which the sample was taken')
  }
  rank(fields) {
    const id = fields[this.id]
    need(id, () => `row ${this.rows} has no id`)
    const [rank, most] = [P.sha256(encoder.encode(this.seed + id)), this.wanted.size]
    if (this.wanted.has(id)) this.sampled.set(id, fields)
    if (this.ranks.length >= most && rank > (this.ranks.at(-1)?.rank ?? '')) return
    const at = this.ranks.findIndex((other) => rank < other.rank)
    this.ranks.splice(at < 0 ? this.ranks.length : at, 0, { rank, id })
    if (this.ranks.length > most) this.ranks.pop()
  }
  /** What the manifest says and the rows do not, in sentences. */
  *faults() {
    const { rows, control_totals } = this.stated
    if (this.rows !== rows) yield `it has ${counted(this.rows, 'row')}, and the manifest says ${rows}`
    for (const [at, sum] of this.sums) {
      const [name, said] = [this.names[at], control_totals[this.names[at]]]
      if (!sum.equals(said)) yield `its column ${name} sums up to ${sum}, and the manifest says ${said}`
    }
  }
  sampleHolds = (entries) => this.ranks.length === entries.length && this.ranks.every(({ id }, i) => id === entries[i])
  /** Columns of a sampled row that say something else than the entry that was proved. */
  differing(id, envelope) {
    const row = this.sampled.get(id)
    const compared = row ? COMPARED.filter((name) => this.names.includes(name)) : NONE
    return compared.filter((name) => !sameValue(name, row[this.names.indexOf(name)], envelope[name]))
  }
}
/** Checks a report's pack; its manifest was read, and `digest` is its SHA-256. */
class Report {
  tables = new Map()
  proved = new Map() // by id of its entry: what its proof opened
  archives = new Map() // by id of its entry: an archive's manifest
  /** Takes the manifest, the SHA-256 of its text, what reads the pack, and the lists of the result. */
  constructor(given) {
    Object.assign(this, given)
    this.members = new Set(given.manifest.members.map(({ name }) => name))
  }
  async verify() {
    const { manifest } = this
    await this.attempt(() => this.verifyOwn())
    for (const stated of manifest.tables)
      await this.attempt(() => this.verifyTable(stated), `The table ${stated.name} (data/${stated.name}.csv): `)
    for (const id of manifest.sample.entries) await this.attempt(() => this.verifySampled(id))
    for (const archive of manifest.archives) await this.attempt(() => this.verifyArchive(archive))
    for (const source of manifest.sources) await this.attempt(() => this.verifySource(source))
    await this.attempt(async () => this.verifySample())
    await this.attempt(async () => this.verifyCompleteness())
    await this.attempt(async () => this.listMembers())
    this.conclude()
  }
  /** The proof of an entry of this tenant; undefined where the manifest says that it could not be had. */
  async prove(file, id, what) {
    const said = this.manifest.absent.find((item) => item.what === 'proof' && item.of === id)
    if (said) return void this.not_proved.push(`that the ledger has ${what} ${id}: ${said.why}`)
    need(this.names.includes(file), `The proof of ${what} (${file}) is missing.`, 'removed')
    const proof = await openProof(await this.readText(file), this.signers).catch((error) => {
      hold(false, `The proof ${file} does not hold: ${problemOf(error).what}`)
    })
    const { envelope, origin, logKey, index } = proof
    hold(logKey, `The proof ${file} is signed by nobody trusted, but ${proof.signers.join(', ')}.`)
    const own = envelope.tenant_id === this.manifest.tenant && (!this.origin || tenantOf(origin) === this.origin)
    hold(own, `The proof ${file} is of another tenant or deployment.`)
    hold(id === null || uuidText(envelope.id) === id, `The proof ${file} is of another entry.`)
    this.proved.set(uuidText(envelope.id), envelope)
    this.show?.(Number(index), proof)
    return proof
  }
  /** That the report's own entry, under a signed checkpoint, names this manifest. */
  async verifyOwn() {
    const { origin, envelope, size } = await this.prove(OWN_PROOF, null, "the report's entry")
    const { report } = detailOf(envelope)
    const entry = `the entry ${uuidText(envelope.id)}`
    hold(envelope.kind === 'report', `The proof of the report is of ${entry}, which is none of a report.`)
    hold(report?.id === this.manifest.id, `The proof of the report is of ${entry}, which is of another report.`)
    const right = report.manifest_sha256 === this.digest
    hold(right, `The manifest is not the one that ${entry} names.`)
    this.origin = tenantOf(origin)
    this.own = `${entry} of ${origin} names this manifest and lies under a signed checkpoint of ${size} leaves`
  }
  async verifyTable(stated) {
    const files = ['data/NAME.csv', 'queries/NAME.sql', 'data/NAME.json'].map((file) =>
      file.replace('NAME', stated.name),
    )
    for (const name of files) {
      need(this.members.has(name), `the manifest names no member ${name}`, 'removed')
      need(this.names.includes(name), `its file ${name} is missing`, 'removed')
    }
    const [csv, query] = files
    const table = new Table(stated, this.manifest.sample)
    await readCsv(this.read(csv), (fields) => table.take(fields))
    need(table.names, 'it is empty')
    const faults = [...table.faults()]
    hold(faults.length === 0, faults.join('; '))
    this.tables.set(stated.name, table)
    hold(
      (await this.readText(query)).trimEnd().endsWith(stated.query.trimEnd()),
      `${query} is not the query that the manifest names`,
    )
  }
  async verifySampled(id) {
    const proof = await this.prove(`proofs/entries/${id}.tlog-proof`, id, 'the sampled entry')
    const [table, { envelope } = {}] = [this.tables.get(this.manifest.sample.table), proof ?? {}]
    const differing = envelope ? (table?.differing(id, envelope) ?? NONE) : NONE
    const what = `The row of the sampled entry ${id} is not what the ledger says of it: ${differing.join(', ')}.`
    hold(differing.length === 0, what)
  }
  /** That an archive's manifest is the one that its entry names. */
  async verifyArchive({ entry, sha256 }) {
    const file = `archives/${entry}.json`
    const { detail, kind } =
      (await this.prove(`proofs/archives/${entry}.tlog-proof`, entry, 'the archive'))?.envelope ?? {}
    const text = await this.readText(file)
    hold(
      hex(P.sha256(encoder.encode(text))) === sha256,
      `The archive's manifest ${file} is not the one that this manifest names.`,
    )
    this.archives.set(entry, parseJson(text))
    if (!kind) return
    const named = detailOf({ detail }).manifest?.sha256
    hold(kind === 'archive' && named === sha256, `The archive's manifest ${file} is not the one that its entry names.`)
  }
  /** That an object that was read is one of an archive's manifest, which the ledger knows. */
  async verifySource({ name, sha256, entries, archive }) {
    if (sha256 === null) return
    const known = this.archives.get(archive)
    const [unread, named] = [!known && archive, this.manifest.archives.some(({ entry }) => entry === archive)]
    hold(named || !archive, `The archive of the source ${name} is not among those of the manifest.`)
    if (unread) return // said already
    if (!known)
      return void this.not_proved.push(`that the object ${name} is one of the archive: its manifest is not here`)
    const object = known.objects.find((one) => one.name === name)
    const right = object?.sha256 === sha256 && entries <= object.rows && known.tenant === this.manifest.tenant
    hold(right, `The source ${name} is not an object of the archive's manifest archives/${archive}.json.`)
  }
  verifySample() {
    const { entries, population, table } = this.manifest.sample
    hold(entries.length <= population, 'The sample has more entries than its population.')
    if (table === null) {
      if (entries.length)
        this.not_proved.push('that the sample is what its seed gives: the ids of its population are not here')
      return
    }
    const read = this.tables.get(table)
    if (!read) return
    hold(
      read.rows === population,
      `The sample's population is ${population}, and the table ${table} has ${read.rows} rows.`,
    )
    hold(read.sampleHolds(entries), `The sample is not what its seed gives for the table ${table}.`)
    if (entries.length)
      this.notes.push(
        `the sample of ${entries.length} is what its seed gives for the ${counted(read.rows, 'row')} of ${table}`,
      )
  }
  verifyCompleteness() {
    const { written, in_database, archived, expired, missing, sequence_gaps, restore_pending } =
      this.manifest.completeness
    const parts = `${in_database} in the database, ${archived} archived, ${expired} expired, ${missing} missing`
    const right =
      [written, in_database, archived, expired].every(isCount) && written - in_database - archived - expired === missing
    hold(right, `The statement of completeness does not add up: ${written} written, ${parts}.`)
    this.notes.push(`completeness, as the report states it: ${written} written = ${parts}`)
    if (sequence_gaps.length)
      this.notes.push(`the report names ${counted(sequence_gaps.length, 'gap')} in the numbers of writers`)
    for (const name of restore_pending) this.not_proved.push(`what is in ${name}: it could not be read yet`)
  }
  /** That each member is there and is needed. */
  listMembers() {
    const silent = new Map()
    for (const { what, of, why } of this.manifest.absent)
      if (what === 'history') silent.set(why, [...(silent.get(why) ?? []), of])
    for (const [why, of] of silent)
      this.not_proved.push(
        `what the workflow engine said of ${of.length > 1 ? counted(of.length, 'sampled entry', 'sampled entries') : of[0]}: ${why}`,
      )
    const needed = ['report.pdf', 'keys.txt', ...this.manifest.archives.map(({ entry }) => `archives/${entry}.json`)]
    for (const name of needed) need(this.members.has(name), `The manifest names no member ${name}.`, 'removed')
  }
  conclude() {
    const { id, kind, tenant, period, tables, sample, archives, limits } = this.manifest
    const origin = this.origin ? `${this.origin}/` : 'none'
    this.logs.push({ origin, entries: this.proved.size, tables: this.tables.size })
    this.notes.unshift(`report ${id} (${kind}) of ${tenant}, ${period.from} to ${period.below}`)
    if (this.own) this.notes.push(this.own)
    for (const { name, rows, control_totals } of tables) {
      const sums = Object.entries(control_totals).map((pair) => `${pair[0]} ${pair[1]}`)
      if (this.tables.has(name)) this.notes.push([`table ${name}: ${counted(rows, 'row')} counted`, ...sums].join(', '))
    }
    const [sampled, archived] = [sample.entries, archives.map(({ entry }) => entry)].map(
      (ids) => ids.filter((one) => this.proved.has(one)).length,
    )
    this.notes.push(
      `proofs that hold: ${sampled} of ${sample.entries.length} sampled entries, ${archived} of ${counted(archives.length, 'archive')}`,
    )
    this.not_proved.push(
      'that the rows are what the ledger has, but for those of proved entries: the queries are here, to be run again',
    )
    this.not_proved.push(...limits.map((limit) => `(the report's own words) ${limit.replace(/\.$/, '')}`))
  }
}
// ---- Evidence: a pack, or the proof of one entry ----
/** What an error says of the evidence: a problem, at its place. */
function problemOf({ why, message, code }, { leaf = null, id = null, entry = id && uuidText(id) } = {}, log = null) {
  const kind = /^(removed|inserted|moved|lost)$/.test(why) ? why : 'changed'
  return { kind, log, leaf, entry, what: why ? message : code ? `It could not be read (${code}).` : 'it is malformed' }
}
/** X.509 is more than this file holds; `palimpsest verify` takes the sentence back where it checks them. */
export const STAMPS = 'the time stamps: not checked, `palimpsest verify` does with --tsa <certificate>'
/** Verifies a pack: `names` of its members and `open(name)`, their bytes. */
async function verifyPack(pack, keys, receipts, { problems, notes, not_proved, logs, ...rest }) {
  const [members, unread] = [new Map([['manifest.json', { bytes: 1 << 24 }]]), new Set(pack.names)]
  let signers = keys
  const attempt = (work, before = '') =>
    work().catch((error) => {
      const problem = problemOf(error)
      problems.push({ ...problem, what: before + problem.what })
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
    await attempt(async () => {
      for (const line of (await readText('receipts.jsonl')).split('\n').filter(Boolean)) {
        await attempt(async () => receipts.add(parseJson(line), signers, origins), 'a receipt does not hold: ')
      }
    })
    // The newest generation first: it says what the one before it lost.
    for (const info of [...manifest.logs].reverse()) await attempt(() => verifyOne(info))
    const asked = (manifest.witnesses ?? [])
      .map(parseKey)
      .filter(({ text }) => !signers.some((key) => key.text === text))
    const names = asked.map(({ name }) => name).join(', ')
    if (names) not_proved.push(`what witnesses signed (${names}): not checked, give --trust with their keys`)
    if (members.has('time-stamps.jsonl')) not_proved.push(STAMPS)
  }
  await attempt(async () => {
    const text = await readText('manifest.json')
    const manifest = parseJson(text)
    const isReport = manifest.format === REPORT
    need(isReport || manifest.format === 'palimpsest/v1/pack', 'The manifest is of another format.')
    for (const member of manifest.members) members.set(member.name, member)
    // What the manifest cannot name by its hash: the proof of the entry that names the manifest.
    if (isReport) members.set(OWN_PROOF, { bytes: 1 << 26 })
    if (!rest.trusted) signers = manifest.signers.map(parseKey)
    if (isReport) {
      const [digest, { names }] = [hex(P.sha256(encoder.encode(text))), pack]
      const result = { notes, not_proved, logs }
      const { show } = receipts
      await new Report({ manifest, digest, names, read, readText, attempt, signers, show, ...result }).verify()
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
  const exit = problems.length > 0 ? 1 : 0
  return { ...rest, exit, signers: signers.map((key) => key.text), logs, problems, notes, not_proved }
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
  const { origin, size, root } = checkpoint
  const { leaf, ...entry } = openEntry(toBytes(unbase64(extra.slice(6)) ?? ''))
  const { log_id, tenant_id } = entry.envelope
  const ofLog = log_id === P.sha256(encoder.encode(origin)) && origin.split('/').at(-2) === tenant_id
  need(ofLog, 'It is of another log.', 'wrong')
  const leads = rootOfPath(Number(index), size, leafHash(leaf), path) === root
  need(leads, 'The entry is not in the tree of the checkpoint at this index.', 'wrong')
  return { ...checkpoint, ...entry, index }
}
/** Verifies a proof alone. It carries no key, and without one anybody could have made all of it. */
async function verifyProof(file, keys, { show }, result) {
  const { origin, size, index, envelope, openings, logKey, signers } = await openProof(file, keys)
  const place = `leaf ${index} of the ${size} under a checkpoint of ${origin}`
  result.notes.push(`Entry ${uuidText(envelope.id)} is ${place}.`)
  need(keys.length > 0, `Its signature by ${signers} is not proved: give the log's key with --trust.`, 'untrusted')
  need(logKey, `Nobody you trust signed it, but ${signers}.`, 'untrusted')
  show?.(Number(index), { envelope, openings })
  return { ...result, exit: 0, signers }
}
/** Verifies what `open` gives: the text of a proof, or a pack. No evidence makes it throw. `show` is given each entry. */
export async function verifyEvidence(open, { trust = [], anchors = [], show } = {}) {
  const not_proved = [
    'that the gateway recorded every call, and recorded truly',
    'that these checkpoints are the ones others see: compare them with anchors or witnesses',
    'any time beyond the clock of the operator',
  ]
  const trusted = trust.length > 0
  const result = { exit: 2, trusted, signers: trust, logs: [], problems: [], notes: [], not_proved }
  try {
    const [keys, receipts] = [trust.map(parseKey), new Receipts(anchors.map(parseJson), show)]
    const evidence = await open()
    if (typeof evidence === 'string') return await verifyProof(evidence, keys, receipts, result)
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
  const counted = (pairs) => pairs.map((pair) => pair.join(' ')).join(', ')
  return [
    `${trusted ? 'You trust the signer' : faith}: ${signers.join(', ') || 'none'}`,
    ['It holds.', 'It does not hold.', 'It could not be judged.'][exit],
    ...problems.map((problem) => `${problem.kind}: ${place(problem)}: ${problem.what}`),
    ...logs.map(({ origin, ...counts }) => `${origin}: ${counted(Object.entries(counts))}`),
    ...notes,
    ...not_proved.map((what) => `Not proved: ${what}.`),
  ].join('\n')
}
// ---- Files: a proof, or the members of a zip file by its directory (APPNOTE 4.3.12, 4.3.14, 4.3.16, 4.5.3) ----
/** What a file is, a Blob: the text of a proof, or the members of a pack. `inflate` unpacks the chunks of one. */
export async function openFile(file, inflate) {
  const [{ size }, latin1] = [file, new TextDecoder('latin1')]
  const part = async (start, length) => {
    const bytes = new Uint8Array(await file.slice(start, start + length).arrayBuffer())
    need(bytes.length === length, 'The zip file ends too early.')
    const view = new DataView(bytes.buffer)
    return { bytes, view }
  }
  const begin = await part(0, Math.min(size, 14))
  if (latin1.decode(begin.bytes) === 'c2sp.org/tlog-' && size < 1 << 26)
    return decoder.decode((await part(0, size)).bytes)
  const { bytes: tail, view } = await part(Math.max(0, size - 65557), Math.min(size, 65557))
  const text = latin1.decode(tail)
  const [end, far] = [text.lastIndexOf('PK\x05\x06'), text.lastIndexOf('PK\x06\x07')]
  need(end >= 0, 'This is neither a pack (a zip file or a folder) nor a proof.')
  const members = new Map()
  async function readDirectory() {
    const eight = (of, at) => Number(of.getBigUint64(at, true))
    const long = far < 0 ? null : (await part(eight(view, far + 8), 56)).view
    const length = long ? eight(long, 40) : view.getUint32(end + 12, true)
    need(length <= 1 << 26, 'The directory of this zip file is too long.')
    const directory = await part(long ? eight(long, 48) : view.getUint32(end + 16, true), length)
    const u2 = (at) => directory.view.getUint16(at, true)
    for (let at = 0; at < length; ) {
      const [method, names, extras, more] = [10, 28, 30, 32].map((offset) => u2(at + offset))
      const sizes = [24, 20, 42].map((offset) => directory.view.getUint32(at + offset, true))
      const name = new TextDecoder().decode(directory.bytes.subarray(at + 46, at + 46 + names))
      for (let x = at + 46 + names, to = x + extras, y = x + 4; x < to; x += 4 + u2(x + 2), y = x + 4) {
        for (let i = 0; i < 3 && u2(x) === 1; i++) {
          if (sizes[i] === 0xffffffff) [sizes[i], y] = [eight(directory.view, y), y + 8]
        }
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
  await readDirectory().catch((error) => need(false, problemOf(error).what, why))
  async function* stored({ packed, offset }) {
    const head = (await part(offset, 30)).view
    const start = offset + 30 + head.getUint16(26, true) + head.getUint16(28, true)
    for (let at = 0; at < packed; at += 1 << 18) yield (await part(start + at, Math.min(packed - at, 1 << 18))).bytes
  }
  const open = (name) => {
    const member = members.get(name)
    return member.method === 8 ? inflate(stored(member)) : stored(member)
  }
  return { names: [...members.keys()], open }
}
// ---- Node ----
/** Opens what stands at a path: a folder, a zip file or a proof. */
export let openPath
/** Verifies it. */
export let verifyPath
if (globalThis.process?.getBuiltinModule) await onNode(process.getBuiltinModule)
async function onNode(get) {
  const names = ['crypto', 'fs', 'path', 'stream', 'url', 'util', 'zlib']
  const [{ createHash, hash }, fs, path, stream, url, util, zlib] = names.map(get)
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
      return hash('sha256', views[at], 'latin1')
    },
    hasher: () => createHash('sha256'),
    latin1: (bytes, from = 0, end = bytes.length) => Buffer.prototype.latin1Slice.call(bytes, from, end),
  }
  function openFolder(folder) {
    const items = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((item) => item.isFile())
    const nameOf = (item) => path.relative(folder, path.join(item.parentPath, item.name)).split(path.sep).join('/')
    const open = (name) => fs.createReadStream(path.join(folder, name), { highWaterMark: 1 << 18 })
    return { names: items.map(nameOf), open }
  }
  const options = { chunkSize: 1 << 18, highWaterMark: 1 << 21 }
  const inflate = (packed) => stream.pipeline(packed, zlib.createInflateRaw(options), () => undefined)
  openPath = async (target) =>
    fs.statSync(target).isDirectory() ? openFolder(target) : openFile(await fs.openAsBlob(target), inflate)
  verifyPath = async (target, { trust = [], anchors = null, show } = {}) => {
    const found = anchors === null ? [] : fs.readdirSync(anchors).filter((name) => name.endsWith('.json'))
    const brought = found.map((name) => fs.readFileSync(path.join(anchors, name), 'utf8'))
    return verifyEvidence(() => openPath(target), { trust, anchors: brought, show })
  }
  if (process.argv[1] && import.meta.url === url.pathToFileURL(fs.realpathSync(process.argv[1])).href) {
    const [one, flag] = [{ type: 'string' }, { type: 'boolean' }]
    const options = { trust: { ...one, multiple: true }, anchors: one, json: flag, entries: flag }
    const { values, positionals } = util.parseArgs({ options, allowPositionals: true })
    const say = (line) => process.stdout.write(`${line}\n`)
    const show = values.entries && ((leaf, entry) => say(JSON.stringify({ leaf, ...readable(entry) })))
    const result = await verifyPath(positionals[0] ?? '', { ...values, show })
    say(values.json ? JSON.stringify(result, null, 2) : words(result))
    process.exitCode = result.exit
  }
}
