import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { equalBytes } from '../../domain/ledger/bytes.ts'
import { encodeEnvelope } from '../../domain/ledger/canonical.ts'
import { verifyCommitment } from '../../domain/ledger/commitment.ts'
import { encodeLeaf, leafHash, leafOf } from '../../domain/ledger/leaf.ts'
import { emptyRoot } from '../../domain/ledger/merkle.ts'
import type { PeriodPart, ReadPeriod } from '../../ports/period-files.ts'
import { type DuckRows, type DuckValue, type NamedStatement, runNamed } from '../duckdb/run-statements.ts'
import { quoted } from '../duckdb/sql.ts'
import { entryOfFacts, FACTS_EXACT } from './facts-row.ts'
import type { LeafFolds } from './fold-leaves.ts'
import { contentSql, countsSql, sumsSql, type TextRow, totalsOf } from './totals-sql.ts'
import { digestSql, digestsOf, MEMORY_MB, MOST_MEMORY_MB, THREADS } from './write-parquet.ts'

/** Rows whose commitments are computed again; of a file with more, this many that the seed chooses. */
const SAMPLE = 2_000
/** Content below it is read within the usual memory, however long its rows are. */
const LARGE_BYTES = 100 << 20

/** Says what files hold, without a look at the database: totals, digests, root, commitments and blobs. */
export async function readBack(
  paths: Readonly<Partial<Record<PeriodPart, string>>>,
  folder: string,
  seed: string,
  folds: LeafFolds,
  signal: AbortSignal,
): Promise<ReadPeriod> {
  if (paths.facts === undefined) throw new Error('a period without facts')
  const folders = [folder, ...new Set(Object.values(paths).map(dirname))]
  const answers = await ask(paths as Paths, join(folder, 'leaves.csv'), seed, { folders, signal })
  const { root, leaves } = await folds.ofFile(join(folder, 'leaves.csv'))
  const parts = Object.keys(paths) as PeriodPart[]
  const digests = parts.map((part) => [part, digestsOf(part, answers.get(`digests ${part}`) ?? null)] as const)
  const totals = totalsOf(
    textRows(answers.get('sums'))[0] ?? {},
    textRows(answers.get('counts')),
    textRows(answers.get('content'))[0],
  )
  const sample = answers.get('sample')?.rows ?? []
  const [blobs = 0, cut = 0] = (answers.get('blobs')?.rows[0] ?? []).map(Number)
  return {
    totals,
    root: leaves.length === 0 ? emptyRoot() : root,
    leaves,
    rows: Object.fromEntries(digests.map(([part, { rows }]) => [part, rows])),
    digests: Object.fromEntries(digests.map(([part, found]) => [part, found.digests])),
    envelopes: {
      checked: sample.length,
      of: totals.entries,
      chosen: sample.length === totals.entries ? 'all' : 'sample',
      seed,
    },
    blobs: { checked: blobs, cut },
    broken: firstBroken(sample),
  }
}

type Paths = Partial<Record<PeriodPart, string>> & { facts: string }

async function ask(
  paths: Paths,
  leavesFile: string,
  seed: string,
  { folders, signal }: { folders: string[]; signal: AbortSignal },
): Promise<Map<string, DuckRows | null>> {
  const of = (path: string) => `read_parquet(${quoted(path)})`
  const facts = of(paths.facts)
  const named: NamedStatement[] = [
    ['sums', { sql: sumsSql(facts), read: true }],
    ['counts', { sql: countsSql(facts), read: true }],
    [
      'leaves',
      {
        sql: `COPY (SELECT to_base64(log_id), leaf_index, to_base64(leaf_hash) FROM ${facts} ORDER BY log_id, leaf_index)
          TO ${quoted(leavesFile)} (FORMAT csv, HEADER false)`,
      },
    ],
    [
      'sample',
      {
        sql: `SELECT ${FACTS_EXACT} FROM ${facts} WHERE id IN
          (SELECT id FROM ${facts} ORDER BY md5($1 || CAST(id AS VARCHAR)) LIMIT ${SAMPLE})`,
        parameters: [seed],
        read: true,
      },
    ],
  ]
  if (paths.content !== undefined) {
    named.push(['content', { sql: contentSql(of(paths.content)), read: true }])
    named.push(['blobs', { sql: blobsSql(facts, of(paths.content)), read: true }])
  }
  for (const part of Object.keys(paths) as PeriodPart[]) {
    named.push([`digests ${part}`, { sql: digestSql(part, of(paths[part] as string)), read: true }])
  }
  return runNamed({ folders, memoryMb: await memoryFor(paths), threads: THREADS }, named, signal)
}

/** Megabytes; DuckDB takes what it needs of it, which is more than usual only where texts are long. */
async function memoryFor({ content }: Paths): Promise<number> {
  return content !== undefined && (await stat(content)).size > LARGE_BYTES ? MOST_MEMORY_MB : MEMORY_MB
}

/** Blobs, and those that are not the ones their envelope names. */
function blobsSql(facts: string, content: string): string {
  const pairs = [
    ['c.sealed_subject', 'f.subject_blob_digest'],
    ['c.sealed_prompt', 'f.prompt_blob_digest'],
    ['c.sealed_response', 'f.response_blob_digest'],
    ['encode(c.coverage)', 'f.coverage_digest'],
  ] as const
  const sum = (of: (blob: string, digest: string) => string) =>
    pairs.map(([a, b]) => `count(*) FILTER (WHERE ${of(a, b)})`)
  return `SELECT ${sum((blob) => `${blob} IS NOT NULL`).join(' + ')},
    ${sum((blob, digest) => `${blob} IS NOT NULL AND sha256(${blob}) IS DISTINCT FROM lower(hex(${digest}))`).join(' + ')}
    FROM ${content} c JOIN ${facts} f ON f.id = c.id`
}

/** The first row that does not open its ENVELOPE commitment, or whose leaf has another hash. */
function firstBroken(rows: readonly DuckValue[][]): string | null {
  for (const row of rows) {
    const { envelope, envelopeNonce, commitments, leafHash: hash } = entryOfFacts(row)
    const opens = verifyCommitment(
      commitments.envelope,
      'envelope',
      envelopeNonce,
      envelope.id,
      encodeEnvelope(envelope),
    )
    if (!opens || !equalBytes(leafHash(encodeLeaf(leafOf(envelope, commitments))), hash)) return envelope.id
  }
  return null
}

function textRows(answer: DuckRows | null | undefined): TextRow[] {
  return (answer?.rows ?? []).map((row) =>
    Object.fromEntries(
      row.map((value, index) => [answer?.columns[index] ?? '', value === null ? null : String(value)]),
    ),
  )
}
