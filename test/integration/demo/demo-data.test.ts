import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../../src/cli/demo-data.ts'
import { writeDemoData } from '../../../src/compose/demo-data.ts'
import type { DemoOptions, DemoResult } from '../../../src/demo/data/options.ts'
import { createDatabases } from '../../support/databases.ts'
import { startTestGateway, TEST_KEYS, type TestGateway } from '../../support/gateway.ts'

const VERIFIER = fileURLToPath(new URL('../../../verify/verify.mjs', import.meta.url))
const POLICY = { region: 'us', policyVersion: 'sha256:0011', retentionClass: '60-90-365' }
const OPTIONS: DemoOptions = {
  entries: 6_000,
  days: 70,
  untilMs: Date.UTC(2026, 5, 1),
  seed: 'a test',
  tenants: [
    { id: 'dev', ...POLICY },
    { id: 'other', ...POLICY, region: 'eu' },
  ],
  onProgress: () => undefined,
}

describe('demo data', { timeout: 300_000 }, () => {
  let gateway: TestGateway
  let sql: postgres.Sql
  let result: DemoResult
  beforeAll(async () => {
    gateway = await startTestGateway()
    sql = postgres(gateway.databases.admin, { max: 2, onnotice: () => undefined })
    result = await writeDemoData(gateway.settings, OPTIONS, 2)
  }, 300_000)
  afterAll(async () => {
    await sql.end({ timeout: 5 })
    await gateway.remove()
  })

  const call = async (path: string, key: string, body?: object) => {
    const answer = await gateway.call(path, { key, ...(body && { body }) })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }

  it('is as many requests as were asked for, on the days that were asked for, over all tenants', async () => {
    const { interaction = 0, refusal = 0 } = result.written
    expect(interaction + refusal).toBe(OPTIONS.entries)
    expect(result).toMatchObject({ from: '2026-03-23', to: '2026-05-31' })
    const [row] = await sql`
      SELECT count(*)::integer AS entries, count(DISTINCT tenant_id)::integer AS tenants,
        min(occurred_at) >= '2026-03-23' AND max(occurred_at) < '2026-06-01' AS within,
        bool_and(occurred_at = to_timestamp(('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 1000.0)) AS own_day
      FROM ledger_entry WHERE kind IN ('interaction', 'refusal')`
    expect(row).toEqual({ entries: OPTIONS.entries, tenants: 2, within: true, own_day: true })
  })

  it('verifies as any ledger does, with every erasure explained by its receipt', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'palimpsest-demo-'))
    try {
      const answer = await gateway.call('/v1/ledger/pack', { key: TEST_KEYS.auditor })
      writeFileSync(join(folder, 'pack.zip'), Buffer.from(await answer.arrayBuffer()))
      const { stdout } = await promisify(execFile)(process.execPath, [VERIFIER, join(folder, 'pack.zip'), '--json'])
      const verified = JSON.parse(stdout)
      expect(verified).toMatchObject({ exit: 0, problems: [] })
      const [erased] = await sql`
        SELECT count(*)::integer AS count FROM ledger_entry WHERE tenant_id = 'dev' AND kind = 'erasure' AND status = 'requested'`
      expect(erased?.count).toBeGreaterThan(1)
      expect(JSON.stringify(verified)).toContain(`with receipt ${erased?.count}`)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('is a plausible year: weekends are quiet, costs follow the price list, one day many calls fail', async () => {
    const [row] = await sql`
      SELECT avg(count) FILTER (WHERE dow IN (0, 6)) / avg(count) FILTER (WHERE dow NOT IN (0, 6)) AS quiet FROM (
        SELECT extract(dow FROM occurred_at) AS dow, count(*) FROM ledger_entry WHERE kind = 'interaction'
        GROUP BY occurred_at::date, 1) d`
    expect(Number(row?.quiet)).toBeLessThan(0.3)
    const costs = await sql`
      SELECT provider, count(*)::integer AS calls, sum(cost_usd)::float8 AS usd,
        bool_and(cost_usd > 0) AS charged, bool_and(price_version LIKE 'genai-prices@%') AS listed
      FROM ledger_entry WHERE kind = 'interaction' AND status = 'answered' GROUP BY provider ORDER BY provider`
    expect(costs.map(({ provider, charged }) => `${provider} ${charged}`)).toEqual([
      'anthropic true',
      'azure true',
      'ollama-local false',
      'openai true',
    ])
    const worst = await sql`
      SELECT (count(*) FILTER (WHERE status = 'failed'))::float8 / count(*) AS failed FROM ledger_entry
      WHERE kind = 'interaction' AND provider IN ('openai', 'anthropic') GROUP BY occurred_at::date ORDER BY 1 DESC LIMIT 2`
    expect(worst[0]?.failed).toBeGreaterThan(0.08)
    const [pii] = await sql`
      SELECT avg(has_pii::integer) FILTER (WHERE tool = 'hr_helpdesk')::float8 AS hr,
        avg(has_pii::integer) FILTER (WHERE tool = 'product_copy')::float8 AS copy
      FROM ledger_entry WHERE kind = 'interaction'`
    expect(pii?.hr).toBeGreaterThan(0.7)
    expect(pii?.copy).toBeLessThan(0.1)
  })

  it('has text that opens under keys of the persons, until they are erased', async () => {
    const one = async (isErased: boolean) => {
      const [row] = await sql`
        SELECT e.id FROM ledger_entry e JOIN data_subject s ON s.pseudonym = e.subject_pseudonym
        WHERE e.tenant_id = 'dev' AND e.status = 'answered' AND (s.erased_at IS NOT NULL) = ${isErased} LIMIT 1`
      return call(`/v1/requests/${row?.id}/disclosures`, TEST_KEYS.privacy, { purpose: 'looking at demo data' })
    }
    const kept = await one(false)
    expect(kept.status).toBe(200)
    expect(JSON.stringify(kept.body)).toContain('chat.completion')
    expect((await one(true)).status).toBe(410)
  })

  it('has holds of which one is in force, and disclosures with what they are about', async () => {
    const { body } = await call('/v1/holds?in_force=true', TEST_KEYS.privacy)
    expect(body.holds).toHaveLength(1)
    const [row] = await sql`
      SELECT count(*)::integer AS all, count(o.id)::integer AS about FROM ledger_entry d
      LEFT JOIN ledger_entry o ON o.id = d.related_entry AND o.subject_pseudonym = d.subject_pseudonym
      WHERE d.kind = 'disclosure' AND d.occurred_at < '2026-06-01'`
    expect(row?.all).toBeGreaterThan(3)
    expect(row?.about).toBe(row?.all)
  })

  it('is the same for the same seed, by however many threads it is written, and keys are its own', async () => {
    const databases = await createDatabases()
    const folder = mkdtempSync(join(tmpdir(), 'palimpsest-demo-keys-'))
    const { app: databaseUrl, keystore: keystoreUrl, admin } = databases
    const other = postgres(admin, { max: 1, onnotice: () => undefined })
    try {
      const folders = { kmsFolder: join(folder, 'keys'), anchorFolder: join(folder, 'anchors') }
      const settings = { ...gateway.settings, ...folders, databaseUrl, keystoreUrl }
      const again = await writeDemoData(settings, OPTIONS, 1)
      expect(again).toEqual(result)
      expect(await factsOf(other)).toEqual(await factsOf(sql))
      const [shared] = await other`
        SELECT count(*)::integer AS count FROM data_subject WHERE pseudonym = ANY (${await pseudonymsOf(sql)})`
      expect(shared?.count).toBe(0)
    } finally {
      await other.end({ timeout: 5 })
      await databases.drop()
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('makes everybody known once, though threads meet the same persons, and destroys no key but of those who are erased', async () => {
    const keystore = postgres(gateway.databases.keystoreAdmin, { max: 1, onnotice: () => undefined })
    try {
      const [keys] = await keystore`
        SELECT count(*) FILTER (WHERE destroyed_at IS NOT NULL)::integer AS destroyed FROM keystore.data_key`
      const [people] = await sql`
        SELECT count(*) FILTER (WHERE erased_at IS NOT NULL)::integer AS erased, count(*)::integer AS all,
          (SELECT count(DISTINCT subject_pseudonym)::integer FROM ledger_entry WHERE kind = 'interaction') AS asking
        FROM data_subject`
      expect(people?.erased).toBeGreaterThan(1)
      expect(keys?.destroyed).toBe(people?.erased)
      expect(people?.all).toBe(people?.asking)
    } finally {
      await keystore.end({ timeout: 5 })
    }
  })

  it('is not written twice', async () => {
    await expect(writeDemoData(gateway.settings, OPTIONS)).rejects.toMatchObject({ code: 'demo_data_there' })
  })

  it('is not written where a day of that time is sealed, and never in production', async () => {
    await sql`INSERT INTO archive_day (day, sealed_at) VALUES ('2025-01-05', now())`
    const sealed = { ...OPTIONS, seed: 'another', days: 10, untilMs: Date.UTC(2025, 0, 10) }
    await expect(writeDemoData(gateway.settings, sealed)).rejects.toMatchObject({ code: 'demo_data_sealed' })
    const lines: string[] = []
    const io = {
      env: { NODE_ENV: 'production' },
      write: () => undefined,
      warn: (line: string) => void lines.push(line),
    }
    expect(await run(['--entries', '10'], io)).toBe(2)
    expect(lines.join()).toContain('production')
    expect(await run(['--entries', '0'], io)).toBe(2)
    expect(await run(['--until', '2999-01-01'], io)).toBe(2)
  })
})

/** What the plan says of each request and act, and nothing that is new each time. */
async function factsOf(sql: postgres.Sql): Promise<unknown> {
  return sql`
    SELECT kind, count(*)::integer AS count, encode(sha256(string_agg(concat_ws('|', id, occurred_at, tenant_id, team, app,
      region, route, route_reason, purpose, provider, model_asked, model_answered, prompt_tokens, response_tokens, cached_tokens,
      cost_usd, price_usd, tool, feature, flags, entity_counts, status, status_code, error_code, finish_reason, attempts, latency_ms,
      ttft_ms, related_entry, retention_class, encode(coverage_digest, 'hex')), E'\\n' ORDER BY id)::bytea), 'hex') AS facts
    FROM ledger_entry WHERE occurred_at < '2026-06-01' GROUP BY kind ORDER BY kind`
}

async function pseudonymsOf(sql: postgres.Sql): Promise<string[]> {
  return (await sql`SELECT pseudonym FROM data_subject`).map(({ pseudonym }) => pseudonym)
}
