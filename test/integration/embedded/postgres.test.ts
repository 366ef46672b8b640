import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Home, prepareHome } from '../../../src/config/home.ts'
import { choosePlace } from '../../../src/embedded/postgres/place.ts'
import { type EmbeddedPostgres, startPostgres } from '../../../src/embedded/postgres/start.ts'
import { bystander, cleanUp, isAlive, makeHome, newHome, onCleanUp, orphan } from './support.ts'

afterEach(cleanUp)

async function start(home: Home): Promise<EmbeddedPostgres & { said: string }> {
  const lines: string[] = []
  const server = await startPostgres({ home, log: (line) => lines.push(line) })
  onCleanUp(() => server.stop())
  return { ...server, said: lines.join('\n') }
}

async function query(url: string, text: string): Promise<string> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query({ text, rowMode: 'array' })
    return String(rows[0]?.[0] ?? '')
  } finally {
    await client.end()
  }
}

function dataDirectory(server: EmbeddedPostgres): Promise<string> {
  return query(server.adminUrl('postgres'), 'SHOW data_directory')
}

describe('the embedded PostgreSQL', { timeout: 120_000 }, () => {
  // One after another on the same home, as a person starts and stops it: making one takes longer than all the rest.
  let home: Home
  beforeAll(() => {
    home = makeHome().home
  })
  afterAll(() => rmSync(dirname(home.root), { recursive: true, force: true }))

  it('makes its databases once and finds the data, the password and the port again', async () => {
    const left = join(home.root, 'postgres.new-dead')
    mkdirSync(join(left, 'base'), { recursive: true })
    writeFileSync(`${left}.pw`, 'of a first start that was killed half way')
    const first = await start(home)
    expect(readdirSync(home.root).filter((name) => name.includes('.new-'))).toEqual([])
    await query(first.adminUrl('palimpsest'), "CREATE TABLE kept AS SELECT 'yes' AS word")
    await query(first.adminUrl('palimpsest_keystore'), 'SELECT 1')
    await first.stop()
    expect(await first.exited).toEqual({ code: 0, signal: null, expected: true })

    const second = await start(home)
    expect(await query(second.adminUrl('palimpsest'), 'SELECT word FROM kept')).toBe('yes')
    expect(second.superuserPassword).toBe(first.superuserPassword)
    expect(second.port).toBe(first.port)
    expect(second.said).not.toContain('making a new')
  })

  it('loses nothing that was committed: fsync, full pages and checksums are on', async () => {
    const server = await start(home)
    for (const name of ['fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums']) {
      expect(await query(server.adminUrl('postgres'), `SHOW ${name}`)).toBe('on')
    }
  })

  it('serves this machine only, and nobody without a password', async () => {
    const server = await start(home)
    expect(await query(server.adminUrl('postgres'), 'SHOW listen_addresses')).toBe('127.0.0.1')
    const open = `postgresql://postgres:wrong@127.0.0.1:${server.port}/postgres`
    await expect(query(open, 'SELECT 1')).rejects.toThrow('password authentication failed')
    const rules = await query(
      server.adminUrl('postgres'),
      "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules",
    )
    expect(rules).toBe('scram-sha-256')
    expect(statSync(await dataDirectory(server)).mode & 0o777).toBe(0o700)
    expect(statSync(home.postgresPasswordFile).mode & 0o777).toBe(0o600)
  })

  it('writes no value and no statement of a failed query into its log', async () => {
    const server = await start(home)
    const url = server.adminUrl('palimpsest')
    await query(url, 'CREATE TABLE person (mail text PRIMARY KEY)')
    await query(url, "INSERT INTO person VALUES ('canary@example.com')")
    await expect(query(url, "INSERT INTO person VALUES ('canary@example.com')")).rejects.toThrow('duplicate key')
    await expect(query(url, "SELECT 'canary@example.com' FROM missing")).rejects.toThrow('does not exist')
    await server.stop()
    const logs = readdirSync(home.logsDirectory).map((name) => readFileSync(join(home.logsDirectory, name), 'utf8'))
    expect(logs.join('')).toContain('duplicate key')
    expect(logs.join('')).not.toContain('@example.com')
  })

  it('stops the server that a killed gateway left behind, even one put to sleep, and serves its data', async () => {
    for (const asleep of [false, true]) {
      const left = await orphan('postgres', home)
      expect(isAlive(left)).toBe(true)
      if (asleep) process.kill(left, 'SIGSTOP')
      const server = await start(home)
      expect(isAlive(left)).toBe(false)
      expect(server.said).toContain(`process ${left} of an earlier run`)
      await query(server.adminUrl('palimpsest'), 'SELECT 1')
      await server.stop()
    }
  })

  it('leaves a process alone that was given the pid in a stale lock file', async () => {
    const first = await start(home)
    const folder = await dataDirectory(first)
    await first.stop()
    const innocent = await bystander()
    writeFileSync(join(folder, 'postmaster.pid'), `${innocent.pid}\n${folder}\n1700000000\n${first.port}\n\n*\n1 1\n`)
    const second = await start(home)
    expect(isAlive(innocent.pid)).toBe(true)
    expect(second.said).toContain(`names process ${innocent.pid}, which is not ours`)
    await query(second.adminUrl('palimpsest'), 'SELECT 1')
  })

  it('comes back with everything committed after its own kill -9', async () => {
    const server = await start(home)
    await query(server.adminUrl('palimpsest'), "CREATE TABLE survived AS SELECT 'yes' AS word")
    process.kill(server.pid, 'SIGKILL')
    expect(await server.exited).toEqual({ code: null, signal: 'SIGKILL', expected: false })
    const again = await server.restart()
    onCleanUp(() => again.stop())
    expect(again.port).toBe(server.port)
    expect(await query(again.adminUrl('palimpsest'), 'SELECT word FROM survived')).toBe('yes')
  })

  it('takes another port when somebody has taken its own, and does not meet one with another home', async () => {
    const first = await start(home)
    await first.stop()
    const thief = createServer().listen(first.port, '127.0.0.1')
    onCleanUp(() => new Promise((resolve) => thief.close(() => resolve())))
    const [second, other] = await Promise.all([start(home), start(newHome())])
    expect(new Set([first.port, second.port, other.port]).size).toBe(3)
    expect(await dataDirectory(second)).not.toBe(await dataDirectory(other))
    await other.stop()
    expect(await query(second.adminUrl('palimpsest'), "SELECT 'alive'")).toBe('alive')
  })

  it('run by root in a folder closed to others, keeps its data outside, and new ones for a new home', async (context) => {
    if (process.getuid?.() !== 0) context.skip('only root hands PostgreSQL to another user')
    const closed = newHome({ closed: true })
    const first = await start(closed)
    const folder = await dataDirectory(first)
    onCleanUp(() => rmSync(dirname(folder), { recursive: true, force: true }))
    expect(folder).toMatch(/\/palimpsest-[0-9a-f]{16}-[0-9a-f]{8}\/postgres$/)
    expect(first.said).toContain(dirname(folder))
    await first.stop()
    expect(choosePlace(closed, () => undefined).dataDirectory).toBe(folder)

    rmSync(closed.root, { recursive: true })
    expect(() => choosePlace(newHome({ closed: true }), () => undefined)).not.toThrow()
    expect(existsSync(folder)).toBe(false)
    prepareHome(closed)
    const place = choosePlace(closed, () => undefined)
    onCleanUp(() => rmSync(place.base, { recursive: true, force: true }))
    expect(place.dataDirectory).not.toBe(folder)
  })
})
