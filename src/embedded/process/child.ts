import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LogFile } from './log-file.ts'

export interface ChildExit {
  code: number | null
  signal: NodeJS.Signals | null
  /** True when `stop` was asked for. */
  expected: boolean
}

export interface Child {
  pid: number
  exited: Promise<ChildExit>
  /** True until the process has ended. */
  isRunning(): boolean
  /** Sends the signals one after another until the process has ended. Safe to call twice. */
  stop(steps: ReadonlyArray<{ signal: NodeJS.Signals; waitMs: number }>): Promise<ChildExit>
}

export interface ChildOptions {
  command: string
  args: string[]
  cwd: string
  env: Record<string, string>
  log: LogFile
  /** Runs it as another user; only root can. */
  identity?: { uid: number; gid: number } | undefined
}

/**
 * Starts a server that writes its own log. It is the head of a process group of its own, so that Ctrl-C in the
 * terminal reaches only the gateway, which drains first and stops its servers last.
 *
 * @throws the system's error when it cannot be started at all
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { descriptor } = options.log
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', descriptor, descriptor],
    detached: true,
    ...options.identity,
  })
  let stopping = false
  let running = true
  const exited = new Promise<ChildExit>((resolve) => {
    child.once('exit', (code, signal) => {
      running = false
      options.log.close()
      resolve({ code, signal, expected: stopping })
    })
  })
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (error) => {
      options.log.close()
      reject(error)
    })
  })
  const { pid } = child
  if (pid === undefined) throw new Error('The system gave no process id.')

  return {
    pid,
    exited,
    isRunning: () => running,
    stop: async (steps) => {
      stopping = true
      for (const step of steps) {
        if (!running) break
        child.kill(step.signal)
        const timeout = new AbortController()
        await Promise.race([
          exited,
          sleep(step.waitMs, undefined, { signal: timeout.signal }).catch((error: unknown) => {
            if (!timeout.signal.aborted) throw error
          }),
        ])
        timeout.abort()
      }
      return exited
    },
  }
}
