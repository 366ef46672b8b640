import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import type { TestProject } from 'vitest/node'
import { searchAttributeNames } from '../../src/adapters/temporal/search-attribute-names.ts'
import { prepareOwnDatabases } from '../../src/compose/databases.ts'
import { homeLayout } from '../../src/config/home.ts'
import { startPostgres } from '../../src/embedded/postgres/start.ts'
import { startTemporal } from '../../src/embedded/temporal/start.ts'
import { offerS3 } from './s3/shared.ts'

/** What every test file gets: one real PostgreSQL with a migrated template, one real Temporal. */
export interface TestStack {
  /** The superuser's connection string on the database `postgres`. */
  adminUrl: string
  passwordFile: string
  temporalAddress: string
  home: string
  /** Starts the S3 server of the run on the first request; see s3/shared.ts. */
  s3Url: string
}

declare module 'vitest' {
  export interface ProvidedContext {
    stack: TestStack
  }
}

export const TEMPLATES = { ledger: 'template_ledger', keystore: 'template_keystore' } as const

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const root = mkdtempSync(join(tmpdir(), 'palimpsest-test-'))
  const home = homeLayout({ PALIMPSEST_HOME: root }, process.cwd())
  const log = () => undefined
  const [database, temporal, s3] = await Promise.all([
    // Several gateways in each of the processes that tests run in.
    startPostgres({ home, log, connections: 400 }),
    startTemporal({
      home,
      namespace: 'default',
      searchAttributes: Object.fromEntries(
        Object.values(searchAttributeNames).map((name) => [name, 'Keyword'] as const),
      ),
      log,
    }),
    offerS3(),
  ])
  const passwordFile = join(root, 'database-logins.json')
  const admin = postgres(database.adminUrl('postgres'), { max: 1, onnotice: () => undefined })
  await admin.unsafe(`CREATE DATABASE ${TEMPLATES.ledger}`)
  await admin.unsafe(`CREATE DATABASE ${TEMPLATES.keystore}`)
  await admin.end()
  await prepareOwnDatabases((name) => database.adminUrl(name), TEMPLATES, passwordFile)
  project.provide('stack', {
    adminUrl: database.adminUrl('postgres'),
    passwordFile,
    temporalAddress: temporal.address,
    home: root,
    s3Url: s3.url,
  })
  return async () => {
    await Promise.all([database.stop(), temporal.stop(), s3.stop()])
    rmSync(root, { recursive: true, force: true })
  }
}
