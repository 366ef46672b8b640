import { setTimeout as sleep } from 'node:timers/promises'
import { killNow, treeOf, untilGone } from './processes.ts'

interface Started {
  pid: number
  exited: Promise<unknown>
  stop(): Promise<void>
}

const TRIES = 5

/** PostgreSQL or Temporal as the harness runs it: killed, stopped and started on the same data and port. */
export class Server<T extends Started> {
  readonly name: string
  private readonly startIt: () => Promise<T>
  private current: T | null = null
  private starting: Promise<void> | null = null

  constructor(name: string, startIt: () => Promise<T>) {
    this.name = name
    this.startIt = startIt
  }

  /** @throws Error while it is down. */
  get started(): T {
    if (!this.current) throw new Error(`${this.name} is down`)
    return this.current
  }

  get isUp(): boolean {
    return this.current !== null && this.starting === null
  }

  /** Starts it where it is down; the data of a killed one may need a moment to be let go. */
  async start(): Promise<void> {
    if (this.current) return
    this.starting ??= this.tryToStart().finally(() => {
      this.starting = null
    })
    await this.starting
  }

  /** SIGKILL for it and everything below it. */
  async kill(): Promise<void> {
    const { current } = this
    if (!current) return
    this.current = null
    const tree = treeOf(current.pid)
    killNow(tree)
    await current.exited
    await untilGone(tree)
  }

  /** SIGKILL for one of its children, drawn by `draw`; false where there is none. */
  killChild(draw: (count: number) => number): boolean {
    if (!this.current) return false
    const children = treeOf(this.current.pid).slice(1)
    const child = children[draw(children.length)]
    if (child === undefined) return false
    killNow([child])
    return true
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    killNow(treeOf(this.started.pid), signal)
  }

  async stop(): Promise<void> {
    const { current } = this
    if (!current) return
    this.current = null
    await current.stop()
  }

  /** One that ended by itself (its own child was killed at a bad moment) comes up again as after a kill. */
  private async startAgainAfter(started: T): Promise<void> {
    await started.exited
    if (this.current !== started) return
    this.current = null
    await this.start()
  }

  private async tryToStart(): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        const started = await this.startIt()
        this.current = started
        void this.startAgainAfter(started)
        return
      } catch (error) {
        if (tries === TRIES) throw error
        await sleep(500)
      }
    }
  }
}
