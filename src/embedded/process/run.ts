import { spawn } from 'node:child_process'

export interface RunResult {
  /** Null when it was ended by a signal or could not be started. */
  code: number | null
  /** Why it did not end by itself: never started, or ended by us. */
  failure: string | null
  stdout: string
  stderr: string
}

export interface RunOptions {
  timeoutMs: number
  cwd?: string
  env?: Record<string, string | undefined>
  /** Called about once a second; a returned sentence ends the run with that failure. */
  watch?: () => string | null
}

const KEPT_CHARACTERS = 64 * 1024

/**
 * Runs a program to its end, within a time limit. It gets a process group of its own, and the whole group is ended
 * when the time is over, so that nothing it started goes on.
 */
export function run(command: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    let stdout = ''
    let stderr = ''
    let failure: string | null = null
    const end = (reason: string) => {
      failure ??= reason
      if (child.pid !== undefined && child.exitCode === null) endGroup(child.pid)
    }
    const limit = setTimeout(() => end(`took longer than ${Math.round(options.timeoutMs / 1000)} s`), options.timeoutMs)
    const watch = setInterval(() => {
      const reason = options.watch?.() ?? null
      if (reason !== null) end(reason)
    }, 1000)
    const finish = (code: number | null) => {
      clearTimeout(limit)
      clearInterval(watch)
      process.off('exit', onExit)
      resolve({ code, failure, stdout, stderr })
    }
    const onExit = () => end('this process ended')
    process.once('exit', onExit)
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout = (stdout + text).slice(-KEPT_CHARACTERS)
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-KEPT_CHARACTERS)
    })
    child.once('error', (error) => {
      failure ??= error.message
      finish(null)
    })
    child.once('close', (code) => finish(code))
  })
}

/** The reason a run gave, in one line. */
export function reasonOf(result: RunResult): string {
  if (result.failure !== null) return result.failure
  const lines = result.stderr.trim().split('\n')
  return lines.findLast((line) => line.trim() !== '')?.trim() ?? `exit code ${result.code}`
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
