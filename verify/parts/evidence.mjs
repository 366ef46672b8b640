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
