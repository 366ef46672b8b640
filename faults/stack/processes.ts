import { execFileSync, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** Kills processes at once, the given ones first; those that are gone already do not matter. */
export function killNow(pids: readonly number[], signal: NodeJS.Signals = 'SIGKILL'): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
}

/** A process and everything below it. PostgreSQL's children each lead a session, so no process group holds them. */
export function treeOf(pid: number): number[] {
  const parents = parentOfEach()
  const tree = [pid]
  for (const known of tree) for (const [child, parent] of parents) if (parent === known) tree.push(child)
  return tree
}

/** Waits until killed processes run no more: on a busy machine the last to die still holds its connections. */
export async function untilGone(pids: readonly number[]): Promise<void> {
  const run = () => {
    const known = parentOfEach()
    return pids.some((pid) => known.has(pid))
  }
  while (run()) await sleep(5)
}

/** Of each process that runs; one that is dead and waits to be collected does not. */
function parentOfEach(): Map<number, number> {
  const parents = new Map<number, number>()
  if (process.platform !== 'linux') {
    const lines = execFileSync('ps', ['-axo', 'pid=,ppid=,stat='], { encoding: 'utf8' }).trim().split('\n')
    for (const line of lines) {
      const [pid, parent, state] = line.trim().split(/\s+/)
      if (!state?.startsWith('Z')) parents.set(Number(pid), Number(parent))
    }
    return parents
  }
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = readStat(name)
    if (stat === null) continue
    // Behind the program's name in parentheses: state, then the parent.
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (state !== 'Z') parents.set(Number(name), Number(parent))
  }
  return parents
}

function readStat(pid: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH') return null
    throw error
  }
}

const REAPER = fileURLToPath(new URL('./reaper.ts', import.meta.url))

/**
 * Sees to it that nothing on this folder outlives this process, however it ends. Gives how to let go of it, once
 * everything has been stopped.
 */
export function reapWhatIsLeft(folder: string): () => void {
  const reaper = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', REAPER, folder], {
    stdio: ['pipe', 'ignore', 'inherit'],
    detached: true,
  })
  reaper.unref()
  return () => void reaper.kill('SIGKILL')
}
