import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectService } from '../adapters/postgres/connect.ts'
import { asEraser } from '../adapters/postgres/erasure/as-eraser.ts'
import { nextReceiptNumber } from '../adapters/postgres/next-receipt-number.ts'
import type { Sql } from '../adapters/postgres/sql.ts'
import { DAY_MS, dayOf } from '../demo/data/calendar.ts'
import type { DemoOptions, DemoResult } from '../demo/data/options.ts'
import { writeYear, type YearStore } from '../demo/data/write-year.ts'
import { PalimpsestError } from '../errors.ts'
import { ShareThreads, threadsFor } from './demo-data/share-threads.ts'
import type { GatewaySettings } from './settings.ts'
import { openStores, type Stores } from './stores.ts'

/** Days whose partitions are made in one transaction: each takes some dozens of locks. */
const DAYS_AT_ONCE = 20
/** Milliseconds before another look for what waits for its leaf. */
const LOOK_MS = 100
/** What the database says of an entry whose day is sealed. */
const DAY_SEALED = 'PA002'

/**
 * Writes made-up entries into a store, whether or not a gateway runs on it.
 * @param threads that write beside each other
 * @throws PalimpsestError `demo_data_sealed` where a day of the time is sealed already; `demo_data_there`.
 */
export async function writeDemoData(
  settings: GatewaySettings,
  options: DemoOptions,
  threads = threadsFor(options.entries),
): Promise<DemoResult> {
  const sql = connectService(settings.databaseUrl, {
    max: 2,
    name: 'palimpsest-demo-data',
    statementTimeoutMs: 60_000,
  })
  const stores = await openStores(settings)
  const shares = new ShareThreads(settings)
  try {
    await refuseSealed(sql, options)
    await stores.watch.check()
    stores.watch.require()
    return await writeYear(storeOf(stores, sql, shares), options, threads)
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code === DAY_SEALED) throw isSealed()
    throw error
  } finally {
    await shares.stop()
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

function storeOf({ subjects, keys, sequencer, originOf }: Stores, sql: Sql, { writeShare }: ShareThreads): YearStore {
  return {
    writeShare,

    async exists(id) {
      const [row] = await sql`SELECT EXISTS (SELECT FROM ledger_entry WHERE id = ${id}) AS found`
      return row?.found === true
    },

    async prepare(tenantId) {
      await originOf(tenantId)
      await keys.tenantSecret(tenantId, 'subject-index')
      return sql.begin((transaction) => nextReceiptNumber(transaction, tenantId))
    },

    async ensureDays(firstDay, days) {
      for (let from = 0; from < days; from += DAYS_AT_ONCE) {
        const day = dayOf(Date.parse(firstDay) + from * DAY_MS)
        await sql`SELECT ledger_ensure_partitions(${day}::date, ${Math.min(DAYS_AT_ONCE, days - from)})`
      }
    },

    async sequence(writing) {
      let isOver = false
      const over = writing.then(() => {
        isOver = true
      })
      // Heard when it is waited for.
      over.catch(() => undefined)
      for (;;) {
        const wasOver = isOver
        // Null: a gateway is at it.
        const placed = await sequencer.round()
        if (placed !== null && placed > 0 && sequencer.hasMore) continue
        if (wasOver && !(await isWaiting(sql))) return over
        await Promise.race([sleep(LOOK_MS), ...(wasOver ? [] : [over])])
      }
    },

    async erase(tenantId, identity) {
      const person = await subjects.find(tenantId, identity)
      if (person === undefined) return
      await asEraser(
        sql,
        (transaction) => transaction`
          UPDATE data_subject SET blind_index = NULL, sealed_user_id = NULL, sealed_session_secret = NULL,
            erasure_token = ${`del_${randomBytes(16).toString('hex')}`}, erased_at = now()
          WHERE pseudonym = ${person.pseudonym} AND erased_at IS NULL`,
      )
      await keys.destroyDataKey(person.dataKeyId)
    },
  }
}

async function isWaiting(sql: Sql): Promise<boolean> {
  const [row] = await sql`SELECT EXISTS (SELECT FROM ledger_pending) AS waits`
  return row?.waits === true
}
