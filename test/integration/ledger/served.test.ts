import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { run } from '../../../src/cli/verify.ts'
import type { Result } from '../../../verify/verify.mjs'
import { startTestGateway, TEST_KEYS, type TestGateway } from '../../support/gateway.ts'

describe('a gateway that serves', () => {
  let gateway: TestGateway
  let folder: string
  let connection: Connection
  let client: Client

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'palimpsest-served-'))
    gateway = await startTestGateway({ schedules: true, folder })
    connection = await Connection.connect({ address: inject('stack').temporalAddress })
    client = new Client({ connection })
  })

  afterAll(async () => {
    for (const name of ['anchor', 'selfCheck', 'rotateKeys'])
      await client.schedule.getHandle(`${gateway.taskQueue}/${name}`).delete()
    await connection.close()
    await gateway.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  const chat = async (content: string) => {
    const response = await gateway.call('/v1/chat/completions', {
      headers: { 'x-tool-name': 'hr_helpdesk' },
      body: { model: 'simulated/echo', user: 'u-1', messages: [{ role: 'user', content }] },
    })
    return response.headers.get('x-palimpsest-request-id') ?? ''
  }

  const verify = async (args: string[], key = TEST_KEYS.auditor) => {
    const lines: string[] = []
    const io = { env: { PALIMPSEST_API_KEY: key }, write: (line: string) => lines.push(line), warn: () => undefined }
    const exit = await run([...args, '--json'], io)
    return { exit, result: JSON.parse(lines.join('\n') || '{}') as Result }
  }

  const waitForProof = async (id: string) => {
    for (let tries = 0; tries < 20; tries++) {
      const response = await gateway.call(`/v1/ledger/entries/${id}/proof`)
      if (response.status === 200) return response
    }
    throw new Error('no proof')
  }

  it('gives evidence that holds, by its address alone or with a trusted key, and an entry for each call in it', async () => {
    await waitForProof(await chat('write to ann.lee@example.com'))
    const faith = await verify([gateway.url])
    expect(faith).toMatchObject({ exit: 0, result: { trusted: false, problems: [] } })
    const trust = faith.result.signers.flatMap((key) => ['--trust', key])
    const trusted = await verify([gateway.url, ...trust])
    expect(trusted).toMatchObject({ exit: 0, result: { trusted: true } })
    expect(Number(trusted.result.logs[0]?.entries)).toBeGreaterThan(2)
  })

  it('answers 2 where the key, the role or the address is wrong', async () => {
    expect((await verify([gateway.url], 'wrong')).exit).toBe(2)
    expect((await verify([gateway.url], TEST_KEYS.app)).exit).toBe(2)
    expect((await verify([`${gateway.url}/nothing`])).exit).toBe(2)
    expect((await verify(['http://127.0.0.1:1'])).exit).toBe(2)
  })

  it('gives an app a proof of its answer that verifies alone, and with no other key', async () => {
    const proof = await waitForProof(await chat('keep this'))
    const key = proof.headers.get('x-palimpsest-verifier-key') ?? ''
    const file = join(folder, 'one.tlog-proof')
    writeFileSync(file, await proof.text())
    expect((await verify([file, '--trust', key])).exit).toBe(0)
    const [other] = (await verify([gateway.url])).result.signers
    expect(other).toBe(key)
  })

  it('anchors on its Schedule what was said, outside the database, once for all tenants', async () => {
    await chat('to be anchored')
    await client.schedule.getHandle(`${gateway.taskQueue}/anchor`).trigger()
    const anchors = join(folder, 'anchors')
    const written = () => (existsSync(anchors) ? readdirSync(anchors, { recursive: true }).map(String) : [])
    for (let tries = 0; tries < 100 && !written().some((name) => name.endsWith('.json')); tries++) {
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    expect(written().some((name) => name.endsWith('0001.json'))).toBe(true)
  })

  it('looks at its own ledger, puts the result on record, and fails the workflow readably when it does not hold', async () => {
    const check = (id: string) =>
      client.workflow.execute('selfCheck', { taskQueue: gateway.taskQueue, workflowId: `${gateway.taskQueue}/${id}` })
    const admin = postgres(gateway.databases.admin, { max: 1, onnotice: () => undefined })
    // The gateway's own Schedule looks too, when its time comes.
    const checks = async () =>
      (await admin`SELECT count(*)::integer AS checks FROM ledger_entry WHERE status = 'holds'`)[0]?.checks
    try {
      const before = await checks()
      expect(await check('sound')).toMatchObject({ logs: [{ holds: true, first: null }] })
      expect(await checks()).toBeGreaterThan(before)
      await admin`SET session_replication_role = replica`
      await admin`UPDATE ledger_entry SET cost_usd = 7 WHERE kind = 'interaction'`
    } finally {
      await admin.end()
    }
    const failure = await check('broken').catch((error: { cause?: { type?: string; message?: string } }) => error.cause)
    expect(failure).toMatchObject({ type: 'ledger_does_not_hold' })
    expect((failure as { message: string }).message).toContain('its envelope is not the one committed to')
  })
})
