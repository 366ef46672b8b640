import type { X509Certificate } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdtemp, open, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { type Result, verifyPath, words } from '../../verify/verify.mjs'
import { verifyEntryProof } from '../domain/ledger/entry-proof.ts'
import { PROOF_HEADER } from '../domain/ledger/proof-file.ts'
import { parseVkey } from '../domain/ledger/vkey.ts'
import { PalimpsestError } from '../errors.ts'
import type { Io } from './io.ts'
import { isCertificate, verifyCertificateFile } from './verify-certificate.ts'

const USAGE =
  'palimpsest verify <pack.zip | folder | proof | certificate | url> [--trust <verifier key>]... [--anchors <folder>] [--tsa <certificate.pem>] [--json]'

/**
 * `palimpsest verify`: 0 it holds, 1 it does not hold, 2 it could not be judged. A gateway's address is asked for its
 * evidence, with the API key of `PALIMPSEST_API_KEY`.
 */
export async function run(args: string[], io: Io): Promise<number> {
  let parsed: ReturnType<typeof parse>
  try {
    parsed = parse(args)
  } catch {
    io.warn(USAGE)
    return 2
  }
  const { values, positionals } = parsed
  const [target] = positionals
  if (target === undefined || positionals.length > 1) {
    io.warn(USAGE)
    return 2
  }
  let options: Options
  try {
    const tsa = values.tsa === undefined ? null : await readCertificates(values.tsa)
    options = { trust: values.trust ?? [], anchors: values.anchors ?? null, tsa }
  } catch (error) {
    io.warn(error instanceof PalimpsestError ? error.message : 'The file of --tsa cannot be read.')
    return 2
  }
  const result = /^https?:\/\//.test(target) ? await verifyUrl(target, options, io) : await verifyFile(target, options)
  io.write(values.json ? JSON.stringify(result, null, 2) : words(result))
  return result.exit
}

function parse(args: string[]) {
  return parseArgs({
    args,
    options: {
      trust: { type: 'string', multiple: true },
      anchors: { type: 'string' },
      tsa: { type: 'string' },
      json: { type: 'boolean' },
    },
    allowPositionals: true,
  })
}

interface Options {
  trust: string[]
  anchors: string | null
  tsa: readonly X509Certificate[] | null
}

/** The verifier that travels with packs; a proof is held to every rule of its format besides. */
async function verifyFile(target: string, options: Options): Promise<Result> {
  if (await isCertificate(target)) return verifyCertificateFile(target, options.trust)
  const result = await verifyPath(target, options)
  if (result.exit !== 0) return result
  if (!(await isProof(target))) {
    if (options.tsa === null) return result
    const { addTimeStamps } = await import('./time-stamps.ts')
    return addTimeStamps(target, result, options.tsa)
  }
  if (options.trust.length === 0) return result
  const file = await readFile(target)
  try {
    verifyEntryProof(file, options.trust.map(parseVkey))
    return result
  } catch (error) {
    if (!(error instanceof PalimpsestError)) throw error
    return { ...result, ...unfit(error.message, error.code === 'ledger_evidence_invalid' ? 1 : 2) }
  }
}

/** What reads X.509 is loaded where it is asked for. */
async function readCertificates(file: string): Promise<readonly X509Certificate[]> {
  const { readTsaCertificates } = await import('../adapters/rfc3161/certificates.ts')
  return readTsaCertificates(await readFile(file, 'utf8'))
}

async function isProof(target: string): Promise<boolean> {
  if ((await stat(target)).isDirectory()) return false
  const file = await open(target, 'r')
  const start = Buffer.alloc(PROOF_HEADER.length)
  await file.read(start, 0, start.length, 0).finally(() => file.close())
  return start.equals(Buffer.from(PROOF_HEADER))
}

function unfit(what: string, exit: 1 | 2): Pick<Result, 'exit' | 'problems'> {
  return { exit, problems: [{ kind: exit === 1 ? 'changed' : 'unjudged', log: null, leaf: null, entry: null, what }] }
}

/** That there was no evidence to look at, and why. */
function unjudged({ trust }: Options, what: string): Result {
  return { trusted: trust.length > 0, signers: trust, logs: [], notes: [], not_proved: [], ...unfit(what, 2) }
}

async function verifyUrl(target: string, options: Options, io: Io): Promise<Result> {
  if (!URL.canParse(target)) return unjudged(options, 'This is no address: give one like https://gateway.example.')
  const url = new URL(target)
  if (url.pathname === '/' || url.pathname === '') url.pathname = '/v1/ledger/pack'
  const folder = await mkdtemp(join(tmpdir(), 'palimpsest-verify-'))
  const file = join(folder, 'evidence')
  try {
    const failure = await download(url, file, io.env.PALIMPSEST_API_KEY)
    return failure === null ? await verifyFile(file, options) : unjudged(options, failure)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Null, or why there is nothing to judge. */
async function download(url: URL, file: string, key: string | undefined): Promise<string | null> {
  try {
    const response = await fetch(url, { headers: key ? { authorization: `Bearer ${key}` } : {} })
    if (response.status !== 200 || response.body === null)
      return `${url.origin} answered ${response.status}: ${hint(response.status)}`
    await pipeline(Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]), createWriteStream(file))
    return null
  } catch {
    return `${url.origin} could not be read to the end: make sure that it is the address of a gateway that runs.`
  }
}

function hint(status: number): string {
  if (status === 401) return 'set PALIMPSEST_API_KEY to a key of the role auditor.'
  if (status === 403) return 'the key of PALIMPSEST_API_KEY needs the role auditor.'
  if (status === 202) return 'the entry has no leaf yet, try again in a second.'
  return 'there is no evidence at this address.'
}
