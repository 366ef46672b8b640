import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { processStartTime } from '../../../bootstrap/process-lock.mjs'
import { type Home, homeLayout, prepareHome } from '../../../src/config/home.ts'

const cleanups: Array<() => Promise<void> | void> = []

/** To be called after each test: undoes what the helpers here did, newest first. */
export async function cleanUp(): Promise<void> {
  for (const undo of cleanups.splice(0).reverse()) await undo()
}

export function onCleanUp(undo: () => Promise<void> | void): void {
  cleanups.push(undo)
}

/**
 * A home of its own; its path has a space and characters that servers like to take for something else. Other users can
 * pass through the folder it is in, unless it is `closed`.
 */
export function makeHome(options: { closed?: boolean } = {}): { home: Home; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest %20#'))
  if (options.closed !== true) chmodSync(folder, 0o711)
  const home = homeLayout({ PALIMPSEST_HOME: join(folder, 'the home') }, '/')
  prepareHome(home)
  return { home, folder }
}

/** The same, removed after the test. */
export function newHome(options: { closed?: boolean } = {}): Home {
  const { home, folder } = makeHome(options)
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }))
  return home
}

/** Runs a server under a process of its own and kills that process, so that the server is an orphan. */
export async function orphan(part: 'postgres' | 'temporal', home: Home): Promise<number> {
  const script = fileURLToPath(new URL('./holder.ts', import.meta.url))
  const holder = spawn(process.execPath, [script, part, home.root], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(holder.stdout, 'data')) as [Buffer]
  const { pid } = JSON.parse(line.toString()) as { pid: number }
  const gone = once(holder, 'exit')
  holder.kill('SIGKILL')
  await gone
  return pid
}

/** A process that has nothing to do with us. */
export async function bystander(): Promise<ChildProcess & { pid: number }> {
  const child = spawn('sleep', ['300'], { stdio: 'ignore' })
  await once(child, 'spawn')
  cleanups.push(() => {
    child.kill('SIGKILL')
  })
  return child as ChildProcess & { pid: number }
}

export function isAlive(pid: number): boolean {
  return processStartTime(pid) !== null
}
