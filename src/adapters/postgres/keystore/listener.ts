import { ListeningConnection } from '../listen.ts'
import { CHANNEL } from './notify.ts'

export interface ListenerOptions {
  /** The keystore's connection string. A pooler before it has to keep sessions. */
  url: string
  /** A key was destroyed, here or elsewhere; null: nobody knows what was, because the connection had been lost. */
  onDestroyed(keyId: string | null): void
  /** Told of each change: false while nothing is heard. */
  onState(listening: boolean): void
}

/**
 * Listens for destroyed keys. Each time it listens anew everything is forgotten, because what was told in between was not heard; what
 * a dead connection misses is forgotten after 60 s anyway.
 */
export class DestroyedKeysListener {
  readonly #options: ListenerOptions
  readonly #connection: ListeningConnection
  #listening = false
  #closed = false

  constructor(options: ListenerOptions) {
    this.#options = options
    this.#connection = new ListeningConnection({
      url: options.url,
      name: 'palimpsest-keys-listener',
      channel: CHANNEL,
      answerWithinMs: 5_000,
      onTold: (keyId) => {
        if (keyId) options.onDestroyed(keyId)
      },
      onListening: () => {
        options.onDestroyed(null)
        this.#become(true)
      },
      onLost: () => this.#become(false),
    })
  }

  /** Resolves when the first try is over; it goes on trying by itself. */
  start(): Promise<void> {
    return this.#connection.keep()
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#connection.close()
  }

  #become(listening: boolean): void {
    if (this.#listening === listening || this.#closed) return
    this.#listening = listening
    this.#options.onState(listening)
  }
}
