import type pg from 'pg'

/** Bytes that a page of rows may bring beyond what may be given: what PostgreSQL sends is larger than its JSON at times. */
const FACTOR = 4
const MORE = 1024 * 1024

/**
 * Cuts a connection by which more comes than may be given: a single value can be a gigabyte, and a driver reads a row whole.
 */
export function watchBytes(client: pg.PoolClient, maxBytes: number): { readonly exceeded: boolean; stop(): void } {
  const { stream } = (client as unknown as { connection: { stream: NodeJS.ReadableStream & { destroy(): void } } })
    .connection
  let left = maxBytes * FACTOR + MORE
  const count = (chunk: Buffer) => {
    left -= chunk.length
    if (left < 0) stream.destroy()
  }
  stream.on('data', count)
  return {
    get exceeded() {
      return left < 0
    },
    stop: () => void stream.off('data', count),
  }
}
