import { generateKeyPairSync, randomUUID } from 'node:crypto'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3'
import { describe, expect, it, vi } from 'vitest'
import { TombstoneLog } from '../../../activities/erasure/tombstone-log.ts'
import { AnchorLog } from '../../../activities/ledger/anchor-log.ts'
import { openS3AnchorStore } from '../../../src/adapters/archive/s3/s3-anchor-store.ts'
import { ed25519Signer, rawPublicKey } from '../../../src/domain/ledger/ed25519.ts'
import { signNote } from '../../../src/domain/ledger/note.ts'
import { verifierKey } from '../../../src/domain/ledger/vkey.ts'
import { startFaultProxy } from '../../support/s3/fault-proxy.ts'
import type { S3Server } from '../../support/s3/shared.ts'
import { useS3 } from '../../support/s3/use.ts'

const HOUR_MS = 3_600_000
const LOCKED = 'locked'
const have = useS3(LOCKED)

function open(s3: S3Server, bucket = LOCKED) {
  return openS3AnchorStore({ bucket, region: 'us-east-1', endpoint: s3.url, prefix: '' })
}

async function versionsOf(s3: S3Server, key: string): Promise<string[]> {
  const { Versions = [] } = await s3.client.send(new ListObjectVersionsCommand({ Bucket: LOCKED, Prefix: key }))
  return Versions.map(({ VersionId = '' }) => VersionId)
}

describe('anchors in an S3 bucket', () => {
  it('cannot be removed or shortened before their time, by the same credentials, bypassing governance', async (context) => {
    const s3 = have(context)
    const store = open(s3)
    expect(await store.put('anchors/a/1.json', Buffer.from('first'), Date.now() + HOUR_MS)).toBe('stored')
    const [VersionId] = await versionsOf(s3, 'anchors/a/1.json')
    const object = { Bucket: LOCKED, Key: 'anchors/a/1.json', VersionId, BypassGovernanceRetention: true }
    const soon = new Date(Date.now() + HOUR_MS / 2)
    const refused = { $metadata: { httpStatusCode: 403 } }
    await expect(s3.client.send(new DeleteObjectCommand(object))).rejects.toMatchObject(refused)
    for (const Mode of ['COMPLIANCE', 'GOVERNANCE'] as const) {
      const shorten = new PutObjectRetentionCommand({ ...object, Retention: { Mode, RetainUntilDate: soon } })
      await expect(s3.client.send(shorten)).rejects.toMatchObject(refused)
    }
    expect(Buffer.from((await store.get('anchors/a/1.json')) ?? []).toString()).toBe('first')
  })

  it('are still read where a delete marker hides them or a later version stands over them', async (context) => {
    const s3 = have(context)
    const store = open(s3)
    const Key = 'anchors/b/1.json'
    await store.put(Key, Buffer.from('first'), Date.now() + HOUR_MS)
    await s3.client.send(new PutObjectCommand({ Bucket: LOCKED, Key, Body: 'forged' }))
    await s3.client.send(new DeleteObjectCommand({ Bucket: LOCKED, Key }))
    expect(Buffer.from((await store.get(Key)) ?? []).toString()).toBe('first')
    expect(await store.put(Key, Buffer.from('second'), Date.now() + HOUR_MS)).toBe('exists')
  })

  it('have tombstones beside them, locked as they are, which nobody can put aside', async (context) => {
    const s3 = have(context)
    const keys = generateKeyPairSync('ed25519')
    const log = new TombstoneLog(open(s3), 'audit.example', {
      sign: (tenant, text) => {
        const key = verifierKey(`audit.example/${tenant}/g1`, rawPublicKey(keys.publicKey))
        return signNote(text, [{ name: key.name, keyId: key.keyId, sign: ed25519Signer(keys.privateKey) }])
      },
      isSigned: async () => true,
    })
    const now = Date.now()
    const tombstone = (id: string) => {
      const rest = { tenant: 'acme', receipt: 1, at: now * 1000, subjects: [], values: [], texts: [] }
      return { ...rest, case: id, keys: [id] }
    }
    const [one, two] = [tombstone(randomUUID()), tombstone(randomUUID())]
    const until = now + HOUR_MS
    expect(await Promise.all([log.publish(one, 0, now, until), log.publish(two, 0, now, until)])).toEqual(
      expect.arrayContaining([1, 2]),
    )
    const Key = 'tombstones/audit-example/000000000001.json'
    const [VersionId] = await versionsOf(s3, Key)
    const removal = new DeleteObjectCommand({ Bucket: LOCKED, Key, VersionId, BypassGovernanceRetention: true })
    await expect(s3.client.send(removal)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } })
    await s3.client.send(new DeleteObjectCommand({ Bucket: LOCKED, Key }))
    expect(await log.newest(0, true)).toBe(2)
    expect([await log.read(1), await log.read(2)]).toEqual(expect.arrayContaining([one, two]))
    expect(await log.publish(one, 0, now, until)).toBeLessThan(3)
  })

  it('are written once: a retry, a restart and a second process find the first one and add no version', async (context) => {
    const s3 = have(context)
    const until = Date.now() + HOUR_MS
    const before = open(s3)
    expect(await before.put('anchors/c/1.json', Buffer.from('first'), until)).toBe('stored')
    expect(await before.put('anchors/c/1.json', Buffer.from('first'), until)).toBe('exists')
    before.close()
    expect(await open(s3).put('anchors/c/1.json', Buffer.from('other'), until)).toBe('exists')
    expect(await versionsOf(s3, 'anchors/c/1.json')).toHaveLength(1)
  })

  it('have one winner where many write one name at once', async (context) => {
    const s3 = have(context)
    const puts = Array.from({ length: 6 }, (_, i) =>
      open(s3).put('anchors/d/1.json', Buffer.from(`writer ${i}`), Date.now() + HOUR_MS),
    )
    const stored = (await Promise.all(puts)).flatMap((one, i) => (one === 'stored' ? [`writer ${i}`] : []))
    expect(stored.length).toBeLessThanOrEqual(1)
    const kept = Buffer.from((await open(s3).get('anchors/d/1.json')) ?? []).toString()
    expect(kept).toMatch(/^writer \d$/)
    if (stored.length === 1) expect(kept).toBe(stored[0])
  })

  it('are written once where the answer to a put was lost: whoever tries again finds what is there', async (context) => {
    const s3 = have(context)
    const proxy = await startFaultProxy(s3.url)
    proxy.meet(({ method }) => (method === 'PUT' ? 'lost answer' : undefined))
    try {
      const log = new AnchorLog(open({ ...s3, url: proxy.url }), 'lost.example.com')
      await log.refresh()
      await expect(log.append([], 1, Date.now() + HOUR_MS)).rejects.toThrow()
      expect(proxy.faults).toBe(1)
      await log.refresh()
      expect(log.newest).toBe(1)
      const name = 'anchors/lost-example-com/00000000000000000001.json'
      expect(await versionsOf(s3, name)).toHaveLength(1)
      expect(await open(s3).put(name, Buffer.from('again'), Date.now() + HOUR_MS)).toBe('exists')
      expect(await versionsOf(s3, name)).toHaveLength(1)
    } finally {
      await proxy.stop()
    }
  })

  it('form one log that a restarted gateway reads from the bucket alone', async (context) => {
    const s3 = have(context)
    const log = new AnchorLog(open(s3), 'audit.example.com')
    await log.refresh()
    for (let i = 0; i < 3; i++) expect(await log.append([], 1, Date.now() + HOUR_MS)).toBe(true)
    const restarted = new AnchorLog(open(s3), 'audit.example.com')
    await restarted.refresh()
    expect(restarted.newest).toBe(3)
    await restarted.append([], 2, Date.now() + HOUR_MS)
    expect(await log.append([], 3, Date.now() + HOUR_MS)).toBe(false)
    expect(log.newest).toBe(4)
  })

  it('outlive a lifecycle rule that expires everything', async (context) => {
    const s3 = have(context)
    const store = open(s3)
    await store.put('anchors/e/1.json', Buffer.from('kept'), Date.now() + HOUR_MS)
    const Rules = [{ ID: 'all', Status: 'Enabled' as const, Filter: { Prefix: '' }, Expiration: { Days: 1 } }]
    await s3.client.send(
      new PutBucketLifecycleConfigurationCommand({ Bucket: LOCKED, LifecycleConfiguration: { Rules } }),
    )
    // The server's day is a second long in tests, so the rule has run when a delete marker stands over the anchor.
    await expect.poll(() => markersOf(s3, 'anchors/e/1.json'), { timeout: 60_000, interval: 500 }).toBe(1)
    expect(Buffer.from((await store.get('anchors/e/1.json')) ?? []).toString()).toBe('kept')
  }, 90_000)
})

async function markersOf(s3: S3Server, key: string): Promise<number> {
  const { DeleteMarkers = [] } = await s3.client.send(new ListObjectVersionsCommand({ Bucket: LOCKED, Prefix: key }))
  return DeleteMarkers.length
}

/** A bucket without Object Lock; to make it twice is to have it. */
async function makePlain(s3: S3Server): Promise<void> {
  await s3.client.send(new CreateBucketCommand({ Bucket: 'locked-plain' }))
}

describe('a bucket that is not fit for anchors', () => {
  it('is refused before anything is written, with a sentence that says what to do', async (context) => {
    const s3 = have(context)
    await makePlain(s3)
    const says = async (bucket: string) => {
      const error = await open(s3, bucket)
        .check()
        .catch((cause: { code?: string; message?: string }) => cause)
      return `${error?.code}: ${error?.message}`
    }
    expect(await says('locked-plain')).toMatch(/^anchor_store_unfit: .*no Object Lock/)
    expect(await says('nowhere')).toMatch(/^anchor_store_unfit: .*does not exist/)
    await expect(open(s3).check()).resolves.toBeUndefined()
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'wrong')
    expect(await says(LOCKED)).toMatch(/^anchor_store_unfit: .*may not look/)
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', s3.credentials.secretAccessKey)
  })

  it('is told from one that is away, which may come back', async (context) => {
    have(context)
    const away = openS3AnchorStore({ bucket: LOCKED, region: 'us-east-1', endpoint: 'http://127.0.0.1:1', prefix: '' })
    await expect(away.check()).rejects.not.toMatchObject({ code: 'anchor_store_unfit' })
  })

  it('does not count an object as anchored that was put without a lock', async (context) => {
    const s3 = have(context)
    await makePlain(s3)
    const put = open(s3, 'locked-plain').put('anchors/1.json', Buffer.from('x'), Date.now() + HOUR_MS)
    await expect(put).rejects.toMatchObject({ code: 'anchor_not_locked' })
  })
})
