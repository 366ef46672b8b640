import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('./double.ts', import.meta.url))
const API_KEY = 'sk-faults-double'

export interface DoubleProcess {
  baseUrl: string
  apiKey: string
  /** Calls by the marker in their prompt. */
  calls(): Map<string, number>
  stop(): Promise<void>
}

/** Starts the double; nothing kills it before `stop`. */
export async function startDoubleProcess(logPath: string): Promise<DoubleProcess> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', PROGRAM, '--port', '0', '--api-key', API_KEY, '--log', logPath],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const origin = await readOrigin(child)
  return {
    baseUrl: `${origin}/v1`,
    apiKey: API_KEY,
    calls: () => countCalls(logPath),
    async stop() {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
  }
}

async function readOrigin(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('the double has no output')
  for await (const line of createInterface({ input: child.stdout })) {
    return (JSON.parse(line) as { origin: string }).origin
  }
  throw new Error('the double did not start')
}

function countCalls(logPath: string): Map<string, number> {
  const calls = new Map<string, number>()
  if (!existsSync(logPath)) return calls
  for (const line of readFileSync(logPath, 'utf8').split('\n')) {
    if (line === '') continue
    const { marker } = JSON.parse(line) as { marker: string }
    calls.set(marker, (calls.get(marker) ?? 0) + 1)
  }
  return calls
}
