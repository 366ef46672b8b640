// `npm run drill`: makes a ledger, tampers with it as the database's superuser in every way there is, verifies after each,
// and prints what was tried, whether it was detected, and whether the verifier named it.

import { parseArgs } from 'node:util'
import { startLedgerStack } from './ledger-stack.ts'
import { Store } from './store.ts'
import { summarise, tableOf } from './table.ts'
import { tryAll } from './try-all.ts'

const TENANT = 'acme'
const { values } = parseArgs({ options: { entries: { type: 'string', default: '2000' }, json: { type: 'boolean' } } })
const say = (line: string) => process.stderr.write(`${line}\n`)
const { ledger, folder, adminUrl, stop } = await startLedgerStack(say)
try {
  const store = new Store(adminUrl)
  const entries = Number(values.entries)
  say(`a ledger of ${entries} entries is made …`)
  const onTried = (tried: number, of: number) => tried % 20 === 0 && say(`${tried} of ${of} tried`)
  const outcomes = await tryAll({ ledger, store, folder, tenant: TENANT, entries, onTried })
  process.stdout.write(`${values.json ? JSON.stringify(outcomes, null, 2) : tableOf(outcomes)}\n`)
  const summary = summarise(outcomes)
  process.stdout.write(`${summary.text}\n`)
  process.exitCode = summary.holds ? 0 : 1
  await store.close()
} finally {
  await stop()
}
