import { createClient } from '@redis/client'

export interface RedisSettings {
  url: string
  /** Milliseconds that a command may take. */
  timeoutMs: number
  /** Milliseconds between two looks at a server that is away. */
  probeMs?: number
  /** Told once each time that the server comes or goes; at first it is away. `reason` is a code or an error's name. */
  onChange(state: { isUp: boolean; reason: string }): void
}

/** The server cannot be asked now. */
export class RedisAway extends Error {
  constructor(cause?: unknown) {
    super('Redis does not answer', { cause })
    this.name = 'RedisAway'
  }
}

type Client = ReturnType<typeof open>

const PROBE_MS = 500
/** Milliseconds for a connection: it is made beside the requests. */
const CONNECT_WITHIN_MS = 2_000
/** Commands in a row that may go unanswered before nobody asks any more. */
const FAILURES = 3

/**
 * One connection, which is made anew beside the requests whenever it is lost. While there is none a command fails at
 * once, without a look at the network; so does every one after a few that were not answered in time. What fails in the
 * server itself (out of memory, a replica that may only be read) counts as unanswered.
 */
export class RedisConnection {
  readonly #settings: RedisSettings
  #client: Client | null = null
  #failures = 0
  #isClosed = false
  #timer: NodeJS.Timeout | null = null
  #reason = 'not_connected'
  #connecting: Promise<void>

  constructor(settings: RedisSettings) {
    this.#settings = settings
    this.#connecting = this.#connect()
  }

  get isUp(): boolean {
    return this.#client !== null
  }

  /** Why it was last away. */
  get reason(): string {
    return this.#reason
  }

  /** Resolves when the first try to connect is over, however it went. */
  async tried(): Promise<void> {
    await this.#connecting
  }

  /** @throws RedisAway, and what the server answers to the command, such as NOSCRIPT. */
  async send(words: readonly string[]): Promise<unknown> {
    const client = this.#client
    if (client === null) throw new RedisAway()
    try {
      const reply = await inTime(client.sendCommand([...words]), this.#settings.timeoutMs)
      this.#failures = 0
      return reply
    } catch (error) {
      if (isScriptUnknown(error)) throw error
      this.#failures += 1
      if (client === this.#client && (!client.isReady || this.#failures >= FAILURES)) this.#lose(error)
      throw new RedisAway(error)
    }
  }

  /** @throws RedisAway */
  async ping(): Promise<void> {
    await this.send(['PING'])
  }

  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#timer) clearTimeout(this.#timer)
    await this.#connecting
    this.#client?.destroy()
    this.#client = null
  }

  async #connect(): Promise<void> {
    const client = open(this.#settings.url)
    client.on('error', (error: unknown) => {
      if (client === this.#client) this.#lose(error)
    })
    try {
      await inTime(client.connect(), CONNECT_WITHIN_MS)
      // A server that answers and takes nothing (a replica, a full one) is away too.
      await inTime(client.sendCommand(['SET', 'palimpsest:probe', '1', 'PX', '1000']), CONNECT_WITHIN_MS)
      if (this.#isClosed) return destroy(client)
      this.#client = client
      this.#failures = 0
      this.#settings.onChange({ isUp: true, reason: 'connected' })
    } catch (error) {
      this.#reason = reasonOf(error)
      destroy(client)
      this.#later()
    }
  }

  #lose(error: unknown): void {
    const client = this.#client
    this.#client = null
    this.#reason = reasonOf(error)
    if (client) destroy(client)
    if (this.#isClosed) return
    this.#settings.onChange({ isUp: false, reason: this.#reason })
    this.#later()
  }

  #later(): void {
    if (this.#isClosed) return
    this.#timer = setTimeout(() => {
      this.#connecting = this.#connect()
    }, this.#settings.probeMs ?? PROBE_MS)
    this.#timer.unref()
  }
}

function open(url: string) {
  return createClient({
    url,
    RESP: 2,
    name: 'palimpsest',
    disableClientInfo: true,
    disableOfflineQueue: true,
    socket: { connectTimeout: CONNECT_WITHIN_MS, reconnectStrategy: false },
  })
}

function destroy(client: Client): void {
  if (client.isOpen) client.destroy()
}

function isScriptUnknown(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT')
}

/** A code or the first word of what the server said; never an address or a password. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const { code } = error as { code?: unknown }
  if (typeof code === 'string') return code
  const [word = ''] = error.message.split(' ')
  return /^[A-Z]{3,20}$/.test(word) ? word : error.name
}

class TimedOut extends Error {
  constructor() {
    super('no answer in time')
    this.name = 'TimedOut'
  }
}

/**
 * Rejects where there is no answer in time. An answer that came while this process was busy is in time: it is read
 * before the clock's word counts.
 */
async function inTime<T>(answer: Promise<T>, withinMs: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => setImmediate(() => reject(new TimedOut())), withinMs)
  answer.catch(() => undefined)
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
