import type pg from 'pg'
import type { ApiKeyRecord } from '../../../ports/api-keys.ts'
import { serviceUrl } from '../connect.ts'
import { ListeningConnection } from '../listen.ts'
import { KEY_COLUMNS, keyOf } from './key-row.ts'

export interface CurrentKeysOptions {
  /** The ledger database's connection string, for work of all tenants. Where a pooler does not keep sessions, polls alone tell what changed. */
  url: string
  /** Told of each change: false while the database does not answer. */
  onState(current: boolean): void
}

const CHANNEL = 'palimpsest_api_keys'
/** Milliseconds between two questions whether anything changed. */
const POLL_MS = 250
/** Milliseconds that memory is believed behind the moment when the database was asked. */
const BELIEVED_MS = 900
/** Milliseconds that the database may take to answer, and that a caller waits for it at most. */
const ANSWER_WITHIN_MS = 2_000

const READ = `SELECT v.version, ${KEY_COLUMNS} FROM api_key_version v LEFT JOIN api_keys_to_know() k ON true`

/**
 * The keys of all tenants in memory. They are believed for less than a second from the moment the database was asked; a
 * notification ends that at once. A lost connection is made again by whoever asks next, so that nothing is believed for longer
 * because of it.
 */
export class CurrentKeys {
  private readonly options: CurrentKeysOptions
  private keys: ReadonlyMap<string, ApiKeyRecord> = new Map()
  private version: string | null = null
  /** `performance.now()` when the newest question that was answered was asked. */
  private askedAt = Number.NEGATIVE_INFINITY
  private changes = 0
  private asking: Promise<void> | null = null
  private readonly connection: ListeningConnection
  private timer: NodeJS.Timeout | null = null
  private closed = false
  private current = true

  constructor(options: CurrentKeysOptions) {
    this.options = options
    // Not kept: whoever asks next makes it again, at the latest the next poll.
    this.connection = new ListeningConnection({
      url: serviceUrl(options.url),
      name: 'palimpsest-api-keys',
      channel: CHANNEL,
      answerWithinMs: ANSWER_WITHIN_MS,
      onTold: () => this.changed(),
    })
  }

  /** Reads the keys, and keeps them current from then on. @throws Error where the database does not answer. */
  async start(): Promise<void> {
    await this.refresh()
    this.poll()
  }

  byHash(hash: string): ApiKeyRecord | undefined | Promise<ApiKeyRecord | undefined> {
    return this.isBelieved() ? this.keys.get(hash) : this.believed().then(() => this.keys.get(hash))
  }

  /** Keys of every tenant as they were when the database was last asked, those that ended long ago left out. */
  all(): Iterable<ApiKeyRecord> {
    return this.keys.values()
  }

  /** Asks the database, behind this moment. @throws Error where it does not answer. */
  async refresh(): Promise<void> {
    await this.asking?.catch(() => undefined)
    await this.ask()
  }

  async close(): Promise<void> {
    this.closed = true
    if (this.timer) clearTimeout(this.timer)
    await this.connection.close()
  }

  private isBelieved(): boolean {
    return performance.now() - this.askedAt < BELIEVED_MS
  }

  private async believed(): Promise<void> {
    const until = performance.now() + ANSWER_WITHIN_MS
    while (!this.isBelieved()) {
      if (performance.now() > until) throw new Error('the database does not say in time which keys there are')
      await this.ask()
    }
  }

  /** One question at a time; who comes meanwhile waits for its answer. */
  private ask(): Promise<void> {
    this.asking ??= this.question().finally(() => {
      this.asking = null
    })
    return this.asking
  }

  private async question(): Promise<void> {
    try {
      const client = await this.connection.client()
      for (;;) {
        const seen = this.changes
        const askedAt = performance.now()
        const { rows } = await client.query<{ version: string }>('SELECT version FROM api_key_version')
        if (rows[0]?.version !== this.version) await this.read(client)
        if (seen !== this.changes) continue
        this.askedAt = askedAt
        break
      }
      this.become(true)
    } catch (error) {
      this.connection.giveUp()
      this.become(false)
      throw error
    }
  }

  private async read(client: pg.Client): Promise<void> {
    const { rows } = await client.query(READ)
    const keys = rows.filter((row) => row.id !== null)
    this.keys = new Map(keys.map((row) => [row.key_sha256.toString('hex'), keyOf(row)]))
    this.version = rows[0]?.version ?? null
  }

  private changed(): void {
    this.changes++
    this.askedAt = Number.NEGATIVE_INFINITY
    this.ask().catch(() => undefined)
  }

  private poll(): void {
    if (this.closed) return
    this.timer = setTimeout(() => {
      this.ask()
        .catch(() => undefined)
        .finally(() => this.poll())
    }, POLL_MS)
    this.timer.unref()
  }

  private become(current: boolean): void {
    if (this.current === current || this.closed) return
    this.current = current
    this.options.onState(current)
  }
}
