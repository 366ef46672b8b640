import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { encodeReportManifest, REPORT_MEMBERS, reportManifest } from '../../domain/reports/pack-manifest.ts'
import { reportPaper } from '../../domain/reports/paper.ts'
import { queryFile } from '../../domain/reports/query-file.ts'
import type { ReportData } from '../../domain/reports/types.ts'
import { PalimpsestError } from '../../errors.ts'
import type { ArchiveFile } from '../../ports/archive-store.ts'
import type { PaperPrinter } from '../../ports/paper-printer.ts'
import type { ReportEvidence } from '../../ports/report-evidence.ts'
import type { ReportPacker } from '../../ports/report-packer.ts'
import { appendMembers } from '../archive/zip/append-members.ts'
import { ZipWriter } from '../archive/zip/zip-writer.ts'
import { collectParts, type TextMember } from './collect-parts.ts'

const BODY = 'body.zip'

export interface ReportPackerOptions {
  evidence: ReportEvidence
  printer: PaperPrinter
  /** Files that travel with every pack: the verifiers and how to use them. */
  tools: readonly TextMember[]
  /** What made the report, by name. */
  versions: Readonly<Record<string, string>>
}

export function createReportPacker(options: ReportPackerOptions): ReportPacker {
  return {
    async buildBody(folder, data) {
      await requireData(folder, data)
      let manifest: Uint8Array = new Uint8Array()
      const keep = (bytes: Uint8Array) => {
        manifest = bytes
      }
      const file = await write(join(folder, BODY), body(options, folder, data, keep))
      return { manifestSha256: createHash('sha256').update(manifest).digest(), file }
    },

    async sealPack({ tenantId, entryId, body: path, pack }) {
      const proof = await options.evidence.proof(tenantId, entryId)
      if (proof === undefined) {
        const message = "The report's entry has no leaf under a signed checkpoint yet: try again in a moment."
        throw new PalimpsestError({ code: 'report_not_anchored', status: 503, message })
      }
      return write(pack, appendMembers(path, [{ name: REPORT_MEMBERS.proof, bytes: Buffer.from(proof, 'utf8') }]))
    },
  }
}

async function* body(
  { evidence, printer, tools, versions }: ReportPackerOptions,
  folder: string,
  data: ReportData,
  keep: (manifest: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  const writer = new ZipWriter()
  // The paper takes a process of its own some seconds: what is read meanwhile costs no time.
  const [parts, paper, signers] = await Promise.all([
    collectParts(evidence, data),
    printer.pdf(reportPaper(data)),
    evidence.signers(data.tenantId),
  ])
  yield* writer.member(REPORT_MEMBERS.paper, [paper])
  for (const table of data.tables) {
    yield* writer.member(REPORT_MEMBERS.query(table.name), [Buffer.from(queryFile(table), 'utf8')])
    for (const name of [REPORT_MEMBERS.csv(table.name), REPORT_MEMBERS.json(table.name)]) {
      yield* writer.member(name, createReadStream(join(folder, name), { highWaterMark: 1 << 18 }))
    }
  }
  const keys = { name: REPORT_MEMBERS.keys, bytes: Buffer.from(signers.map((key) => `${key}\n`).join(''), 'utf8') }
  for (const { name, bytes } of [...parts.members, keys, ...tools]) yield* writer.member(name, [bytes])
  const all = { gateway: data.gatewayVersion, ...versions }
  const manifest = encodeReportManifest(
    reportManifest(data, { ...parts, versions: all, signers, members: writer.members }),
  )
  keep(manifest)
  yield* writer.member(REPORT_MEMBERS.manifest, [manifest])
  yield writer.end()
}

async function requireData(folder: string, data: ReportData): Promise<void> {
  for (const { name } of data.tables) {
    for (const file of [REPORT_MEMBERS.csv(name), REPORT_MEMBERS.json(name)]) {
      await access(join(folder, file)).catch(() => {
        throw new PalimpsestError({
          code: 'report_data_missing',
          status: 500,
          message: `The report has no file ${file}: make its tables again.`,
        })
      })
    }
  }
}

async function write(path: string, chunks: AsyncIterable<Uint8Array>): Promise<ArchiveFile> {
  const hash = createHash('sha256')
  let bytes = 0
  const count = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      hash.update(chunk)
      bytes += chunk.length
      done(null, chunk)
    },
  })
  await pipeline(Readable.from(chunks), count, createWriteStream(path))
  return { path, bytes, sha256: hash.digest() }
}
