import pg from 'pg'
import { clientConfig } from '../connect.ts'
import { CHANNEL } from './notify.ts'

export interface ListenerOptions {
  /** The keystore's connection string. A pooler before it has to keep sessions. */
  url: string
  /** A key was destroyed, here or elsewhere; null: nobody knows what was, because the connection had been lost. */
  onDestroyed(keyId: string | null): void
  /** Told of each change: false while nothing is heard. */
  onState(listening: boolean): void
}

/** Milliseconds between two questions whether the connection still lives; what it misses is forgotten after 60 s anyway. */
const PING_MS = 10_000
const ANSWER_WITHIN_MS = 5_000
const RECONNECT_MS = 1_000

/**
 * Listens for destroyed keys on a connection of its own, and connects again whenever that is lost. Each time it listens anew
 * everything is forgotten, because what was told in between was not heard.
 */
export class DestroyedKeysListener {
  private readonly options: ListenerOptions
  private client: pg.Client | null = null
  private timer: NodeJS.Timeout | null = null
  private closed = false
  private listening = false

  constructor(options: ListenerOptions) {
    this.options = options
  }

  /** Resolves when the first try is over; it goes on trying by itself. */
  async start(): Promise<void> {
    await this.connect()
  }

  async close(): Promise<void> {
    this.closed = true
    if (this.timer) clearTimeout(this.timer)
    const client = this.client
    this.client = null
    await client?.end().catch(() => undefined)
  }

  private async connect(): Promise<void> {
    const client = new pg.Client(
      clientConfig(this.options.url, { name: 'palimpsest-keys-listener', statementTimeoutMs: ANSWER_WITHIN_MS }),
    )
    this.client = client
    client.on('notification', ({ channel, payload }) => {
      if (channel === CHANNEL && payload) this.options.onDestroyed(payload)
    })
    client.on('error', () => this.lost(client))
    client.on('end', () => this.lost(client))
    try {
      await client.connect()
      await client.query(`LISTEN ${CHANNEL}`)
    } catch {
      this.lost(client)
      return
    }
    if (this.client !== client) return
    this.options.onDestroyed(null)
    this.become(true)
    this.ping(client)
  }

  private ping(client: pg.Client): void {
    this.timer = setTimeout(() => {
      client.query('SELECT 1').then(
        () => {
          if (this.client === client) this.ping(client)
        },
        () => this.lost(client),
      )
    }, PING_MS)
    this.timer.unref()
  }

  private lost(client: pg.Client): void {
    if (this.client !== client) return
    this.client = null
    if (this.timer) clearTimeout(this.timer)
    client.end().catch(() => undefined)
    this.become(false)
    if (this.closed) return
    this.timer = setTimeout(() => void this.connect(), RECONNECT_MS)
    this.timer.unref()
  }

  private become(listening: boolean): void {
    if (this.listening === listening || this.closed) return
    this.listening = listening
    this.options.onState(listening)
  }
}
