import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run as reportVerb } from '../../../src/cli/report.ts'
import { run as verifyVerb } from '../../../src/cli/verify.ts'
import { REPORT_KINDS } from '../../../src/domain/reports/types.ts'
import { openPath } from '../../../verify/verify.mjs'
import { callApi } from '../../support/gateway.ts'
import { awaitEntry, settle } from '../../support/vendor-gateway.ts'
import { readHistory, textsOf } from '../history/read-history.ts'
import { keepHistory } from '../history/recorded.ts'
import { keyOf, startTwoTenants, type TwoTenants } from '../roles/support.ts'

const auditor = keyOf('acme', 'auditor')
const PERIOD = { from: '2020-01-01', to: new Date(Date.now() + 86_400_000).toISOString().slice(0, 10) }

interface View {
  id: string
  state: string
  error_code: string | null
  entries: number | null
  missing: number | null
  entry: string
  pack_bytes: number
  pack_sha256: string
  filters: Record<string, unknown>
  completed_at: string
  pack_expires_at: string
  pack_expired_by: string
}

describe('a report', { timeout: 180_000 }, () => {
  let setup: TwoTenants
  let folder: string
  const ids: string[] = []
  beforeAll(async () => {
    setup = await startTwoTenants()
    folder = mkdtempSync(join(tmpdir(), 'palimpsest-report-'))
    for (const [user, content] of [
      ['user-4711', 'Write to jane.doe@example.com, please.'],
      ['user-4711', 'What is a palimpsest?'],
      ['user-0815', 'Call +1 212 555 0199 about it.'],
    ] as const) {
      const body = { user, messages: [{ role: 'user', content }] }
      const { id, status } = await setup.say(keyOf('acme', 'app'), { body, headers: { 'X-Tool-Name': 'hr_helpdesk' } })
      expect(status).toBe(200)
      await awaitEntry(setup.sql, id)
      ids.push(id)
    }
    const { id } = await setup.say(keyOf('globex', 'app'))
    await awaitEntry(setup.sql, id)
    await settle(setup.sql)
  })
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true })
    await setup.close()
  })

  const request = (body: object, key = auditor) => setup.ask(key, '/v1/reports', { body: { ...PERIOD, ...body } })
  const ended = async (id: string): Promise<View> => {
    for (let tries = 0; tries < 1500; tries++) {
      const view = (await setup.ask(auditor, `/v1/reports/${id}`)).body as unknown as View
      if (view.state === 'completed' || view.state === 'failed') return view
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error(`report ${id} has not ended after minutes`)
  }
  const made = async (body: object): Promise<View> => {
    const { status, body: answer } = await request(body)
    expect(status, JSON.stringify(answer)).toBe(202)
    const view = await ended(String(answer.id))
    expect(view.state, JSON.stringify(view)).toBe('completed')
    return view
  }
  const fetchPack = async (id: string): Promise<Buffer> => {
    const response = await callApi(setup.gateway.url, `/v1/reports/${id}/pack`, { key: auditor })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/zip')
    return Buffer.from(await response.arrayBuffer())
  }
  const member = async (pack: Buffer, name: string): Promise<Buffer> => {
    const path = join(folder, 'opened.zip')
    writeFileSync(path, pack)
    const opened = await openPath(path)
    if (typeof opened === 'string') throw new Error('this is no pack')
    const chunks: Uint8Array[] = []
    for await (const chunk of opened.open(name)) chunks.push(chunk)
    return Buffer.concat(chunks)
  }
  const json = async (pack: Buffer, name: string) => JSON.parse((await member(pack, name)).toString('utf8'))

  const expireNow = async () => {
    const { temporalAddress, taskQueue } = setup.gateway.settings
    const connection = await Connection.connect({ address: temporalAddress })
    try {
      const client = new Client({ connection })
      const workflowId = `${taskQueue}/expire-now`
      await client.workflow.execute('expireArchives', { workflowId, taskQueue })
      return await readHistory(client, workflowId)
    } finally {
      await connection.close()
    }
  }

  it.each(REPORT_KINDS)(
    'of kind %s is made, accounts for every entry, stands in the ledger, and its pack verifies',
    async (kind) => {
      const view = await made({ kind })
      expect(view.missing, kind).toBe(0)
      const pack = await fetchPack(view.id)
      expect(pack.length).toBe(view.pack_bytes)
      expect(createHash('sha256').update(pack).digest('hex')).toBe(view.pack_sha256)
      const [entry] =
        await setup.sql`SELECT kind, status, api_key_id, detail FROM ledger_entry WHERE id = ${view.entry}`
      expect(entry).toMatchObject({ kind: 'report', status: 'completed', api_key_id: 'acme-auditor' })
      const manifest = createHash('sha256')
        .update(await member(pack, 'manifest.json'))
        .digest('hex')
      expect(JSON.parse(entry?.detail)).toMatchObject({ kind, report: { id: view.id, manifest_sha256: manifest } })
      const path = join(folder, `${kind}.zip`)
      writeFileSync(path, pack)
      const said: string[] = []
      const io = { env: {}, write: (line: string) => said.push(line), warn: (line: string) => said.push(line) }
      expect(await verifyVerb([path], io), said.join('\n')).toBe(0)
    },
  )

  it('answers which calls of a person had personal data, and neither keeps nor shows the user id', async () => {
    const view = await made({ kind: 'pii-interactions', filters: { user: 'user-4711', pii: true } })
    const pack = await fetchPack(view.id)
    const rows = (await json(pack, 'data/interactions.json')) as { id: string; subject: string }[]
    expect(rows.map(({ id }) => id)).toEqual([ids[0]])
    expect(view.filters).toMatchObject({ subject: rows[0]?.subject, pii: true })
    expect(await json(pack, 'manifest.json')).toMatchObject({ filters: { subject: rows[0]?.subject } })
    const [entry] = await setup.sql`SELECT detail FROM ledger_entry WHERE id = ${view.entry}`
    expect(JSON.parse(entry?.detail).filters).toEqual(['pii', 'subject'])
    const stored = await setup.sql`SELECT row_to_json(r)::text AS row FROM report r`
    expect(JSON.stringify(stored)).not.toContain('user-4711')
    expect(pack.includes('user-4711')).toBe(false)
    expect(entry?.detail).not.toContain(rows[0]?.subject)
  })

  it('has a history without the person, by user id or pseudonym, the tool and the model', async () => {
    const filters = { user: 'user-4711', tool: 'hr_helpdesk', model: 'gpt-4o' }
    const view = await made({ kind: 'pii-interactions', filters })
    const connection = await Connection.connect({ address: setup.gateway.settings.temporalAddress })
    const { raw, result } = await readHistory(new Client({ connection }), `report/${view.id}`)
    await connection.close()
    expect(result).toEqual({ entries: view.entries, missing: 0, entry: view.entry, bytes: view.pack_bytes })
    const text = textsOf(raw).join('\n')
    for (const secret of ['user-4711', String(view.filters.subject), 'hr_helpdesk', 'gpt-4o']) {
      expect(text).not.toContain(secret)
    }
    keepHistory('completed', raw, 'report')
  })

  it('of another tenant is not there, and shows nothing of it', async () => {
    const { id } = await made({ kind: 'soc2' })
    const other = keyOf('globex', 'auditor')
    for (const path of [`/v1/reports/${id}`, `/v1/reports/${id}/pack`]) {
      expect((await setup.ask(other, path)).status).toBe(404)
    }
    expect((await setup.ask(other, '/v1/reports')).body).toEqual({ reports: [], next_before: null })
    const rows = (await json(await fetchPack(id), 'data/interactions.json')) as { id: string }[]
    expect(rows.map((row) => row.id).sort()).toEqual([...ids].sort())
    const { body } = await request({ kind: 'soc2', filters: { user: 'user-4711' } }, other)
    expect(body).toMatchObject({ error: { code: 'subject_unknown', param: 'filters.user' } })
  })

  it('is listed, the newest first, a page at a time', async () => {
    const first = await made({ kind: 'cost' })
    const second = await made({ kind: 'cost' })
    const { body } = await setup.ask(auditor, '/v1/reports?limit=1')
    expect((body.reports as View[]).map(({ id }) => id)).toEqual([second.id])
    const next = await setup.ask(auditor, `/v1/reports?limit=1&before=${String(body.next_before)}`)
    expect((next.body.reports as View[]).map(({ id }) => id)).toEqual([first.id])
  })

  it('has a pack that goes on its day: it is gone for good, an entry says so, and the report can be asked for again', async () => {
    const { id, pack_expires_at, completed_at } = await made({ kind: 'cost' })
    expect(Date.parse(pack_expires_at) - Date.parse(completed_at)).toBe(400 * 86_400_000)
    await setup.sql`UPDATE report SET completed_at = completed_at - interval '401 days' WHERE id = ${id}`
    const { raw, result } = await expireNow()
    expect(result).toMatchObject({
      mended: { mended: 0, busy: 0, left: 0 },
      packs: { expired: 1, held: 0, busy: 0, failed: 0 },
    })
    const answer = await setup.ask(auditor, `/v1/reports/${id}/pack`)
    expect(answer).toMatchObject({ status: 410, body: { error: { code: 'report_expired' } } })
    const view = (await setup.ask(auditor, `/v1/reports/${id}`)).body as unknown as View
    expect(view).toMatchObject({
      state: 'completed',
      pack: null,
      pack_bytes: null,
      pack_expired_at: expect.any(String),
    })
    const [entry] = await setup.sql`
      SELECT kind, status, related_entry, api_key_id FROM ledger_entry WHERE id = ${view.pack_expired_by}`
    expect(entry).toEqual({ kind: 'report', status: 'expired', related_entry: view.entry, api_key_id: null })
    expect(answer.body.error).toMatchObject({ message: expect.stringContaining(view.pack_expired_by) })
    keepHistory('ends-whole', raw, 'archive')
    const again = await made({ kind: 'cost' })
    expect((await fetchPack(again.id)).length).toBeGreaterThan(0)
  })

  it.each([
    [{ kind: 'everything' }, 'invalid_report', 'kind'],
    [{ kind: 'soc2', from: '2026-02-30' }, 'invalid_period', 'from'],
    [{ kind: 'soc2', from: '2026-02-01', to: '2026-01-01' }, 'invalid_period', 'to'],
    [{ kind: 'soc2', from: '2010-01-01', to: '2026-01-01' }, 'invalid_period', 'to'],
    [{ kind: 'soc2', filters: { tool: "a'; --" } }, 'invalid_report', 'filters.tool'],
    [{ kind: 'soc2', filters: { pii: 'yes' } }, 'invalid_report', 'filters.pii'],
    [{ kind: 'soc2', filters: { users: 'x' } }, 'invalid_report', 'filters'],
    [{ kind: 'soc2', filters: { user: 'a', subject: `sub_${'0'.repeat(32)}` } }, 'invalid_report', 'filters'],
    [{ kind: 'soc2', more: true }, 'invalid_report', null],
  ])('refuses %j with %s', async (body, code, param) => {
    const { status, body: answer } = await request(body)
    expect(status).toBe(400)
    expect(answer).toMatchObject({ error: { code, param } })
  })

  it('takes a model’s name with a quote in it for a name', async () => {
    const view = await made({ kind: 'cost', filters: { model: "x' OR '1'='1" } })
    const rows = (await json(await fetchPack(view.id), 'data/interactions.json')) as unknown[]
    expect(rows).toEqual([])
  })

  it('that cannot be made says so, and so does the ledger', async () => {
    // A table that no report can do without is away for a while.
    await setup.sql`ALTER TABLE erasure_case RENAME TO erasure_case_away`
    const { body } = await request({ kind: 'erasures' })
    const view = await ended(String(body.id)).finally(
      () => setup.sql`ALTER TABLE erasure_case_away RENAME TO erasure_case`,
    )
    expect(view).toMatchObject({ state: 'failed', error_code: 'query_refused:42P01' })
    const answer = await setup.ask(auditor, `/v1/reports/${view.id}/pack`)
    expect(answer).toMatchObject({ status: 409, body: { error: { code: 'report_failed' } } })
    const [entry] = await setup.sql`
      SELECT status, error_code FROM ledger_entry WHERE kind = 'report' AND detail LIKE ${`%${view.id}%`}`
    expect(entry).toMatchObject({ status: 'failed', error_code: view.error_code })
  })

  it('is made, followed and fetched by one command', async () => {
    const said: string[] = []
    const io = {
      env: { PALIMPSEST_API_KEY: auditor },
      write: (line: string) => said.push(line),
      warn: (line: string) => said.push(line),
    }
    const out = join(folder, 'cli.zip')
    const args = ['soc2', '--from', PERIOD.from, '--to', PERIOD.to, '--tool', 'hr_helpdesk', '--pii', 'true']
    const exit = await reportVerb([...args, '--out', out, '--url', setup.gateway.url, '--json'], io)
    expect(exit, said.join('\n')).toBe(0)
    const view = JSON.parse(said.join('\n')) as View
    expect(createHash('sha256').update(readFileSync(out)).digest('hex')).toBe(view.pack_sha256)
    expect(await reportVerb(['soc2', '--from', PERIOD.from, '--pii', 'maybe'], io)).toBe(2)
  })
})
