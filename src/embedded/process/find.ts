import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { processStartTime } from '../../../bootstrap/process-lock.mjs'

/** A running process and what it was started with. */
export interface RunningProcess {
  pid: number
  /** On Linux the arguments one by one; elsewhere the whole command line as one. */
  command: string[]
}

/** All processes whose command line matches. Those of other users that hide theirs are never among them. */
export function findProcesses(matches: (command: string[]) => boolean): RunningProcess[] {
  const all = process.platform === 'linux' ? listByProc() : listByPs()
  return all.filter((found) => found.pid !== process.pid && matches(found.command))
}

/**
 * Ends a process that is known to be ours: the signals one after another, each with its time. The start time is
 * compared before every signal, so that a pid that was given to someone else in between is left alone.
 *
 * Returns true when it is gone.
 */
export async function endProcess(
  pid: number,
  steps: ReadonlyArray<{ signal: NodeJS.Signals; waitMs: number }>,
): Promise<boolean> {
  const startTime = processStartTime(pid)
  const runs = () => startTime !== null && processStartTime(pid) === startTime
  for (const step of steps) {
    if (!runs()) return true
    process.kill(pid, step.signal)
    const deadline = Date.now() + step.waitMs
    while (runs() && Date.now() < deadline) await sleep(25)
  }
  return !runs()
}

function listByProc(): RunningProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .flatMap((name) => {
      const command = linuxCommand(Number(name))
      return command === null ? [] : [{ pid: Number(name), command }]
    })
}

function linuxCommand(pid: number): string[] | null {
  try {
    const raw = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    return raw === '' ? null : raw.replace(/\0+$/, '').split('\0')
  } catch (error) {
    if (isGoneOrHidden(error)) return null
    throw error
  }
}

function isGoneOrHidden(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES' || code === 'EPERM'
}

function listByPs(): RunningProcess[] {
  const text = execFileSync('ps', ['-axww', '-o', 'pid=,command='], { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 })
  return text.split('\n').flatMap((line) => {
    const match = /^\s*([0-9]+)\s+(.*)$/.exec(line)
    return match === null ? [] : [{ pid: Number(match[1]), command: [match[2] ?? ''] }]
  })
}
