import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectService } from '../adapters/postgres/connect.ts'
import { asEraser } from '../adapters/postgres/erasure/as-eraser.ts'
import { nextReceiptNumber } from '../adapters/postgres/next-receipt-number.ts'
import type { Sql } from '../adapters/postgres/sql.ts'
import { createGenaiPriceTable } from '../adapters/prices/genai-prices.ts'
import { type DemoOptions, type DemoResult, type DemoStore, writeYear } from '../demo/data/write-year.ts'
import { PalimpsestError } from '../errors.ts'
import type { GatewaySettings } from './settings.ts'
import { openStores, type Stores } from './stores.ts'

const DAY_MS = 86_400_000
/** Days whose partitions are made in one transaction: each takes some dozens of locks. */
const DAYS_AT_ONCE = 20
/** Milliseconds before another look where a gateway gives the leaves. */
const LOOK_MS = 100
/** What the database says of an entry whose day is sealed. */
const DAY_SEALED = 'PA002'

/**
 * Writes made-up entries into a store, whether or not a gateway runs on it.
 * @throws PalimpsestError `demo_data_sealed` where a day of the time is sealed already; `demo_data_there`.
 */
export async function writeDemoData(settings: GatewaySettings, options: DemoOptions): Promise<DemoResult> {
  const sql = connectService(settings.databaseUrl, {
    max: 2,
    name: 'palimpsest-demo-data',
    statementTimeoutMs: 60_000,
  })
  const stores = await openStores(settings)
  try {
    await refuseSealed(sql, options)
    await stores.watch.check()
    return await writeYear(storeOf(stores, sql), options)
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code === DAY_SEALED) throw isSealed()
    throw error
  } finally {
    await Promise.all([stores.close(), sql.end({ timeout: 5 })])
  }
}

async function refuseSealed(sql: Sql, { untilMs, days }: DemoOptions): Promise<void> {
  const [row] = await sql`
    SELECT count(*)::integer AS sealed FROM archive_day
    WHERE day >= ${dayOf(untilMs - days * DAY_MS)}::date AND day < ${dayOf(untilMs)}::date`
  if ((row?.sealed ?? 0) > 0) throw isSealed()
}

function isSealed(): PalimpsestError {
  return new PalimpsestError({
    code: 'demo_data_sealed',
    status: 409,
    message:
      'Days of that time are sealed: nothing can be written into them any more. Take a fresh store (another PALIMPSEST_HOME), and write before its first day is archived.',
  })
}

function storeOf({ ledger, subjects, keys, sequencer }: Stores, sql: Sql): DemoStore {
  let madeUntil = ''
  return {
    ledger,
    subjects,
    keys,
    prices: createGenaiPriceTable(),

    async ensureDay(day) {
      if (day < madeUntil) return
      await sql`SELECT ledger_ensure_partitions(${day}::date, ${DAYS_AT_ONCE})`
      madeUntil = dayOf(Date.parse(day) + DAYS_AT_ONCE * DAY_MS)
    },

    async exists(id) {
      const [row] = await sql`SELECT EXISTS (SELECT FROM ledger_entry WHERE id = ${id}) AS found`
      return row?.found === true
    },

    nextReceipt: (tenantId) => sql.begin((transaction) => nextReceiptNumber(transaction, tenantId)),

    async erase({ pseudonym, dataKey }) {
      await asEraser(
        sql,
        (transaction) => transaction`
          UPDATE data_subject SET blind_index = NULL, sealed_user_id = NULL, sealed_session_secret = NULL,
            erasure_token = ${`del_${randomBytes(16).toString('hex')}`}, erased_at = now()
          WHERE pseudonym = ${pseudonym} AND erased_at IS NULL`,
      )
      await keys.destroyDataKey(dataKey.keyId)
    },

    async sequence(until) {
      for (;;) {
        // Null: a gateway is at it.
        const placed = await sequencer.round()
        if (placed !== null && placed > 0 && sequencer.hasMore) continue
        if (until === undefined) return
        const [row] = await sql`SELECT EXISTS (SELECT FROM ledger_pending) AS waits`
        if (row?.waits !== true) return
        await sleep(LOOK_MS)
      }
    },
  }
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
