import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { prepareOwnDatabases } from '../src/compose/databases.ts'
import { homeLayout } from '../src/config/home.ts'
import { startPostgres } from '../src/embedded/postgres/start.ts'
import { openSampleLedger, type SampleLedger } from './sample-ledger.ts'

const NAMES = { ledger: 'sample', keystore: 'sample_keystore' }

export interface LedgerStack {
  ledger: SampleLedger
  folder: string
  /** The ledger's database as the application's login. */
  databaseUrl: string
  /** The ledger's database as its superuser. */
  adminUrl: string
  /** The server's own process. */
  serverPid: number
  stop(): Promise<void>
}

/** The ledger alone over embedded PostgreSQL as `npm start` sets it up: writer and sequencer in this process, no gateway. */
export async function startLedgerStack(say: (line: string) => void = () => undefined): Promise<LedgerStack> {
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-ledger-'))
  const server = await startPostgres({ home: homeLayout({ PALIMPSEST_HOME: folder }, process.cwd()), log: say })
  const end = async () => {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const admin = postgres(server.adminUrl('postgres'), { max: 1, onnotice: () => undefined })
    for (const name of Object.values(NAMES)) await admin.unsafe(`CREATE DATABASE ${name}`)
    await admin.end()
    const urls = await prepareOwnDatabases((name) => server.adminUrl(name), NAMES, join(folder, 'logins.json'))
    const ledger = await openSampleLedger({ databaseUrl: urls.app, folder })
    return {
      ledger,
      folder,
      databaseUrl: urls.app,
      adminUrl: server.adminUrl(NAMES.ledger),
      serverPid: server.pid,
      async stop() {
        await ledger.close()
        await end()
      },
    }
  } catch (error) {
    await end()
    throw error
  }
}
