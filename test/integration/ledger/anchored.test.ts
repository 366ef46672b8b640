import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3'
import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, inject, it, type TestContext, vi } from 'vitest'
import { run } from '../../../src/cli/verify.ts'
import { parseVkey } from '../../../src/domain/ledger/vkey.ts'
import { startTestGateway, TEST_KEYS, type TestGateway } from '../../support/gateway.ts'
import { type S3Server, useSharedS3 } from '../../support/s3/shared.ts'
import { startTsa, type Tsa } from '../../support/tsa/start.ts'
import { type StrictWitness, startWitness } from '../../support/witness/start.ts'

const BUCKET = 'anchors'
let missing = ''
let s3: S3Server | null = null
let tsa: Tsa | null = null
let witness: StrictWitness
let gateway: TestGateway
let folder: string
let connection: Connection

function config(): string {
  return `
tenants:
  - id: acme
    region: us
    keys:
      - { key: "\${APP_KEY}", role: app }
      - { key: "\${AUDITOR_KEY}", role: auditor }
      - { key: "\${ADMIN_KEY}", role: admin }
anchors:
  retention_days: 30
  witnesses:
    - { url: "${witness.url}/", key: "${witness.key}" }
  time_stamp: { url: "${tsa?.url}", certificate: "${tsa?.certificates.signer}" }
`
}

function settings(bucket: string) {
  const env = { S3_ENDPOINT: s3?.url ?? '', S3_BUCKET: bucket, S3_REGION: 'us-east-1' }
  return { env, config: config(), schedules: true, folder }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'palimpsest-anchored-'))
  witness = await startWitness()
  tsa = await startTsa()
  const started = await useSharedS3()
  if ('missing' in started || tsa === null) {
    missing = 'missing' in started ? started.missing : 'there is no openssl'
    return
  }
  s3 = started
  vi.stubEnv('AWS_ACCESS_KEY_ID', s3.credentials.accessKeyId)
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', s3.credentials.secretAccessKey)
  await s3.client.send(new CreateBucketCommand({ Bucket: BUCKET, ObjectLockEnabledForBucket: true }))
  await s3.client.send(new CreateBucketCommand({ Bucket: 'anchors-plain' }))
  gateway = await startTestGateway(settings(BUCKET))
  connection = await Connection.connect({ address: inject('stack').temporalAddress })
}, 900_000)

afterAll(async () => {
  if (connection) {
    const { schedule } = new Client({ connection })
    for (const name of ['anchor', 'selfCheck', 'rotateKeys'])
      await schedule.getHandle(`${gateway.taskQueue}/${name}`).delete()
    await connection.close()
  }
  await gateway?.remove()
  await witness.stop()
  await tsa?.stop()
  s3?.client.destroy()
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

function have(context: TestContext): S3Server {
  return s3 ?? context.skip(missing)
}

async function chat(content: string): Promise<string> {
  const response = await gateway.call('/v1/chat/completions', {
    body: { model: 'simulated/echo', messages: [{ role: 'user', content }] },
  })
  expect(response.status).toBe(200)
  return response.headers.get('x-palimpsest-request-id') ?? ''
}

/** Names of anchors, with the version of each that counts. */
async function oldestVersions({ client }: S3Server): Promise<Map<string, string | undefined>> {
  const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: BUCKET }))
  // Newest first for each name.
  return new Map(Versions.map(({ Key = '', VersionId }) => [Key, VersionId]))
}

async function verifierKey(id: string): Promise<string> {
  for (;;) {
    const proof = await gateway.call(`/v1/ledger/entries/${id}/proof`)
    if (proof.status === 200) return proof.headers.get('x-palimpsest-verifier-key') ?? ''
  }
}

async function verify(trust: string[]): Promise<string> {
  const lines: string[] = []
  const io = {
    env: { PALIMPSEST_API_KEY: TEST_KEYS.auditor },
    write: (l: string) => lines.push(l),
    warn: () => undefined,
  }
  const args = [gateway.url, ...trust.flatMap((key) => ['--trust', key]), '--tsa', tsa?.certificates.signer ?? '']
  await run(args, io)
  return lines.join('\n')
}

describe('a gateway whose anchors stand in a bucket, with a witness and a time stamp', () => {
  it('anchors by its Schedule alone, without anybody starting it, what was called', async (context) => {
    const store = have(context)
    const key = await verifierKey(await chat('first'))
    witness.logs.set(key.split('+')[0] ?? '', [Buffer.from(parseVkey(key).publicKey)])
    await chat('second')
    await expect
      .poll(async () => (await oldestVersions(store)).size, { timeout: 180_000, interval: 500 })
      .toBeGreaterThan(0)
    const size = () => [...witness.seen.values()][0]?.size ?? 0
    await expect.poll(size, { timeout: 180_000, interval: 500 }).toBeGreaterThan(1)
    const description = await new Client({ connection }).schedule.getHandle(`${gateway.taskQueue}/anchor`).describe()
    expect(description.spec.intervals?.map(({ every }) => every)).toEqual([30_000])
    expect(description.policies.overlap).toBe('BUFFER_ONE')
    const metrics = async () => (await gateway.call('/metrics', { key: TEST_KEYS.admin })).text()
    await expect.poll(metrics, { timeout: 60_000, interval: 500 }).toMatch(/palimpsest_anchor_lag_seconds 0\n/)
    const said = () => verify([key, witness.key])
    await expect
      .poll(said, { timeout: 60_000, interval: 500 })
      .toMatch(/cosigned by witness\.example[\s\S]*by the time stamp of/)
  }, 400_000)

  it('goes on after a restart where it was: what was anchored stays as it is, and what is new comes after it', async (context) => {
    const store = have(context)
    const before = await oldestVersions(store)
    gateway = await gateway.restart()
    await verifierKey(await chat('third'))
    const anchor = new Client({ connection }).schedule.getHandle(`${gateway.taskQueue}/anchor`)
    await anchor.trigger()
    const grown = async () => (await oldestVersions(store)).size
    await expect.poll(grown, { timeout: 120_000, interval: 500 }).toBeGreaterThan(before.size)
    const after = await oldestVersions(store)
    // Of two versions of a name, which a server that does not heed If-None-Match may take, the oldest one counts.
    expect([...after].filter(([name]) => before.has(name))).toEqual([...before])
  }, 200_000)

  it('goes on without its witness and its authority, which the metrics and the self-check say', async (context) => {
    have(context)
    if (tsa) tsa.status = 503
    witness.misbehaviour = 'error'
    await verifierKey(await chat('fourth'))
    const { schedule, workflow } = new Client({ connection })
    await schedule.getHandle(`${gateway.taskQueue}/anchor`).trigger()
    await chat('fifth')
    const { taskQueue } = gateway
    let checks = 0
    const check = () => workflow.execute('selfCheck', { taskQueue, workflowId: `${taskQueue}/now/${++checks}` })
    // An anchor that had its witness's answer before it went away may still be written: the one after it has none.
    await expect
      .poll(check, { timeout: 120_000, interval: 500 })
      .toMatchObject({ logs: [{ holds: true, witnesses: { cosigned: 0, quorum: 1 }, time_stamp: false }] })
    const metrics = async () => (await gateway.call('/metrics', { key: TEST_KEYS.admin })).text()
    await expect.poll(metrics, { timeout: 60_000, interval: 500 }).toMatch(/palimpsest_anchors_below_quorum 1/)
    expect(await metrics()).toMatch(/palimpsest_witness_answers_total{.*outcome="unavailable".*} [1-9]/)
    expect(await metrics()).toMatch(/palimpsest_time_stamps_total{result="failed"} [1-9]/)
  }, 200_000)

  it('is not started on a bucket without Object Lock, and says what to do', async (context) => {
    have(context)
    const start = startTestGateway({
      ...settings('anchors-plain'),
      databases: gateway.databases,
      taskQueue: 'unfit',
      folder,
    })
    await expect(start).rejects.toMatchObject({ code: 'anchor_store_unfit' })
  })
})
