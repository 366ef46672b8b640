import pg from 'pg'
import { clientConfig, serviceUrl } from '../connect.ts'

export interface PolicyListenerOptions {
  /** The ledger database's connection string. Where a pooler does not keep sessions, rounds alone tell what changed. */
  url: string
  /** Something may have changed. */
  onChange(): void
}

const CHANNEL = 'palimpsest_policies'
const ANSWER_WITHIN_MS = 5_000
const RECONNECT_MS = 1_000

/** Hears at once that a policy was set. What it misses, whoever asks in rounds finds. */
export class PolicyListener {
  private readonly options: PolicyListenerOptions
  private client: pg.Client | null = null
  private timer: NodeJS.Timeout | null = null
  private closed = false

  constructor(options: PolicyListenerOptions) {
    this.options = options
  }

  /** Resolves when the first try is over; it goes on trying by itself. */
  async start(): Promise<void> {
    const client = new pg.Client({
      ...clientConfig(serviceUrl(this.options.url), {
        name: 'palimpsest-policies',
        statementTimeoutMs: ANSWER_WITHIN_MS,
      }),
    })
    this.client = client
    client.on('notification', () => this.options.onChange())
    client.on('error', () => this.lost(client))
    client.on('end', () => this.lost(client))
    try {
      await client.connect()
      await client.query(`LISTEN ${CHANNEL}`)
      this.options.onChange()
    } catch {
      this.lost(client)
    }
  }

  async close(): Promise<void> {
    this.closed = true
    if (this.timer) clearTimeout(this.timer)
    const client = this.client
    this.client = null
    await client?.end().catch(() => undefined)
  }

  private lost(client: pg.Client): void {
    if (this.client !== client) return
    this.client = null
    client.end().catch(() => undefined)
    if (this.closed) return
    this.timer = setTimeout(() => void this.start(), RECONNECT_MS)
    this.timer.unref()
  }
}
