import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { GetBucketLifecycleConfigurationCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3'
import { Client } from '@temporalio/client'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { connectTemporal } from '../../../src/adapters/temporal/connect.ts'
import { writeDemoData } from '../../../src/compose/demo-data.ts'
import { userNames } from '../../../src/demo/data/organisation.ts'
import type { ExpireResult } from '../../../workflows/expire-archives.ts'
import { type ErasureStack, startErasureStack } from '../../support/erasure/stack.ts'
import { TEST_KEYS } from '../../support/gateway.ts'
import { useS3 } from '../../support/s3/use.ts'
import { KEYS_YAML } from '../../support/vendor-gateway.ts'

const BUCKET = 'whole'
const PREFIX = 'one/deployment/'
const VERIFIER = fileURLToPath(new URL('../../../verify/verify.mjs', import.meta.url))
const DAY_MS = 86_400_000
const DAYS = 3
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10)
/**
 * Past the end of one tenant's life, and far from the other's. The test's server takes seconds for days: what its own rules remove is
 * removed long after the test.
 */
const UNTIL = Math.floor(Date.now() / DAY_MS) * DAY_MS - 400 * DAY_MS
const [PERSON = ''] = userNames(12)
const CONFIG = `
archive: { storage_class: STANDARD }
tenants:
  - id: dev
    region: us
    keys:${KEYS_YAML}
    retention: { hot_days: 60, cold_after_days: 90, delete_after_days: 3650 }
  - id: brief
    region: us
    keys:
      - { key: "pk_brief_0123456789abcdef", role: admin, id: brief-admin }
    retention: { hot_days: 10, cold_after_days: 20, delete_after_days: 390 }
`
const have = useS3(BUCKET)

describe('a bucket of S3', { timeout: 300_000 }, () => {
  let stack: ErasureStack
  let client: Client
  let anchoring: NodeJS.Timeout
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-s3-whole-'))
  afterAll(async () => {
    clearInterval(anchoring)
    rmSync(folder, { recursive: true, force: true })
    await client?.connection.close()
    await stack?.close()
  })

  const call = async (path: string, key: string, body?: object) => {
    const answer = await stack.gateway.call(path, { key, ...(body && { body }) })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }
  const awaitEnd = async (path: string, key: string) => {
    for (let tries = 0; tries < 2_400; tries++) {
      const { body } = await call(path, key)
      if (body.state !== 'running' && body.state !== 'pending') return body
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error(`${path} has not ended after minutes`)
  }
  const verify = async (pack: string) => {
    const { stdout } = await promisify(execFile)(process.execPath, [VERIFIER, pack, '--json'])
    return JSON.parse(stdout) as { exit: number; problems: unknown[] }
  }
  /** Names of the versions below the prefix, and markers of what was deleted. */
  const stored = async (context: Parameters<typeof have>[0], below = 'archive/') => {
    const { Versions = [], DeleteMarkers = [] } = await have(context).client.send(
      new ListObjectVersionsCommand({ Bucket: BUCKET, Prefix: `${PREFIX}${below}` }),
    )
    return [...Versions, ...DeleteMarkers].map(({ Key = '' }) => Key.slice(PREFIX.length))
  }
  const reports: string[] = []
  let requests: { id: string; own: boolean }[] = []

  it('takes what has left the database, below the prefix that is this deployment’s', async (context) => {
    const s3 = have(context)
    stack = await startErasureStack({
      config: CONFIG,
      env: { S3_ENDPOINT: s3.url, S3_BUCKET: BUCKET, S3_PREFIX: PREFIX },
    })
    client = new Client({ connection: await connectTemporal({ address: inject('stack').temporalAddress }) })
    const { taskQueue } = stack.gateway
    // In place of the Schedule.
    anchoring = setInterval(() => {
      const workflowId = `${taskQueue}/anchor-now`
      void client.workflow.start('anchor', { workflowId, taskQueue, args: [] }).catch(() => undefined)
    }, 1_000)
    const policy = { region: 'us', policyVersion: 'sha256:0011' }
    await writeDemoData(stack.gateway.settings, {
      entries: 200,
      days: DAYS,
      untilMs: UNTIL,
      seed: 'whole',
      tenants: [
        { id: 'dev', ...policy, retentionClass: 'standard' },
        { id: 'brief', ...policy, retentionClass: '10-20-390' },
      ],
      onProgress: () => undefined,
    })
    requests = (
      await stack.sql`
        SELECT e.id, e.subject_pseudonym = s.pseudonym AS own FROM ledger_entry e,
          (SELECT subject_pseudonym AS pseudonym FROM ledger_entry
            WHERE tenant_id = 'dev' AND kind = 'interaction' AND status = 'answered'
            GROUP BY 1 ORDER BY count(*) DESC LIMIT 1) s
        WHERE e.tenant_id = 'dev' AND e.kind = 'interaction' AND e.status = 'answered' ORDER BY e.id`
    ).map(({ id, own }) => ({ id: String(id), own: own === true }))
    expect(requests.length).toBeGreaterThan(50)
    expect((await call('/v1/archives/runs', TEST_KEYS.admin, {})).status).toBe(202)
    const done = await awaitEnd('/v1/archives/runs/last', TEST_KEYS.admin)
    expect(done).toMatchObject({ state: 'completed', counts: { failed: 0 }, failures: [] })
    const [row] = await stack.sql`
      SELECT (SELECT count(*)::int FROM ledger_entry WHERE kind = 'interaction') AS left,
        (SELECT count(*)::int FROM archive_day WHERE dropped_at IS NOT NULL
          AND day >= ${dayOf(UNTIL - DAYS * DAY_MS)} AND day < ${dayOf(UNTIL)}) AS dropped`
    expect(row).toEqual({ left: 0, dropped: DAYS })
    const names = await stored(context)
    expect(names.filter((name) => name.includes('/facts/dev.'))).toHaveLength(DAYS)
    expect(names.every((name) => name.startsWith('archive/'))).toBe(true)
    const all = await s3.client.send(new ListObjectVersionsCommand({ Bucket: BUCKET }))
    expect((all.Versions ?? []).filter(({ Key = '' }) => !Key.startsWith(PREFIX))).toEqual([])
  })

  it('is read through: requests, disclosures and proofs of archived days', async (context) => {
    have(context)
    const [one] = requests
    const path = `/v1/requests/${one?.id}`
    expect((await call(path, TEST_KEYS.auditor)).body).toMatchObject({ state: 'recorded' })
    const told = await call(`${path}/disclosures`, TEST_KEYS.privacy, { purpose: 'a complaint' })
    expect(told.status).toBe(200)
    expect(JSON.stringify(told.body).length).toBeGreaterThan(100)
    const proof = await stack.gateway.call(`/v1/ledger/entries/${one?.id}/proof`, { key: TEST_KEYS.auditor })
    expect(proof.status).toBe(200)
  })

  it('gives reports whose packs hold over its objects', async (context) => {
    have(context)
    const asked = await call('/v1/reports', TEST_KEYS.auditor, {
      kind: 'soc2',
      from: dayOf(UNTIL - DAYS * DAY_MS),
      to: dayOf(UNTIL),
    })
    expect(asked.status, JSON.stringify(asked.body)).toBe(202)
    const view = await awaitEnd(`/v1/reports/${asked.body.id}`, TEST_KEYS.auditor)
    expect(view).toMatchObject({ state: 'completed', missing: 0 })
    const pack = await stack.gateway.call(`/v1/reports/${asked.body.id}/pack`, { key: TEST_KEYS.auditor })
    const file = join(folder, 'report.zip')
    writeFileSync(file, Buffer.from(await pack.arrayBuffer()))
    expect(await verify(file)).toMatchObject({ exit: 0, problems: [] })
    reports.push(String(asked.body.id))
  })

  it('has a rule of its own for packs, behind the days that a tenant keeps them, and the gateway reads it back', async (context) => {
    const { client: s3 } = have(context)
    const kept = await call('/v1/archives/lifecycle', TEST_KEYS.admin, {})
    expect(kept.body).toEqual({ differences: [] })
    const { Rules = [] } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: BUCKET }))
    const rule = Rules.find(({ ID = '' }) => ID.endsWith('-reports-expiry'))
    expect(rule).toMatchObject({ Expiration: { Days: 430 }, NoncurrentVersionExpiration: { NoncurrentDays: 1 } })
    // One server says a filter with a tag in another form than the next; that it is what was asked for is the gateway's answer.
    expect(JSON.stringify(rule?.Filter)).toContain(`"Prefix":"${PREFIX}reports/"`)
  })

  it('forgets an erased person with every version, and nobody else', async (context) => {
    have(context)
    const contents = (names: string[]) => names.filter((name) => name.includes('/content/dev.'))
    const before = contents(await stored(context))
    const erasure = await stack.awaitState(await stack.erase({ user: PERSON }), 'completed', 'failed')
    expect(erasure).toMatchObject({ state: 'completed', found: true })
    const after = contents(await stored(context))
    expect(after).toHaveLength(DAYS)
    const replaced = before.filter((name) => !after.includes(name))
    expect(replaced.length).toBeGreaterThan(0)
    expect(replaced.every((name) => name.endsWith('/0001.parquet'))).toBe(true)
    const ledger = await stack.gateway.call('/v1/ledger/pack', { key: TEST_KEYS.auditor })
    const file = join(folder, 'ledger.zip')
    writeFileSync(file, Buffer.from(await ledger.arrayBuffer()))
    expect(await verify(file)).toMatchObject({ exit: 0, problems: [] })
  })

  it('ends what is past the end of its life, with every version, and keeps manifests and what is on hold; packs too', async (context) => {
    have(context)
    const { taskQueue } = stack.gateway
    expect(await stored(context, 'reports/')).toHaveLength(1)
    await stack.sql`UPDATE report SET completed_at = completed_at - interval '401 days' WHERE id = ANY(${reports})`
    const result: ExpireResult = await client.workflow.execute('expireArchives', {
      workflowId: `${taskQueue}/expire-now`,
      taskQueue,
    })
    const [brief] = await stack.sql`SELECT count(*)::int AS periods FROM archive_period WHERE tenant_id = 'brief'`
    const expired = Number(brief?.periods)
    expect(expired).toBeGreaterThanOrEqual(DAYS)
    expect(result.periods).toEqual({ expired, held: 0, busy: 0, failed: 0 })
    expect(result.packs).toEqual({ expired: 1, held: 0, busy: 0, failed: 0 })
    expect(await stored(context, 'reports/')).toEqual([])
    const pack = await stack.gateway.call(`/v1/reports/${reports[0]}/pack`, { key: TEST_KEYS.auditor })
    expect(pack.status).toBe(410)
    const parts = (await stored(context)).filter((name) => name.includes('/brief.')).map((name) => name.split('/')[2])
    // The demo's tenant has a person on hold: what is kept of them lies apart.
    expect(parts.filter((part) => part !== 'held')).toEqual(Array.from({ length: expired }, () => 'manifest'))
  })
})
