import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { openSampleLedger, type SampleLedger } from '../../drill/sample-ledger.ts'
import { prepareOwnDatabases } from '../../src/compose/databases.ts'
import { homeLayout } from '../../src/config/home.ts'
import { startPostgres } from '../../src/embedded/postgres/start.ts'
import { cpuOfTree } from './processes.ts'

export interface LedgerStack {
  ledger: SampleLedger
  folder: string
  /** CPU milliseconds so far of the database, all its processes. */
  databaseCpu(): number
  stop(): Promise<void>
}

/** The ledger alone over embedded PostgreSQL as `npm start` sets it up: writer and sequencer in this process, no gateway. */
export async function startLedgerStack(): Promise<LedgerStack> {
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-bench-'))
  const home = homeLayout({ PALIMPSEST_HOME: folder }, process.cwd())
  const server = await startPostgres({ home, log: () => undefined })
  const admin = postgres(server.adminUrl('postgres'), { max: 1, onnotice: () => undefined })
  await admin.unsafe('CREATE DATABASE bench')
  await admin.unsafe('CREATE DATABASE bench_keystore')
  await admin.end()
  const names = { ledger: 'bench', keystore: 'bench_keystore' }
  const urls = await prepareOwnDatabases((name) => server.adminUrl(name), names, join(folder, 'logins.json'))
  const ledger = await openSampleLedger({ databaseUrl: urls.app, folder })
  return {
    ledger,
    folder,
    databaseCpu: () => cpuOfTree(server.pid),
    async stop() {
      await ledger.close()
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
