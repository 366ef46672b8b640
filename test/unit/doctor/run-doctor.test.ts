import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Check, type DoctorReport, runDoctor } from '../../../src/doctor/run-doctor.ts'
import { startRedis } from '../../support/redis/start.ts'

let folder: string
const servers: Server[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'palimpsest-doctor-'))
})

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
  rmSync(folder, { recursive: true, force: true })
})

function ask(env: Record<string, string>): Promise<DoctorReport> {
  const { PATH = '', HOME = '' } = process.env
  return runDoctor({ PATH, HOME, PALIMPSEST_HOME: join(folder, 'home'), PORT: '0', ...env })
}

function find(report: DoctorReport, name: string): Check {
  const check = report.checks.find((candidate) => candidate.name === name)
  if (check === undefined) throw new Error(`no check ${name}`)
  return check
}

function listen(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
    servers.push(server)
  })
}

describe('palimpsest doctor', { timeout: 90_000 }, () => {
  it('holds where the tests run, and asks only about what is in use', async () => {
    const report = await ask({})
    expect(report.checks.filter((check) => check.required && !check.ok)).toEqual([])
    expect(report.ok).toBe(true)
    const names = report.checks.map((check) => check.name)
    for (const name of ['node', 'packages', 'postgres programs', 'temporal program', 'home', 'port', 'environment']) {
      expect(names).toContain(name)
    }
    expect(names).not.toContain('DATABASE_URL')
    expect(names).not.toContain('configuration')
  })

  it('names each service that does not answer, how to go on, and no secret', async () => {
    const report = await ask({
      DATABASE_URL: 'postgresql://user:secret-word@127.0.0.1:1/db',
      KEYSTORE_DATABASE_URL: 'postgresql://user:secret-word@127.0.0.1:1/db',
      REDIS_URL: 'redis://:secret-word@127.0.0.1:1',
      TEMPORAL_ADDRESS: '127.0.0.1:1',
      TEMPORAL_API_KEY: 'secret-word',
      S3_ENDPOINT: 'http://127.0.0.1:1',
      S3_BUCKET: 'archive',
      PRESIDIO_URL: 'http://127.0.0.1:1',
    })
    expect(report.ok).toBe(false)
    for (const name of ['DATABASE_URL', 'KEYSTORE_DATABASE_URL', 'REDIS_URL', 'TEMPORAL_ADDRESS', 'S3_ENDPOINT']) {
      expect(find(report, name)).toMatchObject({ ok: false, required: true, fix: expect.stringContaining(name) })
    }
    expect(report.checks.map((check) => check.name)).not.toContain('postgres programs')
    expect(JSON.stringify(report)).not.toContain('secret-word')
  })

  it('says that a service answers, and that one is no such service', async (context) => {
    const redis = await startRedis()
    if ('missing' in redis) return context.skip(redis.missing)
    try {
      expect(find(await ask({ REDIS_URL: redis.url }), 'REDIS_URL').ok).toBe(true)
      await redis.command('CONFIG', 'SET', 'requirepass', 'secret-word')
      const locked = await ask({ REDIS_URL: redis.url.replace('redis://', 'redis://:wrong-word@') })
      expect(find(locked, 'REDIS_URL')).toMatchObject({ ok: false, detail: expect.stringContaining('WRONGPASS') })
      expect(JSON.stringify(locked)).not.toContain('wrong-word')
      const other = find(await ask({ REDIS_URL: `redis://127.0.0.1:${await listen()}` }), 'REDIS_URL')
      expect(other).toMatchObject({ ok: false, fix: expect.stringContaining('REDIS_URL') })
    } finally {
      await redis.stop()
    }
  }, 120_000)

  it('says when the port is taken, and by line what is wrong in the configuration', async () => {
    const port = await listen()
    const file = join(folder, 'config.yaml')
    writeFileSync(file, 'tenants:\n  - id: acme\n    region: eu\n    keys: []\n    unknown_field: 1\n')
    const report = await ask({ PORT: String(port), PALIMPSEST_CONFIG: file, PALIMPSEST_KMS: 'paper' })
    expect(find(report, 'port')).toMatchObject({ ok: false, detail: `${port} is taken` })
    expect(find(report, 'configuration').detail).toContain('config.yaml:5')
    expect(find(report, 'environment').detail).toContain('PALIMPSEST_KMS')
  })

  it('finds a home that cannot be made', async () => {
    writeFileSync(join(folder, 'file'), '')
    const check = find(await ask({ PALIMPSEST_HOME: join(folder, 'file', 'home') }), 'home')
    expect(check).toMatchObject({ ok: false, required: true })
  })
})
