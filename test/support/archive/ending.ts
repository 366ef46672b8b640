import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { MockActivityEnvironment } from '@temporalio/testing'
import { DefaultLogger } from '@temporalio/worker'
import type { EndDeps } from '../../../activities/archive/end-deps.ts'
import { FileArchiveStore } from '../../../src/adapters/archive/files/file-archive-store.ts'
import { runStatements } from '../../../src/adapters/duckdb/run-statements.ts'
import { createArchiveRows } from '../../../src/adapters/parquet/archive-rows.ts'
import { createEndingArchives } from '../../../src/adapters/postgres/archive/ending.ts'
import type { ArchiveStack } from './stack.ts'

/** What ends archives, over a stack whose objects are files from now on. */
export function endDepsOf(stack: ArchiveStack): EndDeps {
  const store = new FileArchiveStore(join(stack.test.folder, 'archive'))
  stack.deps = { ...stack.deps, store }
  return { ...stack.deps, ending: createEndingArchives(stack.test.ledger.sql), rows: createArchiveRows() }
}

/** Runs a step as a worker would. */
export function runStep<T>(run: (input: never) => Promise<T>, input?: unknown): Promise<T> {
  const logger = new DefaultLogger('ERROR', () => undefined)
  return new MockActivityEnvironment({}, { logger }).run(run as (input: unknown) => Promise<T>, input)
}

/** Dependencies of which each call, once, throws after its effect, as if the process had died there. */
export function mortal<T extends EndDeps>(deps: T, died: string[]): T {
  const once = <P extends object>(label: string, port: P): P =>
    new Proxy(port, {
      get(target, name) {
        const method = Reflect.get(target, name)
        // What is gone through name by name has no one moment to die in.
        if (typeof method !== 'function' || name === 'exclusively' || name === 'list')
          return typeof method === 'function' ? method.bind(target) : method
        return async (...args: unknown[]) => {
          const result = await method.apply(target, args)
          const [, object = '', number] = /^archive\/[^/]+\/(\w+)\/.*\/(\d+)\./.exec(String(args[0])) ?? []
          const part = number === '0001' ? `first ${object}` : object
          const key = `${label}.${String(name)} ${part}`.trim()
          if (died.includes(key)) return result
          died.push(key)
          throw new Error('died after its effect')
        }
      },
    })
  return {
    ...deps,
    periods: once('periods', deps.periods),
    store: once('store', deps.store),
    files: once('files', deps.files),
    rows: once('rows', deps.rows),
    ending: once('ending', deps.ending),
    ledger: once('ledger', deps.ledger),
  }
}

/** Runs it again and again until nothing dies any more; gives how often. */
export async function untilDone(run: () => Promise<unknown>): Promise<number> {
  for (let runs = 1; ; runs++) {
    try {
      await run()
      return runs
    } catch (error) {
      if (runs > 80) throw error
    }
  }
}

/** Names in the store. */
export async function namesIn(deps: Pick<EndDeps, 'store'>, part: string): Promise<string[]> {
  const names: string[] = []
  for await (const name of deps.store.list('archive/')) if (name.includes(part)) names.push(name)
  return names
}

/** A case of the erasure of these subjects, as far as the archive needs one. */
export async function openCase(
  { admin }: ArchiveStack,
  tenant: string,
  pseudonyms: readonly string[],
): Promise<{ id: string; cases: { open(): Promise<never> } }> {
  const [row] = await admin`
    INSERT INTO erasure_case (id, tenant_id, state, officer, requested_at, deadline, reference_digest, reference_expires_at, case_key_id)
    VALUES (gen_random_uuid(), ${tenant}, 'running', 'officer', now(), now() + interval '30 days', ${randomBytes(32)}, now(),
            gen_random_uuid()) RETURNING id`
  for (const pseudonym of pseudonyms) {
    await admin`
      INSERT INTO erasure_subject (case_id, pseudonym, data_key_id, erasure_token)
      VALUES (${row?.id}, ${pseudonym}, gen_random_uuid(), ${`del_${randomBytes(16).toString('hex')}`})`
  }
  const opened = { tenantId: tenant, subjects: pseudonyms.map((pseudonym) => ({ pseudonym })) }
  return { id: String(row?.id), cases: { open: async () => opened as never } }
}

/** Content of a period, or what is held of it, as the store has it now, by entry. */
export async function contentOf(
  deps: EndDeps,
  stack: ArchiveStack,
  periodId: string,
  of: 'content' | 'held' = 'content',
) {
  const object = (await deps.periods.objects(periodId)).find(({ part, state }) => part === of && state === 'stored')
  const folder = join(stack.test.folder, randomBytes(6).toString('hex'))
  mkdirSync(folder)
  await deps.store.fetch(object?.name ?? '', join(folder, 'c.parquet'), object?.sha256 ?? new Uint8Array())
  const [answer] = await runStatements({
    folders: [folder],
    memoryMb: 200,
    threads: 1,
    statements: [{ sql: `SELECT * FROM read_parquet('${join(folder, 'c.parquet')}')`, read: true }],
  })
  return (answer?.rows ?? []).map((row) =>
    Object.fromEntries(row.map((value, index) => [answer?.columns[index] ?? '', value])),
  )
}

/** A legal hold as the database has it: on a subject, a period, or else the whole tenant. */
export async function placeHold(
  { admin }: ArchiveStack,
  tenant: string,
  { subject = null, from = null, to = null }: { subject?: string | null; from?: string | null; to?: string | null },
): Promise<string> {
  const [row] = await admin`
    INSERT INTO legal_hold (id, tenant_id, subject_pseudonym, from_at, to_at, sealed_reason, placed_by, placed_at)
    VALUES (gen_random_uuid(), ${tenant}, ${subject}, ${from}::text::timestamptz, ${to}::text::timestamptz, '', 'officer', now())
    RETURNING id`
  return String(row?.id)
}

export async function releaseHold({ admin }: ArchiveStack, id: string): Promise<void> {
  await admin`UPDATE legal_hold SET released_by = 'officer', released_at = now() WHERE id = ${id}`
}
