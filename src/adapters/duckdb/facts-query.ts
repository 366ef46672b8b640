import { mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Query, queryOf } from '../../domain/reports/question.ts'
import { type SampleSql, sampleSql } from '../../domain/reports/sample.ts'
import type { ReportSource } from '../../domain/reports/types.ts'
import type { ArchiveObjects } from '../../ports/archive-reader.ts'
import { type FactsAnswer, type FactsJob, type FactsQuery, RestorePending } from '../../ports/facts-query.ts'
import { fingerprint } from '../pg-parser/fingerprint.ts'
import { REFERENCES } from '../postgres/reports/references.ts'
import { type ArchivedFacts, takeReportSnapshot } from '../postgres/reports/snapshot.ts'
import { neededBy, type Relations, relationsOf } from './facts-relations.ts'
import { TABLE_READS, tableOf, tableStatements } from './facts-tables.ts'
import { packedFormOf } from './packed-form.ts'
import { type DuckRows, type DuckStatement, runStatements } from './run-statements.ts'

/** DuckDB's memory, beyond which it writes to the report's folder, and its threads: two cores are what a small machine has. */
const MEMORY_MB = 600
const THREADS = 2

interface Asked {
  job: FactsJob
  queries: readonly Query[]
  sample: SampleSql
  population: Query
  drawn: Query
}

/** Entries of PostgreSQL and of Parquet objects, asked by DuckDB in a process of its own. */
export function createFactsQuery({
  databaseUrl,
  objects,
}: {
  databaseUrl: string
  objects: ArchiveObjects
}): FactsQuery {
  return {
    async run(job, folder, signal) {
      const asked = askedOf(job)
      const needed = neededBy([...asked.queries, asked.population, asked.drawn].map(({ text }) => text))
      const work = join(folder, 'work')
      await Promise.all([mkdir(join(folder, 'data')), mkdir(work)])
      const { columns } = needed
      const needs = { scope: job.scope, columns, form: packedFormOf(columns) }
      const [snapshot, fingerprints] = await Promise.all([
        takeReportSnapshot(databaseUrl, needs, work, signal),
        Promise.all(asked.queries.map(({ text }) => fingerprint(text))),
      ])
      const cold = await localPaths(objects, snapshot.archived)
      const { entries: csv, longest, packed } = snapshot
      const hot = { csv, parquet: join(work, 'entries.parquet'), longest, packed }
      const references = REFERENCES.map((reference) => ({ reference, csv: join(work, `${reference.name}.csv`) }))
      const files = { cold: [...cold.keys()], hot, references }
      const relations = relationsOf(files, needed, job.scope, job.register)
      const answers = await runStatements(
        {
          folders: [folder, ...new Set([...cold.keys()].map(dirname))],
          memoryMb: MEMORY_MB,
          threads: THREADS,
          statements: [...relations.statements, ...questionStatements(asked, relations, folder)],
        },
        signal,
      )
      await rm(work, { recursive: true, force: true })
      const read = answers.filter((answer) => answer !== null)
      return answerOf(asked, fingerprints, read, snapshot, cold)
    },
  }
}

function askedOf(job: FactsJob): Asked {
  const { scope, questions, population, seed } = job
  const sample = sampleSql(population, seed)
  return {
    job,
    queries: questions.map(({ sql }) => queryOf(sql, scope)),
    sample,
    population: queryOf(sample.population, scope),
    drawn: queryOf(sample.drawn, scope),
  }
}

function questionStatements(asked: Asked, relations: Relations, folder: string): DuckStatement[] {
  const { job, queries, sample, population, drawn } = asked
  const file = (name: string, ending: string) => join(folder, 'data', `${name}.${ending}`)
  const put = ({ text, parameters }: Query): DuckStatement => ({
    sql: text,
    parameters: parameters.map(({ value }) => value),
    read: true,
  })
  return [
    ...job.questions.flatMap((question, index) => {
      const { name, since } = question
      const table = tableStatements(question, queries[index] as Query, file(name, 'csv'), file(name, 'json'))
      if (since === undefined) return table
      const [narrow, widen] = relations.since(since)
      return [...narrow, ...table, widen]
    }),
    { sql: SOURCES, read: true },
    { ...put(population), read: false },
    { sql: sample.ending },
    { sql: sample.counted, read: true },
    put(drawn),
  ]
}

const SOURCES = `SELECT source, count(*), CAST(coalesce(sum(cost_usd), 0) AS DECIMAL(38, 10)),
  CAST(coalesce(sum(prompt_tokens), 0) AS DECIMAL(38, 0)), CAST(coalesce(sum(response_tokens), 0) AS DECIMAL(38, 0))
  FROM entries GROUP BY source`

/** Every object is asked for before it is said which of them are not there yet. */
async function localPaths(
  objects: ArchiveObjects,
  archived: readonly ArchivedFacts[],
): Promise<Map<string, ArchivedFacts>> {
  const paths = new Map<string, ArchivedFacts>()
  const pending: string[] = []
  for (const object of archived) {
    try {
      paths.set(await objects.local(object.name, object.sha256), object)
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'archive_restore_pending') throw error
      pending.push(object.name)
    }
  }
  if (pending.length > 0) throw new RestorePending(pending)
  return paths
}

function answerOf(
  { job, queries }: Asked,
  fingerprints: readonly string[],
  read: readonly DuckRows[],
  snapshot: Awaited<ReturnType<typeof takeReportSnapshot>>,
  cold: ReadonlyMap<string, ArchivedFacts>,
): FactsAnswer {
  const tables = job.questions.map((question, index) =>
    tableOf(
      question,
      queries[index] as Query,
      fingerprints[index] ?? '',
      read.slice(index * TABLE_READS, (index + 1) * TABLE_READS),
    ),
  )
  const [sources, population, sample] = read.slice(job.questions.length * TABLE_READS)
  return {
    watermark: snapshot.watermark,
    tables,
    sources: sourcesOf(sources, cold),
    completeness: { ...snapshot.completeness, restorePending: [] },
    sample: {
      seed: job.seed,
      population: Number(population?.rows[0]?.[0] ?? 0),
      entries: (sample?.rows ?? []).map(([id]) => String(id)),
    },
  }
}

/** Of the database and of each object, also where none of its rows are in the period. */
function sourcesOf(answer: DuckRows | undefined, cold: ReadonlyMap<string, ArchivedFacts>): ReportSource[] {
  const counted = new Map((answer?.rows ?? []).map(([source, ...sums]) => [String(source), sums]))
  const source = (path: string, object: ArchivedFacts | null): ReportSource => {
    const [entries, costUsd, promptTokens, responseTokens] = counted.get(path) ?? []
    return {
      name: object?.name ?? 'database',
      sha256: object?.sha256.toString('hex') ?? null,
      entries: Number(entries ?? 0),
      costUsd: String(costUsd ?? '0.0000000000'),
      promptTokens: String(promptTokens ?? '0'),
      responseTokens: String(responseTokens ?? '0'),
    }
  }
  return [source('database', null), ...[...cold].map(([path, object]) => source(path, object))]
}
