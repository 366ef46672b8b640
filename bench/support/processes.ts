import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** Milliseconds of a tick in /proc; 100 ticks a second on every Linux that Node runs on. */
const TICK_MS = 10

/** Whether this system tells what its processes use. Elsewhere CPU and memory are not measured. */
export const canMeasureProcesses = existsSync('/proc/self/stat')

interface Stat {
  pid: number
  parent: number
  name: string
  /** User and system time, with all threads. */
  cpuMs: number
  /** Of children that have ended and were waited for. */
  childrenCpuMs: number
}

/** proc(5), /proc/<pid>/stat. Null when the process is gone. */
function readStat(path: string): Stat | null {
  let text: string
  try {
    text = readFileSync(path, 'latin1')
  } catch {
    return null
  }
  const open = text.indexOf('(')
  const close = text.lastIndexOf(')')
  const fields = text.slice(close + 2).split(' ')
  const ticks = (index: number) => Number(fields[index]) * TICK_MS
  return {
    pid: Number(text.slice(0, open)),
    parent: Number(fields[1]),
    name: text.slice(open + 1, close),
    cpuMs: ticks(11) + ticks(12),
    childrenCpuMs: ticks(13) + ticks(14),
  }
}

function allStats(): Stat[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(`/proc/${name}/stat`) ?? [])
}

/** The process ids of the direct children. */
export function childrenOf(pid: number): { pid: number; name: string }[] {
  if (!canMeasureProcesses) return []
  return allStats().filter(({ parent }) => parent === pid)
}

/** CPU milliseconds so far of one process, all its threads, without its children. */
export function cpuOf(pid: number): number {
  return readStat(`/proc/${pid}/stat`)?.cpuMs ?? Number.NaN
}

/** CPU milliseconds so far of a process and everything below it, also what has ended meanwhile. */
export function cpuOfTree(pid: number): number {
  if (!canMeasureProcesses) return Number.NaN
  return cpuBelow(pid, allStats())
}

function cpuBelow(pid: number, stats: readonly Stat[]): number {
  const own = stats.find((stat) => stat.pid === pid)
  if (!own) return Number.NaN
  const below = stats.filter(({ parent }) => parent === pid).map((child) => cpuBelow(child.pid, stats))
  return own.cpuMs + own.childrenCpuMs + below.reduce((sum, ms) => sum + ms, 0)
}

/** CPU milliseconds so far by thread name. */
export function cpuOfThreads(pid: number): Map<string, number> {
  const sums = new Map<string, number>()
  if (!canMeasureProcesses) return sums
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const stat = readStat(`/proc/${pid}/task/${thread}/stat`)
    if (!stat) continue
    const name = Number(thread) === pid ? 'main' : stat.name
    sums.set(name, (sums.get(name) ?? 0) + stat.cpuMs)
  }
  return sums
}

export interface Memory {
  rssMb: number
  /** The highest RSS so far (VmHWM). */
  peakMb: number
}

export function memoryOf(pid: number): Memory {
  if (!canMeasureProcesses) return { rssMb: Number.NaN, peakMb: Number.NaN }
  const status = readFileSync(`/proc/${pid}/status`, 'latin1')
  const field = (name: string) => Number(status.match(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm'))?.[1]) / 1024
  return { rssMb: field('VmRSS'), peakMb: field('VmHWM') }
}

/** Memory of a process tree in megabytes, what its processes share counted once (Pss). Needs the tree's own user or root. */
export function sharedMemoryOfTree(pid: number): number {
  if (!canMeasureProcesses) return Number.NaN
  const own = Number(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1').match(/^Pss:\s+(\d+) kB/m)?.[1]) / 1024
  return childrenOf(pid).reduce((sum, child) => sum + sharedMemoryOfTree(child.pid), own)
}
