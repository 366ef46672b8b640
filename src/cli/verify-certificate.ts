import { open } from 'node:fs/promises'
import type { Result } from '../../verify/verify.mjs'
import type { Certificate } from '../domain/erasure/certificate.ts'
import { MAX_CERTIFICATE_LENGTH, parseCertificate, verifyCertificate } from '../domain/erasure/certificate-file.ts'
import { parseNote } from '../domain/ledger/note.ts'
import { parseVkey } from '../domain/ledger/vkey.ts'
import { PalimpsestError } from '../errors.ts'

const BRACE = 0x7b

/** Whether a file begins as a certificate does: of all evidence that alone is JSON. */
export async function isCertificate(target: string): Promise<boolean> {
  // What is no file, or cannot be read, is told by whoever reads all other evidence.
  const file = await open(target, 'r').catch(() => null)
  if (file === null) return false
  try {
    if (!(await file.stat()).isFile()) return false
    const start = Buffer.alloc(1)
    const { bytesRead } = await file.read(start, 0, 1, 0)
    return bytesRead === 1 && start[0] === BRACE
  } finally {
    await file.close()
  }
}

/** Checks an erasure's certificate. Without a trusted key nothing of it is proved: anybody can write one. */
export async function verifyCertificateFile(target: string, trust: readonly string[]): Promise<Result> {
  const file = await open(target, 'r')
  try {
    if ((await file.stat()).size > MAX_CERTIFICATE_LENGTH) return result(1, trust, 'This certificate is too large.')
    return judge(await file.readFile('utf8'), trust)
  } finally {
    await file.close()
  }
}

function judge(text: string, trust: readonly string[]): Result {
  try {
    if (trust.length > 0) {
      const { certificate, signers } = verifyCertificate(text, trust.map(parseVkey))
      return { ...result(0, signers, null), notes: notesOf(certificate) }
    }
    const { signature } = parseCertificate(text)
    const names = parseNote(signature).signatures.map(({ name }) => name)
    return result(
      2,
      [],
      `It names ${[...new Set(names)].join(', ')} as its signer; give that key with --trust, got by another way.`,
    )
  } catch (error) {
    if (!(error instanceof PalimpsestError)) throw error
    return result(error.code === 'ledger_signer_unknown' ? 2 : 1, trust, error.message)
  }
}

function result(exit: 0 | 1 | 2, signers: readonly string[], what: string | null): Result {
  const kind = exit === 1 ? 'changed' : 'unjudged'
  return {
    exit,
    trusted: signers.length > 0,
    signers: [...signers],
    logs: [],
    problems: what === null ? [] : [{ kind, log: null, leaf: null, entry: null, what }],
    notes: [],
    not_proved: exit === 0 ? NOT_PROVED : [],
  }
}

const NOT_PROVED = [
  'that what the certificate says was done: it is what the operator signed',
  'that the entries it names are in the ledger: verify a pack, or their proofs',
]

function notesOf({ case: id, tenant, receipt, issued_at: at, handles }: Certificate): string[] {
  return [
    `Certificate of the erasure ${id} of ${tenant}, issued ${at}, receipt ${receipt.number}.`,
    `Ledger entries ${[...receipt.entries, receipt.completed].join(', ')}; the person stands there as ${handles.join(', ') || 'nobody'}.`,
  ]
}
