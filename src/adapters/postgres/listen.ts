import pg from 'pg'
import { clientConfig } from './connect.ts'

export interface ListenOptions {
  /** A connection string. Where a pooler before it does not keep sessions, nothing is heard. */
  url: string
  /** `application_name`, seen in pg_stat_activity. */
  name: string
  channel: string
  /** Milliseconds that the server may take for anything. */
  answerWithinMs: number
  /** Something was told; '' where nothing was said with it. */
  onTold(payload: string): void
  /** It listens from now on, for the first time or anew: what was told before was not heard. */
  onListening?(): void
  /** Nothing is heard from now on. */
  onLost?(): void
}

/** Milliseconds between two tries, and between two questions whether a connection that is kept still lives. */
const RECONNECT_MS = 1_000
const PING_MS = 10_000

/**
 * A connection of its own that hears what is told on a channel. Once lost it is made again by whoever asks for it next, and, where it
 * is to be kept, by itself. What is told while there is none is never heard: each use says what it does about that.
 */
export class ListeningConnection {
  readonly #options: ListenOptions
  #client: pg.Client | null = null
  #connecting: Promise<pg.Client> | null = null
  #timer: NodeJS.Timeout | null = null
  #kept = false
  #closed = false

  constructor(options: ListenOptions) {
    this.#options = options
  }

  /** Makes the connection and makes it again whenever it is lost. Resolves when the first try is over. */
  async keep(): Promise<void> {
    this.#kept = true
    await this.client().catch(() => undefined)
  }

  /** The connection as it listens, for questions, too. @throws Error while the server does not answer. */
  client(): Promise<pg.Client> {
    if (this.#client !== null && this.#connecting === null) return Promise.resolve(this.#client)
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = null
    })
    return this.#connecting
  }

  /** Whoever asked something on it and got no answer gives it up. */
  giveUp(): void {
    if (this.#client !== null) this.#lost(this.#client)
  }

  async close(): Promise<void> {
    this.#closed = true
    if (this.#timer) clearTimeout(this.#timer)
    const client = this.#client
    this.#client = null
    await client?.end().catch(() => undefined)
  }

  async #connect(): Promise<pg.Client> {
    if (this.#closed) throw new Error('this connection was closed')
    const { url, name, channel, answerWithinMs, onTold, onListening } = this.#options
    const client = new pg.Client({
      ...clientConfig(url, { name, statementTimeoutMs: answerWithinMs }),
      connectionTimeoutMillis: answerWithinMs,
      query_timeout: answerWithinMs,
    })
    client.on('notification', (told) => {
      if (told.channel === channel) onTold(told.payload ?? '')
    })
    client.on('error', () => this.#lost(client))
    client.on('end', () => this.#lost(client))
    this.#client = client
    try {
      await client.connect()
      await client.query(`LISTEN ${channel}`)
    } catch (error) {
      this.#lost(client)
      throw error
    }
    if (this.#client !== client) throw new Error('the connection was lost as it began')
    onListening?.()
    if (this.#kept) this.#ping(client)
    return client
  }

  #ping(client: pg.Client): void {
    this.#after(PING_MS, () => {
      client.query('SELECT 1').then(
        () => {
          if (this.#client === client) this.#ping(client)
        },
        () => this.#lost(client),
      )
    })
  }

  #lost(client: pg.Client): void {
    if (this.#client !== client) return
    this.#client = null
    client.end().catch(() => undefined)
    this.#options.onLost?.()
    if (this.#kept) this.#after(RECONNECT_MS, () => void this.client().catch(() => undefined))
  }

  #after(ms: number, act: () => void): void {
    if (this.#timer) clearTimeout(this.#timer)
    if (this.#closed) return
    this.#timer = setTimeout(act, ms)
    this.#timer.unref()
  }
}
