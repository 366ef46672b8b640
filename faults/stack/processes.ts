import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

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

function parentOfEach(): Map<number, number> {
  if (process.platform !== 'linux') {
    const lines = execFileSync('ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
    return new Map(lines.map((line) => line.trim().split(/\s+/).map(Number) as [number, number]))
  }
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = readStat(name)
    // Behind the program's name in parentheses: state, then the parent.
    if (stat !== null) parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
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

const alive = new Set<number>()
let watching = false

/** Ends with this process what it started, however it ends; `forget` it once it has been stopped. */
export function endWithUs(pid: number): void {
  alive.add(pid)
  if (watching) return
  watching = true
  process.on('exit', () => killNow([...alive].flatMap(treeOf)))
}

export function forget(pid: number): void {
  alive.delete(pid)
}
