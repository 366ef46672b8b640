import type { X509Certificate } from 'node:crypto'
import { openPath, type PackFiles, type Result, STAMPS } from '../../verify/verify.mjs'
import { checkReply } from '../adapters/rfc3161/check-reply.ts'
import { MANIFEST_NAME, type PackManifest } from '../domain/evidence/format.ts'
import { shownHeads } from '../domain/evidence/log-records.ts'
import { decodeStampLine, type PackedStamp, stampedBytesOf, TIME_STAMPS_NAME } from '../domain/evidence/time-stamp.ts'
import { openCheckpoint } from '../domain/ledger/checkpoint.ts'
import { parseVkey, type VerifierKey } from '../domain/ledger/vkey.ts'
import { PalimpsestError } from '../errors.ts'

/**
 * Adds to the result of a pack that holds what its time stamps say, each over a tree head that the pack shows. One that another
 * certificate signed than those the auditor brought is listed as not proved; one that does not hold makes the pack not hold.
 */
export async function addTimeStamps(
  target: string,
  result: Result,
  certificates: readonly X509Certificate[],
): Promise<Result> {
  const pack = await openPath(target)
  return typeof pack === 'string' ? result : addStampsOf(pack, result, certificates)
}

async function addStampsOf(pack: PackFiles, result: Result, certificates: readonly X509Certificate[]): Promise<Result> {
  if (!pack.names.includes(TIME_STAMPS_NAME)) {
    return { ...result, not_proved: [...result.not_proved, 'when any of it was there: no time stamp is here'] }
  }
  const stamps = (await readText(pack, TIME_STAMPS_NAME)).trimEnd().split('\n')
  const shown = await headsOf(pack)
  const keys = result.signers.map(parseVkey)
  const [notes, notProved] = [[...result.notes], result.not_proved.filter((what) => what !== STAMPS)]
  const problems: Result['problems'] = []
  let strangers = 0
  for (const line of stamps) {
    let stamp: PackedStamp | null = null
    try {
      stamp = decodeStampLine(line)
      notes.push(checkStamp(stamp, shown, keys, certificates))
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

function problemOf(stamp: PackedStamp | null, error: PalimpsestError): Result['problems'][number] {
  const which = stamp === null ? 'a time stamp' : `the time stamp of anchor ${stamp.anchor}`
  const what = `${which} does not hold: ${error.message}`
  return { kind: 'changed', log: stamp?.origin ?? null, leaf: null, entry: null, what }
}

async function manifestOf(pack: PackFiles): Promise<PackManifest> {
  return JSON.parse(await readText(pack, MANIFEST_NAME)) as PackManifest
}

async function readText(pack: PackFiles, name: string): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of pack.open(name)) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

/** The signed tree heads of all logs. */
async function headsOf(pack: PackFiles): Promise<Set<string>> {
  const shown = new Set<string>()
  for (const { file } of (await manifestOf(pack)).logs) {
    for await (const note of shownHeads(pack.open(file))) shown.add(note)
  }
  return shown
}
