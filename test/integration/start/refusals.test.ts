import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { createDatabases } from '../../support/databases.ts'

const PROGRAM = fileURLToPath(new URL('../../../src/main.ts', import.meta.url))
/** Nothing listens there. */
const NOWHERE = '127.0.0.1:1'

const FAULTY = `tenants:
  - id: acme
    region: us
    limitz: {}
    budgets: [{ period: month, hard_limit_usd: "-5.00" }]
    keys: [{ key: shared-0123456789abcdef, role: app }]
  - id: globex
    region: mars
    keys: [{ key: shared-0123456789abcdef, role: app }]
models:
  - { match: a, provider: openai, fallbacks: [b] }
  - { match: b, provider: openai, fallbacks: [a] }
`
const FAULTS = [
  '4:5: tenants[0].limitz is not a known field: did you mean limits?',
  '5:48: tenants[0].budgets[0].hard_limit_usd must not be negative',
  '8:13: tenants[1].region is a region that residency does not list: add it to residency (known are eu, us)',
  '9:19: tenants[1].keys[0].key is the same key as tenants[0].keys[0].key',
  '11:47: models[0].fallbacks[0] leads back to itself: b → a → b. Give that model a rule of its own',
  '12:47: models[1].fallbacks[0] leads back to itself: a → b → a. Give that model a rule of its own',
]

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
    expect(said.told).toContain(`Temporal: the server that TEMPORAL_ADDRESS names, ${NOWHERE}`)
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

  it('and whose configuration does not hold, in a line for each fault: file, line, column and reason', async () => {
    const file = join(home, 'palimpsest.yaml')
    writeFileSync(file, FAULTY)
    const said = await start({ PALIMPSEST_CONFIG: file })
    expect(said).toMatchObject({ code: 1, said: FAULTS.map((fault) => `${file}:${fault}`) })
  })

  it('and that is a production start over clear text, with the word that accepts each', async () => {
    const file = join(home, 'production.yaml')
    writeFileSync(file, 'tenants: [{ id: acme, region: us, keys: [{ key: acme-0123456789abcdef, role: app }] }]\n')
    const url = `postgres://app:secret@${NOWHERE}/ledger`
    const { code, said } = await start({
      NODE_ENV: 'production',
      PALIMPSEST_CONFIG: file,
      DATABASE_URL: url,
      KEYSTORE_DATABASE_URL: url,
      TEMPORAL_ADDRESS: NOWHERE,
      OPENAI_API_KEY: 'k',
      OPENAI_BASE_URL: 'http://models.example',
    })
    expect(code).toBe(1)
    for (const word of [
      'local-kms',
      'cleartext-postgres',
      'cleartext-temporal',
      'cleartext-provider',
      'cleartext-http',
    ]) {
      expect(said.join('\n')).toContain(`PALIMPSEST_ACCEPT=${word}.`)
    }
    expect(said.join('\n')).not.toContain('secret')
  })

  async function start(env: Record<string, string>): Promise<{ code: number | null; said: string[]; told: string[] }> {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PROGRAM], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH ?? '', HOME: home, PALIMPSEST_HOME: home, PORT: '0', ...env },
    })
    let err = ''
    child.stderr.on('data', (bytes: Buffer) => {
      err += bytes
    })
    let out = ''
    child.stdout.on('data', (bytes: Buffer) => {
      out += bytes
    })
    const [code] = await once(child, 'close')
    expect(err).not.toMatch(/^ {4}at /m)
    // Beside it stands the log, one object a line.
    return { code, told: out.split('\n'), said: err.split('\n').filter((line) => line !== '' && !line.startsWith('{')) }
  }
})
