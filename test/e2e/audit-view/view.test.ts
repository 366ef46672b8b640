import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  awaitEntry,
  requestIdOf,
  settle,
  startVendorGateway,
  type VendorGateway,
} from '../../support/vendor-gateway.ts'
import { COLUMNS, REQUIRED, STATEMENTS } from './article.ts'

const period = {
  tenantId: 'dev',
  from: new Date(Date.now() - 86_400_000).toISOString(),
  to: new Date(Date.now() + 86_400_000).toISOString(),
}

describe('the audit view, read with the read-only login', () => {
  let vendor: VendorGateway
  let read: postgres.Sql
  const ids: Record<string, string> = {}

  beforeAll(async () => {
    vendor = await startVendorGateway()
    read = postgres(vendor.gateway.databases.read, { max: 1, onnotice: () => undefined })
    const ask = async (name: string, content: string, options: Parameters<VendorGateway['chat']>[1] = {}) => {
      const response = await vendor.chat(content, { ...options, body: { user: 'ann', ...options.body } })
      await response.text()
      ids[name] = requestIdOf(response)
      await awaitEntry(vendor.sql, ids[name])
    }
    const session = { 'X-Session-Id': 'morning' }
    const review = { 'X-Tool-Name': 'contract_review', 'X-Feature-Name': 'clause_extraction', ...session }
    await ask('plain', 'what is a palimpsest?', { headers: review })
    await ask('personal', 'write to ann.lee@example.com', { headers: { 'X-Tool-Name': 'hr_helpdesk', ...session } })
    await ask('streamed', 'hello', { headers: review, body: { stream: true } })
    await ask('bare', 'hello', { body: { user: undefined } })
    await ask('refused', 'hello', { headers: { 'X-Data-Region': 'eu' } })
    vendor.openai.script({ status: 400 })
    await ask('failed', 'hello')
    await settle(vendor.sql)
  })
  afterAll(async () => {
    await read.end({ timeout: 5 })
    await vendor.close()
  })

  it('has exactly the columns of the audit table, in its order, with its types, and prompt_preview', async () => {
    const columns = await read`
      SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
      WHERE attrelid = 'llm_interaction_audit'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`
    expect(columns.map(({ name, type }) => [name, type])).toEqual(COLUMNS)
  })

  it('gives no NULL where the table would take none', async () => {
    const rows = await read`SELECT * FROM llm_interaction_audit`
    expect(rows.length).toBe(Object.keys(ids).length)
    for (const row of rows) for (const name of REQUIRED) expect(row[name], name).not.toBeNull()
  })

  it('answers what a tool cost', async () => {
    const [row] = await read.unsafe(STATEMENTS.costOfTool())
    expect(Number(row?.sum)).toBeGreaterThan(0)
    const [entries] = await vendor.sql`
      SELECT sum(cost_usd::numeric(10, 6)) AS sum FROM ledger_entry WHERE tool = 'contract_review'`
    expect(row?.sum).toBe(entries?.sum)
  })

  it('answers the report over a period, by day, tool, user and model', async () => {
    const rows = await read.unsafe(STATEMENTS.soc2Report(period))
    const review = rows.filter((row) => row.tool_name === 'contract_review')
    expect(review).toHaveLength(1)
    expect(review[0]).toMatchObject({
      model: 'gpt-4o',
      interaction_count: '2',
      user_id: expect.stringMatching(/^sub_/),
    })
    expect(Number(review[0]?.total_tokens)).toBeGreaterThan(4)
    expect(rows.some((row) => row.tool_name === 'hr_helpdesk')).toBe(false)
  })

  it('answers which interactions held personal data', async () => {
    const rows = await read.unsafe(STATEMENTS.piiInteractions(period))
    expect(rows).toMatchObject([{ tool_name: 'hr_helpdesk', prompt_preview: '[SEALED]', user_id: expect.any(String) }])
    expect(Object.keys(rows[0] ?? {})).toEqual(['event_timestamp', 'user_id', 'tool_name', 'prompt_preview'])
  })

  it('answers what is older than a day, with every column', async () => {
    expect(await read.unsafe(STATEMENTS.olderThan(period))).toHaveLength(0)
    const rows = await read.unsafe(STATEMENTS.olderThan({ ...period, from: period.to }))
    expect(Object.keys(rows[0] ?? {})).toEqual(COLUMNS.map(([name]) => name))
  })

  it('finds all interactions of one person by the pseudonym, and no person in it', async () => {
    const [one] =
      await read`SELECT gdpr_pseudonymized_user_key AS key FROM llm_interaction_audit WHERE id = ${ids.plain ?? ''}`
    const rows =
      await read`SELECT id, session_id FROM llm_interaction_audit WHERE gdpr_pseudonymized_user_key = ${one?.key}`
    expect(rows.map((row) => row.id).sort()).toEqual(
      [ids.plain, ids.personal, ids.streamed, ids.refused, ids.failed].sort(),
    )
    const sessions = new Set(rows.map((row) => row.session_id).filter((session) => session !== null))
    expect(sessions.size).toBe(1)
    const text = JSON.stringify(await read`SELECT * FROM llm_interaction_audit`)
    expect(text).not.toMatch(/ann|morning|lee@/)
  })

  it('says of a call what happened', async () => {
    const row = async (name: string) =>
      (await read`SELECT * FROM llm_interaction_audit WHERE id = ${ids[name] ?? ''}`)[0]
    expect(await row('personal')).toMatchObject({
      tenant_id: 'dev',
      provider: 'openai',
      model: 'gpt-4o',
      has_pii_detected: true,
      pii_redacted_before_llm: true,
      hipaa_compliant_route: false,
      status_code: 200,
      request_id: ids.personal,
      full_prompt_text: '[SEALED]',
      full_response_text: '[SEALED]',
      response_preview: '[SEALED]',
    })
    expect(await row('plain')).toMatchObject({ feature_name: 'clause_extraction', has_pii_detected: false })
    expect(await row('refused')).toMatchObject({
      provider: 'none',
      status_code: 403,
      full_prompt_text: null,
      total_cost: '0.000000',
    })
    expect(await row('failed')).toMatchObject({ provider: 'openai', status_code: 400, full_response_text: null })
    expect((await row('bare'))?.user_id).not.toBe((await row('plain'))?.user_id)
    for (const name of ['plain', 'refused']) {
      const found = await row(name)
      expect([found?.prompt_hash.length, found?.response_hash.length]).toEqual([32, 32])
    }
  })

  it('is all that the login sees', async () => {
    const relations = await read`
      SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%'
        AND c.relkind IN ('r', 'v', 'm', 'p', 'f', 'S') AND has_table_privilege(c.oid, 'SELECT')`
    expect(relations.map(({ name }) => name)).toEqual(
      ['palimpsest_migration', 'llm_interaction_audit'].sort().reverse(),
    )
    for (const table of ['ledger_entry', 'content', 'pii_value', 'data_subject', 'inbox', 'attempt', 'ledger_leaf']) {
      await expect(read.unsafe(`SELECT * FROM ${table}`), table).rejects.toMatchObject({ code: '42501' })
    }
  })

  it.each([
    ["UPDATE llm_interaction_audit SET tool_name = 'x'"],
    ['DELETE FROM llm_interaction_audit'],
    ['INSERT INTO llm_interaction_audit (id) VALUES (gen_random_uuid())'],
    ['DROP VIEW llm_interaction_audit'],
    ['CREATE TABLE mine (x int)'],
    ['CREATE SCHEMA mine'],
    ['SET ROLE palimpsest_owner'],
    ['SET ROLE palimpsest_app'],
    ["SELECT ledger_ensure_partitions('2030-01-01', 1)"],
    ["SELECT pg_read_file('postgresql.conf')"],
    ["COPY llm_interaction_audit TO '/tmp/palimpsest-copy.csv'"],
  ])('takes nothing else from it: %s', async (statement) => {
    await expect(read.unsafe(statement)).rejects.toMatchObject({ code: expect.stringMatching(/^(42501|55000|0A000)$/) })
  })
})
