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
import { openSampleLedger } from './sample-ledger.ts'
import { Store } from './store.ts'
import { summarise, tableOf } from './table.ts'
import { tryAll } from './try-all.ts'

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
  const entries = Number(values.entries)
  say(`a ledger of ${entries} entries is made …`)
  const onTried = (tried: number, of: number) => tried % 20 === 0 && say(`${tried} of ${of} tried`)
  const outcomes = await tryAll({ ledger, store, folder: root, tenant: TENANT, entries, onTried })
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
