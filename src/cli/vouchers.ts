import type { X509Certificate } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Result } from '../../verify/verify.mjs'
import { openZip } from '../adapters/archive/zip/read-members.ts'
import { checkReply } from '../adapters/rfc3161/check-reply.ts'
import { MANIFEST_NAME, type PackManifest } from '../domain/evidence/format.ts'
import { decodeStampLine, type PackedStamp, stampedBytesOf, TIME_STAMPS_NAME } from '../domain/evidence/time-stamp.ts'
import { openCheckpoint } from '../domain/ledger/checkpoint.ts'
import { parseNote } from '../domain/ledger/note.ts'
import { parseVkey, type VerifierKey } from '../domain/ledger/vkey.ts'
import { countCosignatures } from '../domain/ledger/witness.ts'
import { PalimpsestError } from '../errors.ts'

export interface VouchOptions {
  /** Certificates of a time stamp authority that the auditor trusts; null: none was given. */
  tsa: readonly X509Certificate[] | null
}

interface Seen {
  witness: string
  size: number
  time: bigint
}

/**
 * What others vouch for in a pack that holds: the newest head of each log that a trusted witness cosigned, and the time stamps,
 * each over a head that the pack shows. What nobody could check for want of a key or a certificate is listed as not proved.
 */
export async function addVouchers(target: string, result: Result, { tsa }: VouchOptions): Promise<Result> {
  const pack = await openPack(target)
  const manifest = JSON.parse(await readText(pack, MANIFEST_NAME)) as PackManifest
  const keys = result.signers.map(parseVkey)
  const witnesses = keys.filter(({ type }) => type === 'cosignature')
  const lines = pack.has(TIME_STAMPS_NAME) ? (await readText(pack, TIME_STAMPS_NAME)).trimEnd().split('\n') : []
  const [notes, notProved] = [[...result.notes], [...result.not_proved]]
  const problems: Result['problems'] = []
  const stamps = tsa === null ? [] : lines.map(decodeStampLine)
  const shown = new Set<string>()
  if (witnesses.length + stamps.length > 0) {
    for (const { origin, file } of manifest.logs) {
      const newest = new Map<string, Seen>()
      for await (const note of headsOf(pack, file)) {
        shown.add(note)
        for (const seen of cosignersOf(note, keys, witnesses)) newest.set(seen.witness, seen)
      }
      for (const seen of newest.values()) notes.push(`${origin}: ${describe(seen)}`)
    }
  }
  const unchecked = (manifest.witnesses ?? []).filter((key) => !result.signers.includes(key))
  if (unchecked.length > 0) {
    const names = unchecked.map((key) => key.split('+')[0]).join(', ')
    notProved.push(`what witnesses signed (${names}): not checked, give --trust with their keys`)
  }
  if (tsa === null && lines.length > 0) {
    notProved.push(`${lines.length} time stamps: not checked, give --tsa with the authority's certificate`)
  }
  let strangers = 0
  for (const stamp of stamps) {
    try {
      notes.push(checkStamp(stamp, shown, keys, tsa ?? []))
    } catch (error) {
      if (!(error instanceof PalimpsestError)) throw error
      if (error.code === 'ledger_signer_unknown') strangers++
      else problems.push(problemOf(stamp, error))
    }
  }
  if (strangers > 0) notProved.push(`${strangers} time stamps: not checked, another certificate than yours signed them`)
  const exit = problems.length > 0 ? 1 : result.exit
  return { ...result, exit, problems: [...result.problems, ...problems], notes, not_proved: notProved }
}

function checkStamp(
  stamp: PackedStamp,
  shown: ReadonlySet<string>,
  keys: readonly VerifierKey[],
  certificates: readonly X509Certificate[],
): string {
  const { checkpoint } = openCheckpoint(stamp.note, keys)
  if (checkpoint.origin !== stamp.origin || !shown.has(stamp.note)) {
    throw new PalimpsestError({
      code: 'ledger_evidence_invalid',
      status: 422,
      message: 'The pack does not show the checkpoint that it is over.',
    })
  }
  const { time, authority } = checkReply(stamp.reply, { bytes: stampedBytesOf(stamp), nonce: null, certificates })
  const at = new Date(time).toISOString()
  return `${stamp.origin}: the first ${checkpoint.treeSize} leaves were there at ${at}, by the time stamp of ${authority}`
}

function problemOf(stamp: PackedStamp, error: PalimpsestError): Result['problems'][number] {
  const what = `the time stamp of anchor ${stamp.anchor} does not hold: ${error.message}`
  return { kind: 'changed', log: stamp.origin, leaf: null, entry: null, what }
}

function describe({ witness, size, time }: Seen): string {
  return `the first ${size} leaves are cosigned by ${witness}, at ${new Date(Number(time) * 1000).toISOString()}`
}

function cosignersOf(note: string, keys: readonly VerifierKey[], witnesses: readonly VerifierKey[]): Seen[] {
  if (countCosignatures(note, witnesses) === 0) return []
  const { checkpoint, note: opened } = openCheckpoint(note, keys)
  return opened.verified.flatMap(({ key, timestamp }) =>
    timestamp === null ? [] : [{ witness: key.name, size: checkpoint.treeSize, time: timestamp }],
  )
}

type Pack = ReadonlyMap<string, () => Promise<AsyncIterable<Uint8Array>>>

async function openPack(target: string): Promise<Pack> {
  if (!(await stat(target)).isDirectory()) return openZip(target)
  const manifest = new Map([[MANIFEST_NAME, async () => createReadStream(join(target, MANIFEST_NAME))]])
  const { members } = JSON.parse(await readText(manifest, MANIFEST_NAME)) as PackManifest
  return new Map([
    ...manifest,
    ...members.map(({ name }) => [name, async () => createReadStream(join(target, name))] as const),
  ])
}

async function readText(pack: Pack, name: string): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of (await pack.get(name)?.()) ?? []) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

/** The signed heads that a log's lines show. Lines without one are not looked into. */
async function* headsOf(pack: Pack, name: string): AsyncGenerator<string> {
  for await (const line of linesOf((await pack.get(name)?.()) ?? [])) {
    if (!line.includes('"heads":[')) continue
    for (const note of (JSON.parse(line.toString('utf8')) as { heads?: string[] }).heads ?? []) {
      parseNote(note)
      yield note
    }
  }
}

async function* linesOf(chunks: AsyncIterable<Uint8Array> | never[]): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0)
  for await (const chunk of chunks) {
    const all = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk])
    let at = 0
    for (let end = all.indexOf(10); end >= 0; at = end + 1, end = all.indexOf(10, at)) yield all.subarray(at, end)
    rest = all.subarray(at)
  }
}
