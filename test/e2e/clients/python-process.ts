import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const SCRIPT = fileURLToPath(new URL('./python_client.py', import.meta.url))

export interface PythonClient {
  /** Runs a function of the script with these fields, and gives its result. @throws Error as Python did. */
  run(scenario: string, fields?: Record<string, unknown>): Promise<Record<string, unknown>>
  stop(): Promise<void>
}

/** The official Python client in a process of its own. */
export function startPythonClient(python: string, baseUrl: string, apiKey: string): PythonClient {
  const child = spawn(python, [SCRIPT, baseUrl, apiKey], { stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async run(scenario, fields = {}) {
      child.stdin.write(`${JSON.stringify({ scenario, ...fields })}\n`)
      const { value, done } = await lines.next()
      if (done) throw new Error('the Python client has ended')
      const answer = JSON.parse(value) as { result?: Record<string, unknown>; error?: string }
      if (answer.result === undefined) throw new Error(answer.error)
      return answer.result
    },
    async stop() {
      child.stdin.end()
      await exited
    },
  }
}
