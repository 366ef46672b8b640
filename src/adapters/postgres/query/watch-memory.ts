import pg from 'pg'
import type { DatabaseSettings } from '../../../domain/sql-guard/settings.ts'
import { queryClientConfig } from './connection.ts'

/** Milliseconds between two looks at the statements that run; a session takes some hundred megabytes in that time at most. */
const LOOK_MS = 100
/** Milliseconds until it is tried again where looking failed. */
const AGAIN_MS = 60_000

/** Looks at what sessions take of the server's memory, by a connection of its own while a statement runs long enough. */
export interface MemoryWatch {
  /** `onTooMuch` is called once where the backend takes more than `maxBytes`. Call what is returned when the statement has ended. */
  watch(pid: number, maxBytes: number, onTooMuch: () => void): () => void
  close(): Promise<void>
}

/** Where the set-up script's function is not there, or the server cannot tell, nothing is watched. */
export function createMemoryWatch(settings: DatabaseSettings): MemoryWatch {
  const watched = new Map<number, { maxBytes: number; onTooMuch(): void }>()
  let client: Promise<pg.Client> | null = null
  let timer: NodeJS.Timeout | null = null
  let looking: Promise<void> = Promise.resolve()
  let isClosed = false

  const look = async () => {
    client ??= connect(settings)
    const { rows } = await (await client).query<{ pid: number }>(TAKING_TOO_MUCH, [
      [...watched.keys()],
      [...watched.values()].map(({ maxBytes }) => maxBytes),
    ])
    for (const { pid } of rows) {
      watched.get(pid)?.onTooMuch()
      watched.delete(pid)
    }
  }
  const tick = async () => {
    let next = LOOK_MS
    if (watched.size > 0) {
      await look().catch(async () => {
        next = AGAIN_MS
        const broken = client
        client = null
        await broken?.then((one) => one.end()).catch(() => undefined)
      })
    }
    const isIdle = watched.size === 0 && next === LOOK_MS
    timer = isIdle || isClosed ? null : setTimeout(start, next)
  }
  const start = () => {
    looking = tick()
  }
  return {
    watch(pid, maxBytes, onTooMuch) {
      watched.set(pid, { maxBytes, onTooMuch })
      timer ??= setTimeout(start, LOOK_MS)
      return () => void watched.delete(pid)
    },
    async close() {
      isClosed = true
      watched.clear()
      if (timer) clearTimeout(timer)
      await looking
      await client?.then((one) => one.end()).catch(() => undefined)
    },
  }
}

async function connect(settings: DatabaseSettings): Promise<pg.Client> {
  const client = new pg.Client(queryClientConfig(settings))
  client.on('error', () => undefined)
  await client.connect()
  return client
}

const TAKING_TOO_MUCH = `
  SELECT pid FROM unnest($1::int[], $2::bigint[]) AS watched (pid, most) WHERE palimpsest.memory_of(pid) > most`
