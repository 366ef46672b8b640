import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

/** A value of a row: integers beyond 2^53, decimals, times, UUIDs and blobs (hex) as text. */
export type DuckValue = string | number | boolean | null | DuckValue[]

export interface DuckStatement {
  sql: string
  /** For `$1`, `$2` …: text, numbers, booleans and null. */
  parameters?: readonly (string | number | boolean | null)[]
  /** True: its rows come back. */
  read?: boolean
  /** True: what it writes has its rows in any order, at half the work. It stands before those that are not. */
  anyOrder?: boolean
}

export interface DuckJob {
  /** Folders that may be read and written; everything else outside the process is closed to it. */
  folders: readonly string[]
  memoryMb: number
  threads: number
  statements: readonly DuckStatement[]
}

export interface DuckRows {
  columns: string[]
  rows: DuckValue[][]
}

const PROCESS = fileURLToPath(new URL('./duck-process.ts', import.meta.url))

/**
 * Runs statements one after another in a DuckDB of its own, in memory, in a process of its own: its memory is given back, and what
 * goes wrong in it does not reach the gateway. Gives the rows of those that are read, null for the others.
 * @param signal ends the process; the promise rejects.
 */
export async function runStatements(job: DuckJob, signal?: AbortSignal): Promise<(DuckRows | null)[]> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PROCESS], {
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(signal && { signal }),
    killSignal: 'SIGKILL',
  })
  const ended = once(child, 'close')
  // Where it ends early the pipe breaks: what it came to says `close`.
  child.stdin.on('error', () => undefined)
  child.stdin.end(JSON.stringify(job))
  const [answer, complaint, [code]] = await Promise.all([buffer(child.stdout), buffer(child.stderr), ended])
  if (code !== 0) throw new DuckFailure(complaint.toString('utf8'))
  return JSON.parse(answer.toString('utf8')) as (DuckRows | null)[]
}

export type NamedStatement = readonly [name: string, statement: DuckStatement]

/** The same with a name for each statement: what comes back is found by it. */
export async function runNamed(
  job: Omit<DuckJob, 'statements'>,
  named: readonly NamedStatement[],
  signal: AbortSignal,
): Promise<Map<string, DuckRows | null>> {
  const answers = await runStatements({ ...job, statements: named.map(([, statement]) => statement) }, signal)
  return new Map(named.map(([name], index) => [name, answers[index] ?? null]))
}

/** Its message may hold data of a row: for `cause`, never for an answer or a log. */
export class DuckFailure extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'DuckFailure'
  }
}
