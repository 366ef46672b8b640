import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { tryLock } from '../../../bootstrap/process-lock.mjs'
import type { ToldAnswer } from '../../domain/benchmark/types.ts'
import { PalimpsestError } from '../../errors.ts'

/** What a run is: a resumed one has to be the same. */
export interface RunHead {
  run: string
  set_sha256: string
  items: number
  models: readonly string[]
  tool: string
  judge: string | null
}

/** An item that is done; `code`: why there is no answer. */
export type JournalLine = ToldAnswer & { model: string; code: string | null }

export interface Journal {
  head: RunHead
  done: readonly JournalLine[]
  /** On the disk when it returns. */
  append(line: JournalLine): void
  close(): void
}

/**
 * The journal of a run: its first line says what the run is, each further one is an item that is done. A last line that was cut by
 * a kill is not there, and its item is asked again under the same idempotency key.
 * @param wanted of a new run. A resumed one keeps its own id.
 * @throws PalimpsestError `benchmark_in_use`, `benchmark_there`, `benchmark_differs`, `benchmark_nothing_to_resume`.
 */
export function openJournal(folder: string, wanted: RunHead, resume: boolean): Journal {
  mkdirSync(folder, { recursive: true })
  const lock = tryLock(join(folder, 'lock'), 'palimpsest benchmark')
  if (lock.holder !== null) throw fault('in_use', `Process ${lock.holder.pid} is at work on this run: let it end.`)
  try {
    const path = join(folder, 'journal.jsonl')
    const { head, done } = readJournal(path, wanted, resume)
    // Whole in one step: a cut line goes, and a kill here loses nothing.
    const part = `${path}.part`
    const whole = openSync(part, 'w', 0o600)
    write(whole, [head, ...done])
    closeSync(whole)
    renameSync(part, path)
    const file = openSync(path, 'a', 0o600)
    return {
      head,
      done,
      append: (line) => write(file, [line]),
      close() {
        closeSync(file)
        lock.release()
      },
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

function readJournal(path: string, wanted: RunHead, resume: boolean): Pick<Journal, 'head' | 'done'> {
  const there = existsSync(path) ? linesOf(readFileSync(path, 'utf8')) : []
  if (there.length > 0 && !resume) {
    throw fault('there', 'A run lies in this folder: go on with it by --resume, or name another folder with --out.')
  }
  if (there.length === 0 && resume) {
    throw fault('nothing_to_resume', 'No run lies in this folder: start one without --resume.')
  }
  const [head = wanted, ...done] = there as [RunHead?, ...JournalLine[]]
  if (JSON.stringify({ ...head, run: '' }) !== JSON.stringify({ ...wanted, run: '' })) {
    const message =
      'The run in this folder has another set, other models, another tool or judge: name them as they were, or take another folder.'
    throw fault('differs', message)
  }
  return { head, done }
}

function write(file: number, lines: readonly object[]): void {
  writeSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  fsyncSync(file)
}

/** Up to the first line that is not whole. */
function linesOf(text: string): unknown[] {
  const lines: unknown[] = []
  for (const line of text.split('\n').slice(0, -1)) {
    try {
      lines.push(JSON.parse(line))
    } catch {
      break
    }
  }
  return lines
}

function fault(code: string, message: string): PalimpsestError {
  return new PalimpsestError({ code: `benchmark_${code}`, status: 409, message })
}
