import postgres from 'postgres'
import { connectPostgres } from '../src/adapters/postgres/connect.ts'
import { checkBudgets } from './invariants/budgets.ts'
import { checkNothingLeft } from './invariants/in-flight.ts'
import { checkKeys } from './invariants/keys.ts'
import { checkLedger } from './invariants/ledger.ts'
import { checkAccepted, checkClients, readEntries } from './invariants/requests.ts'
import { checkTexts } from './invariants/texts.ts'
import { type EntryRow, type Expectations, Findings } from './invariants/types.ts'

export type { Disclosed, EntryRow, Expectations } from './invariants/types.ts'

export interface InvariantReport {
  /** What does not hold, one sentence each; empty where everything does. */
  violations: string[]
  entries: EntryRow[]
  /** How much was checked. */
  checked: { entries: number; leaves: number; texts: number; keys: number }
}

/**
 * The one deep check, for every test that can stop and look: nothing is in flight, every log verifies from its entries to
 * its signed checkpoints, and, where `expected` says what was asked and seen, every request was done exactly once and
 * recorded as it was delivered. Only to be called while no request is running.
 * @param adminUrl a superuser on the ledger's database. It is only read, but for the entries that disclosures leave.
 */
export async function checkInvariants(adminUrl: string, expected?: Expectations): Promise<InvariantReport> {
  const sql = postgres(adminUrl, { max: 4, onnotice: () => undefined })
  const reading = connectPostgres(adminUrl, { max: 4, name: 'palimpsest-check' })
  const findings = new Findings()
  try {
    const entries = await readEntries(sql)
    const checked = { entries: entries.length, leaves: 0, texts: 0, keys: 0 }
    if (expected) {
      checkAccepted(expected.journal, entries, findings)
      checkClients(expected, entries, findings)
      checked.texts = await checkTexts(expected, entries, findings)
      checked.keys = await checkKeys(expected, entries, findings)
      await untilSequenced(sql)
    }
    await checkNothingLeft(sql, findings)
    await checkBudgets(sql, findings)
    checked.leaves = await checkLedger(sql, reading, findings)
    return { violations: findings.violations, entries, checked }
  } finally {
    await Promise.all([sql.end({ timeout: 5 }), reading.end({ timeout: 5 })])
  }
}

/** The disclosures of the check itself get their leaves within a moment. */
async function untilSequenced(sql: postgres.Sql): Promise<void> {
  const giveUpAt = Date.now() + 15_000
  while (Date.now() < giveUpAt) {
    const [row] = await sql`SELECT count(*)::integer AS pending FROM ledger_pending`
    if (row?.pending === 0) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
