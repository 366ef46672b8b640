import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { createDatabases } from '../../support/databases.ts'

const PROGRAM = fileURLToPath(new URL('../../../src/main.ts', import.meta.url))
/** Nothing listens there. */
const NOWHERE = '127.0.0.1:1'

describe('a start whose dependency is away', { timeout: 120_000 }, () => {
  const home = mkdtempSync(join(tmpdir(), 'palimpsest-start-'))
  afterAll(() => rmSync(home, { recursive: true, force: true }))

  it('is refused in a sentence that names Temporal, without a stack trace', async () => {
    const databases = await createDatabases()
    const said = await start({
      DATABASE_URL: databases.app,
      KEYSTORE_DATABASE_URL: databases.keystore,
      TEMPORAL_ADDRESS: NOWHERE,
    })
    expect(said).toMatchObject({ code: 1, said: [expect.stringMatching(/^Temporal cannot be reached: start it/)] })
    await databases.drop()
  })

  it('is refused in a sentence that names the namespace where Temporal has no such one', async () => {
    const databases = await createDatabases()
    const { temporalAddress } = inject('stack')
    const away = { TEMPORAL_ADDRESS: temporalAddress, TEMPORAL_NAMESPACE: 'not-there' }
    const said = await start({ DATABASE_URL: databases.app, KEYSTORE_DATABASE_URL: databases.keystore, ...away })
    expect(said).toMatchObject({ code: 1, said: [expect.stringMatching(/^Temporal cannot be reached: .*NAMESPACE/)] })
    await databases.drop()
  })

  it('is refused in a sentence that names PostgreSQL, without a stack trace', async () => {
    const url = `postgres://app:secret@${NOWHERE}/ledger`
    const { temporalAddress } = inject('stack')
    const said = await start({ DATABASE_URL: url, KEYSTORE_DATABASE_URL: url, TEMPORAL_ADDRESS: temporalAddress })
    expect(said).toMatchObject({ code: 1, said: [expect.stringMatching(/^DATABASE_URL cannot be connected to: /)] })
  })

  async function start(env: Record<string, string>): Promise<{ code: number | null; said: string[] }> {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PROGRAM], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env.PATH ?? '', HOME: home, PALIMPSEST_HOME: home, PORT: '0', ...env },
    })
    let err = ''
    child.stderr.on('data', (bytes: Buffer) => {
      err += bytes
    })
    const [code] = await once(child, 'close')
    expect(err).not.toMatch(/^ {4}at /m)
    // Beside it stands the log, one object a line.
    return { code, said: err.split('\n').filter((line) => line !== '' && !line.startsWith('{')) }
  }
})
