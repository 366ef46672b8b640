import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

const STOP_WITHIN_MS = 60_000

/** Ends a process by SIGTERM, by SIGKILL after a minute. Resolves when it has ended. */
export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS)
  await ended
  clearTimeout(timer)
}

/** Runs a script of this Node whose first line on stdout is JSON that says where it listens. */
export async function startScript<T>(
  script: string,
  args: readonly string[],
): Promise<{ child: ChildProcess; said: T }> {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const said = await new Promise<T>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line) as T))
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code} before it listened`)))
  })
  return { child, said }
}
