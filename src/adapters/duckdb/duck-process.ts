import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { DuckDBInstance, DuckDBPendingResultState, type DuckDBResultReader, type DuckDBValue } from '@duckdb/node-api'
import type { DuckJob, DuckRows, DuckStatement, DuckValue } from './run-statements.ts'
import { quoted } from './sql.ts'

// A script of its own: a job as JSON on standard input, its rows as JSON on standard output.
const job = JSON.parse(await text(process.stdin)) as DuckJob
const instance = await DuckDBInstance.create(':memory:', {
  threads: String(job.threads),
  memory_limit: `${job.memoryMb}MB`,
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  preserve_insertion_order: 'false',
})
const connection = await instance.connect()
// Closed in this order: no statement can open more, and none of the job but those that are free of order comes before the lock.
await connection.run(`SET allowed_directories = [${job.folders.map(quoted).join(', ')}]`)
await connection.run(`SET temp_directory = ${quoted(job.folders[0] ?? '')}`)
await connection.run("SET TimeZone = 'UTC'")
await connection.run('SET enable_external_access = false')

const READY = DuckDBPendingResultState.RESULT_READY
/** Milliseconds between two looks for work while other threads have all of it. */
const IDLE_MS = 2

const answers: (DuckRows | null)[] = []
let ordered = false
for (const { sql, parameters, read, anyOrder } of job.statements) {
  if (!ordered && anyOrder !== true) {
    await connection.run('SET preserve_insertion_order = true')
    await connection.run('SET lock_configuration = true')
    ordered = true
  }
  const reader = await runOne(sql, parameters)
  answers.push(
    read === true ? { columns: reader.columnNames(), rows: reader.getRows().map((row) => row.map(plain)) } : null,
  )
}
process.stdout.write(JSON.stringify(answers))

/** DuckDB's own loop spins on a core while another thread has the last of the work (duckdb/duckdb#22178); this one sleeps. */
async function runOne(sql: string, parameters: DuckStatement['parameters']): Promise<DuckDBResultReader> {
  const prepared = await connection.prepare(sql)
  try {
    if (parameters !== undefined) prepared.bind([...parameters])
    const pending = prepared.start()
    for (let state = pending.runTask(); state !== READY; state = pending.runTask()) {
      if (state === DuckDBPendingResultState.NO_TASKS_AVAILABLE) await sleep(IDLE_MS)
    }
    return await pending.readAll()
  } finally {
    prepared.destroySync()
  }
}

function plain(value: DuckDBValue): DuckValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()
  if ('bytes' in value && value.bytes instanceof Uint8Array) return Buffer.from(value.bytes).toString('hex')
  if ('items' in value && Array.isArray(value.items)) return (value.items as DuckDBValue[]).map(plain)
  return value.toString()
}
