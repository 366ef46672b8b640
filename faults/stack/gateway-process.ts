import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, openSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { LEAN_ENV, LEAN_FLAGS, V8_FLAGS } from '../../bootstrap/lean.mjs'
import { killNow } from './processes.ts'

const PROGRAM = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const READY_WITHIN_MS = 120_000
/** A start that failed at once (its database is away) is not repeated without a pause. */
const PAUSE_MS = 300

export interface GatewayOptions {
  name: string
  port: number
  home: string
  logPath: string
  env: Record<string, string>
}

/** A gateway process that is started again at once whenever it ends, until it is stopped. */
export class GatewayProcess {
  readonly name: string
  readonly url: string
  /** Starts so far, the first included. */
  starts = 0
  /** Whether the process that runs now has answered yet. */
  isReady = false
  private readonly options: GatewayOptions
  private child: ChildProcess | null = null
  private wanted = true
  private running: Promise<void> = Promise.resolve()

  constructor(options: GatewayOptions) {
    this.options = options
    this.name = options.name
    this.url = `http://127.0.0.1:${options.port}`
    mkdirSync(options.home, { recursive: true })
  }

  /** Starts it and waits until it answers. */
  async start(): Promise<void> {
    this.wanted = true
    this.running = this.keepRunning()
    await this.ready()
  }

  get pid(): number | null {
    return this.child?.pid ?? null
  }

  /** SIGKILL; false where it was down already. */
  kill(): boolean {
    this.isReady = false
    return this.child?.kill('SIGKILL') ?? false
  }

  /** SIGKILL, and it stays down until `start`. */
  async down(): Promise<void> {
    this.wanted = false
    this.kill()
    await this.running
  }

  /** SIGSTOP and SIGCONT. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    if (this.pid !== null) killNow([this.pid], signal)
  }

  /** Drains and stops it; SIGKILL where that takes long. */
  async stop(): Promise<void> {
    this.wanted = false
    const late = setTimeout(() => this.kill(), 20_000)
    if (this.pid !== null) killNow([this.pid], 'SIGTERM')
    await this.running
    clearTimeout(late)
  }

  async ready(): Promise<void> {
    const giveUpAt = Date.now() + READY_WITHIN_MS
    while (!this.isReady) {
      if (Date.now() > giveUpAt)
        throw new Error(`${this.name} did not become ready; its log is ${this.options.logPath}`)
      await sleep(50)
    }
  }

  private async keepRunning(): Promise<void> {
    while (this.wanted) {
      const startedAt = Date.now()
      await this.runOnce()
      if (this.wanted && Date.now() - startedAt < 2_000) await sleep(PAUSE_MS)
    }
  }

  private async runOnce(): Promise<void> {
    const { env, home, port, logPath } = this.options
    const log = openSync(logPath, 'a')
    // The home is in its environment; as an argument, which it does not read, it tells whose process this is.
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', ...LEAN_FLAGS, ...V8_FLAGS, PROGRAM, home],
      {
        stdio: ['ignore', log, log],
        env: {
          PATH: process.env.PATH ?? '',
          HOME: process.env.HOME ?? '',
          ...LEAN_ENV,
          ...env,
          PORT: String(port),
          PALIMPSEST_HOME: home,
        },
      },
    )
    this.starts += 1
    this.child = child
    void this.watch(child)
    await once(child, 'exit')
    this.child = null
    this.isReady = false
  }

  private async watch(child: ChildProcess): Promise<void> {
    while (this.child === child && !child.killed && !this.isReady) {
      if (await this.answers()) this.isReady = this.child === child && !child.killed
      else await sleep(100)
    }
  }

  private async answers(): Promise<boolean> {
    try {
      const answer = await fetch(`${this.url}/healthz`, { signal: AbortSignal.timeout(2_000) })
      await answer.text()
      return answer.ok
    } catch {
      // Not there yet, or no longer.
      return false
    }
  }
}
