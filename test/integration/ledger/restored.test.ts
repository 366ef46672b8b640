import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { run as ledgerCommand } from '../../../src/cli/ledger.ts'
import { run as verifyCommand } from '../../../src/cli/verify.ts'
import type { Result } from '../../../verify/verify.mjs'
import { TEST_KEYS } from '../../support/gateway.ts'
import { expectErrorShape, startVendorGateway, type VendorGateway } from '../../support/vendor-gateway.ts'
import { databaseOf } from './support.ts'

const WAIT = { timeout: 120_000, interval: 250 }

describe('a gateway whose database is restored to an earlier time under it', () => {
  let setup: VendorGateway
  let folder: string
  let connection: Connection
  let server: postgres.Sql

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'palimpsest-restored-'))
    setup = await startVendorGateway({ schedules: true, folder })
    connection = await Connection.connect({ address: inject('stack').temporalAddress })
    server = postgres(inject('stack').adminUrl, { max: 1, onnotice: () => undefined })
  })

  afterAll(async () => {
    const { schedule } = new Client({ connection })
    for (const name of ['anchor', 'selfCheck', 'rotateKeys'])
      await schedule.getHandle(`${setup.gateway.taskQueue}/${name}`).delete()
    await connection.close()
    await setup.close()
    await server.end()
    rmSync(folder, { recursive: true, force: true })
  })

  /** An accepted call whose entry has its leaf. */
  const say = async (content: string) => {
    const response = await setup.chat(content)
    expect(response.status).toBe(200)
    const id = response.headers.get('x-palimpsest-request-id') ?? ''
    const proof = async () => (await setup.gateway.call(`/v1/ledger/entries/${id}/proof`)).status
    await expect.poll(proof, WAIT).toBe(200)
    return id
  }

  /** Whether a head of that size, or of a larger one, stands in the anchor store. */
  const isAnchoredFrom = (origin: string, size: number) => {
    const at = join(folder, 'anchors')
    const files = existsSync(at) ? readdirSync(at, { recursive: true, encoding: 'utf8' }) : []
    const notes = files
      .filter((one) => /\d\.json$/.test(one))
      .flatMap((one) => (JSON.parse(readFileSync(join(at, one), 'utf8')) as { items: { note: string }[] }).items)
    return notes.some(({ note }) => note.split('\n')[0] === origin && Number(note.split('\n')[1]) >= size)
  }

  /** Anchors what is signed now; the Schedule may be there first. */
  const anchor = async () => {
    const sql = postgres(setup.gateway.databases.admin, { max: 1 })
    const [head] = await sql`
      SELECT g.origin, max(c.tree_size)::integer AS size FROM ledger_checkpoint c JOIN ledger_log g ON g.log_id = c.log_id
      WHERE g.tenant_id = 'dev' GROUP BY g.origin, g.generation ORDER BY g.generation DESC LIMIT 1`
    await sql.end()
    await new Client({ connection }).schedule.getHandle(`${setup.gateway.taskQueue}/anchor`).trigger()
    await expect.poll(() => isAnchoredFrom(head?.origin, head?.size), WAIT).toBe(true)
  }

  /** A copy of a database as it stands at one moment, as a backup or a restored one is. Nobody is connected meanwhile. */
  const copy = async (from: string, to: string) => {
    await server.unsafe(`ALTER DATABASE ${from} ALLOW_CONNECTIONS false`)
    await server`SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = ${from}`
    await server.unsafe(`DROP DATABASE IF EXISTS ${to} WITH (FORCE)`)
    await server.unsafe(`CREATE DATABASE ${to} TEMPLATE ${from}`)
    await server.unsafe(`ALTER DATABASE ${from} ALLOW_CONNECTIONS true`)
  }

  const recover = async (...args: string[]) => {
    const lines: string[] = []
    const io = {
      env: { DATABASE_URL: setup.gateway.databases.app, PALIMPSEST_HOME: folder },
      write: (line: string) => lines.push(line),
      warn: (line: string) => lines.push(line),
    }
    return { exit: await ledgerCommand(['recover', ...args], io), said: lines.join('\n') }
  }

  const verify = async (...args: string[]) => {
    const lines: string[] = []
    const io = {
      env: { PALIMPSEST_API_KEY: TEST_KEYS.auditor },
      write: (l: string) => lines.push(l),
      warn: () => undefined,
    }
    const exit = await verifyCommand([setup.gateway.url, '--anchors', join(folder, 'anchors'), '--json', ...args], io)
    return { exit, result: JSON.parse(lines.join('\n')) as Result }
  }

  it('refuses calls and sends nothing, until a recovery goes on in a new generation; the verifier names the lost range alone', async () => {
    const live = databaseOf(setup.gateway.databases.app)
    const backup = `${live}_backup`
    await say('before the backup')
    await anchor()
    await copy(live, backup)
    try {
      const lost = [await say('after the backup'), await say('and another')]
      await anchor()
      const sound = await verify()
      expect(sound).toMatchObject({ exit: 0, result: { problems: [] } })
      expect((await recover('--confirm')).said).toContain('there is nothing to recover')

      await copy(backup, live)
      const noticed = () => setup.gateway.logLines.some((line) => line.includes('not the one that was anchored'))
      await expect.poll(noticed, WAIT).toBe(true)
      setup.openai.reset()
      const refused = await setup.chat('to nobody')
      expect(refused.status).toBe(503)
      expect(refused.headers.get('retry-after')).toBe('60')
      expect(expectErrorShape(await refused.json())).toMatchObject({
        code: 'ledger_restored',
        message: 'The ledger is not the one that was anchored: run `palimpsest ledger recover` to go on in a new one.',
      })
      expect(setup.openai.count).toBe(0)
      expect((await setup.gateway.call(`/v1/ledger/entries/${lost[0]}/proof`)).status).toBe(404)

      expect((await recover()).exit).toBe(2)
      const recovered = await recover('--confirm')
      expect(recovered.exit).toBe(0)
      expect(recovered.said).toMatch(/dev\/g1 lost the leaves \d+ to \d+/)
      await expect.poll(async () => (await setup.chat('does it go on?')).status, WAIT).toBe(200)
      await say('in the new generation')
      await anchor()
      const keys = (await verify()).result.signers
      const trusted = await verify(...keys.flatMap((key) => ['--trust', key]))
      expect(trusted.exit).toBe(1)
      expect(trusted.result.problems).toHaveLength(1)
      expect(trusted.result.problems[0]).toMatchObject({ kind: 'lost', log: 'palimpsest.local/dev/g1' })
      const [from, to] = /lost the leaves (\d+) to (\d+)/.exec(recovered.said)?.slice(1) ?? []
      expect(trusted.result.problems[0]?.what).toContain(`leaves ${from} to ${to} were lost in a restore`)
    } finally {
      await server.unsafe(`DROP DATABASE IF EXISTS ${backup} WITH (FORCE)`)
    }
  }, 600_000)
})
