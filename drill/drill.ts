// `npm run drill`: makes a ledger, tampers with it as the database's superuser in every way there is, verifies after each,
// and prints what was tried, whether it was detected, and whether the verifier named it.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import postgres from 'postgres'
import { prepareOwnDatabases } from '../src/compose/databases.ts'
import { homeLayout } from '../src/config/home.ts'
import { startPostgres } from '../src/embedded/postgres/start.ts'
import { readFacts } from './facts.ts'
import { forgeries } from './forgeries.ts'
import { makeLedger } from './make-ledger.ts'
import { rowAttempts } from './row-attempts.ts'
import { type Outcome, tryAttempt } from './run.ts'
import { openSampleLedger } from './sample-ledger.ts'
import { Store } from './store.ts'
import { summarise, tableOf } from './table.ts'

const TENANT = 'acme'
const { values } = parseArgs({ options: { entries: { type: 'string', default: '2000' }, json: { type: 'boolean' } } })
const root = mkdtempSync(join(tmpdir(), 'palimpsest-drill-'))
const say = (line: string) => process.stderr.write(`${line}\n`)
const server = await startPostgres({ home: homeLayout({ PALIMPSEST_HOME: root }, process.cwd()), log: say })
try {
  const admin = postgres(server.adminUrl('postgres'), { max: 1, onnotice: () => undefined })
  await admin.unsafe('CREATE DATABASE drill')
  await admin.unsafe('CREATE DATABASE drill_keystore')
  await admin.end()
  const names = { ledger: 'drill', keystore: 'drill_keystore' }
  const urls = await prepareOwnDatabases((name) => server.adminUrl(name), names, join(root, 'logins.json'))
  const ledger = await openSampleLedger({ databaseUrl: urls.app, folder: root })
  const store = new Store(server.adminUrl('drill'))
  say(`a ledger of ${values.entries} entries is made …`)
  await makeLedger(ledger, TENANT, { entries: Number(values.entries) })
  await store.keep()
  const facts = await readFacts(store, ledger, TENANT)
  const attempts = [...(await rowAttempts(store, facts)), ...forgeries(ledger, facts)]
  const outcomes: Outcome[] = []
  for (const attempt of attempts) {
    outcomes.push(await tryAttempt(ledger, store, facts, attempt, root))
    if (outcomes.length % 20 === 0) say(`${outcomes.length} of ${attempts.length} tried`)
  }
  process.stdout.write(`${values.json ? JSON.stringify(outcomes, null, 2) : tableOf(outcomes)}\n`)
  const summary = summarise(outcomes)
  process.stdout.write(`${summary.text}\n`)
  process.exitCode = summary.holds ? 0 : 1
  await store.close()
  await ledger.close()
} finally {
  await server.stop()
  rmSync(root, { recursive: true, force: true })
}
