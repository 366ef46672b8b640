import { resolve } from 'node:path'
import { inScratchFolder, sweepScratch } from '../../activities/scratch-folder.ts'
import { createPackedDays } from '../adapters/duckdb/packed-days.ts'
import { connectService } from '../adapters/postgres/connect.ts'
import type { GatewaySettings } from './settings.ts'

export interface PackingRounds {
  /** Packs what is not packed yet. */
  round(): Promise<void>
  /** Breaks off what is under way. */
  close(): Promise<void>
}

/** Sealed days for the reports to come, on a connection of their own. */
export function openPackingRounds({ databaseUrl, env }: Pick<GatewaySettings, 'databaseUrl' | 'env'>): PackingRounds {
  const sql = connectService(databaseUrl, { max: 1, name: 'palimpsest-packed-days' })
  const folder = resolve(env.home, 'tmp', 'packed-days')
  const days = createPackedDays({ sql, databaseUrl, inFolder: (work) => inScratchFolder(folder, work) })
  const closing = new AbortController()
  return {
    async round() {
      await sweepScratch(folder, Date.now())
      await days.pack(closing.signal).catch((error: unknown) => {
        if (!closing.signal.aborted) throw error
      })
    },
    async close() {
      closing.abort()
      await sql.end()
    },
  }
}
