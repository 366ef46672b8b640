import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketLifecycleCommand,
  DeleteObjectCommand,
  GetBucketLifecycleConfigurationCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
} from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { S3ArchiveStore } from '../../../src/adapters/archive/s3/s3-archive-store.ts'
import { abortUploads } from '../../../src/adapters/archive/s3/uploads-left.ts'
import { openArchiveStores } from '../../../src/compose/archive-store.ts'
import { readEnvironment } from '../../../src/config/env.ts'
import { homeLayout } from '../../../src/config/home.ts'
import { serviceExaminations } from '../../../src/doctor/services.ts'
import type { LifecycleRule } from '../../../src/domain/retention/lifecycle.ts'
import { all, describeArchiveStore, ownFolder, workFolder } from '../../support/archive/store-contract.ts'
import type { S3Server } from '../../support/s3/shared.ts'
import { useS3 } from '../../support/s3/use.ts'

const BUCKET = 'archive'
const PART_BYTES = 5 * 1024 * 1024
const have = useS3(BUCKET)

function open(s3: S3Server): S3ArchiveStore {
  return new S3ArchiveStore({
    bucket: BUCKET,
    region: 'us-east-1',
    endpoint: s3.url,
    prefix: 'p/',
    partBytes: PART_BYTES,
  })
}

describeArchiveStore('in S3', (context) => open(have(context)), PART_BYTES * 2 + 1000)

const work = workFolder()
const FREE = { lockUntil: null }
const name = () => `${ownFolder()}/0001.parquet`

async function versionsOf(s3: S3Server, key: string) {
  const { Versions = [], DeleteMarkers = [] } = await s3.client.send(
    new ListObjectVersionsCommand({ Bucket: BUCKET, Prefix: `p/${key}` }),
  )
  const own = ({ Key }: { Key?: string | undefined }) => Key === `p/${key}`
  return { versions: Versions.filter(own).length, markers: DeleteMarkers.filter(own).length }
}

async function read(store: S3ArchiveStore, object: string, sha256: Uint8Array): Promise<Buffer> {
  const path = work.fresh()
  await store.fetch(object, path, sha256)
  return readFileSync(path)
}

describe('an object in S3', () => {
  it('is the one that was put first, whatever stands over it, and goes with all of that', async (context) => {
    const s3 = have(context)
    const store = open(s3)
    const object = name()
    const file = work.file('first')
    await store.put(object, file, FREE)
    const place = { Bucket: BUCKET, Key: `p/${object}` }
    await s3.client.send(new PutObjectCommand({ ...place, Body: 'forged' }))
    await s3.client.send(new DeleteObjectCommand(place))
    expect((await read(store, object, file.sha256)).toString()).toBe('first')
    expect(await store.stat(object)).toMatchObject({ bytes: 5, sha256: file.sha256 })
    expect(await all(store.list(object))).toEqual([object])
    expect(await store.put(object, file, FREE)).toBe('exists')
    await expect(store.put(object, work.file('second'), FREE)).rejects.toMatchObject({ code: 'archive_conflict' })
    expect(await versionsOf(s3, object)).toEqual({ versions: 2, markers: 1 })
    expect(await store.remove(object)).toBe('removed')
    expect(await versionsOf(s3, object)).toEqual({ versions: 0, markers: 0 })
  })

  it('is not put where somebody else put another one of that name, which stays as it is', async (context) => {
    const s3 = have(context)
    const store = open(s3)
    const object = name()
    const place = { Bucket: BUCKET, Key: `p/${object}` }
    const theirs = createHash('sha256').update('theirs').digest()
    await s3.client.send(new PutObjectCommand({ ...place, Body: 'theirs' }))
    await expect(store.put(object, work.file('theirs'), FREE)).rejects.toMatchObject({ code: 'archive_conflict' })
    await expect(store.put(object, work.file('ours'), FREE)).rejects.toMatchObject({ code: 'archive_conflict' })
    expect((await read(store, object, theirs)).toString()).toBe('theirs')
    expect(await versionsOf(s3, object)).toEqual({ versions: 1, markers: 0 })
  })

  it('that is locked goes for nobody, by the same credentials, bypassing governance', async (context) => {
    const s3 = have(context)
    const store = open(s3)
    for (const length of [2, PART_BYTES + 1]) {
      const object = name()
      await store.put(object, work.file(randomBytes(length)), { lockUntil: Date.now() + 3_600_000 })
      const place = { Bucket: BUCKET, Key: `p/${object}` }
      const { Versions: [version] = [] } = await s3.client.send(
        new ListObjectVersionsCommand({ Bucket: BUCKET, Prefix: place.Key }),
      )
      const removal = new DeleteObjectCommand({
        ...place,
        VersionId: version?.VersionId,
        BypassGovernanceRetention: true,
      })
      await expect(s3.client.send(removal)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } })
      expect(await store.remove(object)).toBe('locked')
    }
  })

  it('leaves no version where many wrote it at once: the losers took theirs back', async (context) => {
    const s3 = have(context)
    const object = name()
    const puts = Array.from({ length: 6 }, (_, i) => open(s3).put(object, work.file(`writer ${i}`), FREE))
    await Promise.allSettled(puts)
    expect(await versionsOf(s3, object)).toEqual({ versions: 1, markers: 0 })
  })

  it('is among all names, also where there are more than a server tells at once', async (context) => {
    const s3 = have(context)
    const folder = ownFolder()
    const names = Array.from({ length: 1050 }, (_, i) => `${folder}/${String(i).padStart(5, '0')}`)
    for (let i = 0; i < names.length; i += 50) {
      const puts = names
        .slice(i, i + 50)
        .map((one) => new PutObjectCommand({ Bucket: BUCKET, Key: `p/${one}`, Body: 'x' }))
      await Promise.all(puts.map((put) => s3.client.send(put)))
    }
    expect(await all(open(s3).list(folder))).toEqual(names)
  }, 60_000)

  it('takes what its uploads left with it; others of that bucket go on', async (context) => {
    const s3 = have(context)
    const store = open(s3)
    const object = name()
    for (const Key of [`p/${object}`, `p/${object}.other`])
      await s3.client.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key }))
    const left = async () => {
      const { Uploads = [] } = await s3.client.send(
        new ListMultipartUploadsCommand({ Bucket: BUCKET, Prefix: `p/${object}` }),
      )
      return Uploads.map(({ Key }) => Key)
    }
    await store.check()
    expect(await left()).toHaveLength(2)
    expect(await store.remove(object)).toBe('absent')
    expect(await left()).toEqual([`p/${object}.other`])
    expect(await abortUploads(s3.client, BUCKET, `p/${object}`, (_, begunAt) => begunAt < Date.now())).toBe(1)
    expect(await left()).toEqual([])
  })
})

describe('an archive that the gateway opens over a bucket', () => {
  it('has a copy of what is read, which goes with its object and stays where that is locked', async (context) => {
    const s3 = have(context)
    const env = readEnvironment({ S3_BUCKET: BUCKET, S3_ENDPOINT: s3.url })
    const cacheFolder = join(work.path(), 'cache')
    const settings = { env, cacheFolder, kmsFolder: join(work.path(), 'keys') }
    const { archiveStore, archiveObjects, closeArchive } = await openArchiveStores(settings)
    try {
      const object = name()
      const file = work.file('bytes')
      await archiveStore.put(object, file, FREE)
      const path = await archiveObjects.local(object, file.sha256)
      expect(path.startsWith(join(cacheFolder, 'archive'))).toBe(true)
      expect(readFileSync(path, 'utf8')).toBe('bytes')
      await archiveStore.hold(object, true)
      expect(await archiveStore.remove(object)).toBe('locked')
      expect(existsSync(path)).toBe(true)
      await archiveStore.hold(object, false)
      expect(await archiveStore.remove(object)).toBe('removed')
      expect(existsSync(path)).toBe(false)
      await expect(archiveObjects.local(object, file.sha256)).rejects.toMatchObject({ code: 'archive_object_missing' })
    } finally {
      closeArchive()
    }
  })
})

describe('a bucket', () => {
  const check = (s3: S3Server, bucket: string) =>
    new S3ArchiveStore({ bucket, region: 'us-east-1', endpoint: s3.url, prefix: '' })
      .check()
      .then(() => 'fit')
      .catch(({ code, message }: { code: string; message: string }) => `${code}: ${message}`)

  it('is fit for archives with versions and Object Lock, unless it locks all by default', async (context) => {
    const s3 = have(context)
    await s3.client.send(new CreateBucketCommand({ Bucket: 'archive-plain' }))
    await s3.client.send(new CreateBucketCommand({ Bucket: 'locks-all', ObjectLockEnabledForBucket: true }))
    const Rule = { DefaultRetention: { Mode: 'GOVERNANCE' as const, Days: 1 } }
    const locksAll = { ObjectLockEnabled: 'Enabled' as const, Rule }
    await s3.client.send(
      new PutObjectLockConfigurationCommand({ Bucket: 'locks-all', ObjectLockConfiguration: locksAll }),
    )
    expect(await check(s3, BUCKET)).toBe('fit')
    expect(await check(s3, 'archive-plain')).toMatch(/^archive_store_unfit: .*no Object Lock/)
    expect(await check(s3, 'locks-all')).toMatch(/^archive_store_unfit: .*locks every object by default/)
    expect(await check(s3, 'nowhere')).toMatch(/^archive_store_unfit: .*does not exist/)
    expect(await check({ ...s3, url: 'http://127.0.0.1:1' }, BUCKET)).toMatch(/^archive_store_away: /)
  })

  it('is looked at by the doctor, who changes nothing', async (context) => {
    const s3 = have(context)
    const says = async (bucket: string) => {
      const env = { S3_ENDPOINT: s3.url, S3_BUCKET: bucket }
      const examination = serviceExaminations.find((one) => one.name === 'S3_BUCKET')
      const examined = { env, home: homeLayout({}, work.path()), projectRoot: work.path() }
      return examination?.run(examined).catch((error: { code: string }) => error.code)
    }
    expect(await says(BUCKET)).toMatchObject({ ok: true })
    expect(await says('locks-all')).toBe('archive_store_unfit')
  })
})

describe('lifecycle rules in S3', () => {
  const rule: LifecycleRule = {
    id: 'life',
    prefix: 'life/',
    toColder: null,
    removeAfterDays: 3,
    removeOldVersionsAfterDays: 2,
  }
  // The server's day is a second long in tests.
  const soon = { timeout: 60_000, interval: 500 }

  it('really move objects to the colder class, where they are read as before', async (context) => {
    const s3 = have(context)
    const store = open(s3)
    const bytes = randomBytes(PART_BYTES + 10)
    const file = work.file(bytes)
    const object = `cold/${randomUUID()}`
    await store.put(object, file, FREE)
    expect((await store.stat(object))?.storageClass).toBe('STANDARD')
    const toColder = { afterDays: 1, storageClass: 'GLACIER_IR' }
    const rules = [{ id: 'cold', prefix: 'cold/', toColder, removeAfterDays: null, removeOldVersionsAfterDays: 2 }]
    expect(await store.applyLifecycle(rules)).toEqual([])
    await expect.poll(async () => (await store.stat(object))?.storageClass, soon).toBe('GLACIER_IR')
    expect(await store.stat(object)).toMatchObject({ readable: 'now', sha256: file.sha256, bytes: bytes.length })
    expect((await read(store, object, file.sha256)).equals(bytes)).toBe(true)
    await store.applyLifecycle([])
  }, 90_000)

  it('really expire current and old versions, and neither what is on hold nor what others keep', async (context) => {
    const s3 = have(context)
    const store = open(s3)
    const objects = ['life/due', 'life/held', 'life/replaced', 'life/held-replaced', 'elsewhere/kept']
    const files = new Map(objects.map((object) => [object, work.file(object)]))
    for (const [object, file] of files) await store.put(object, file, FREE)
    for (const object of ['life/held', 'life/held-replaced']) await store.hold(object, true)
    for (const object of ['life/replaced', 'life/held-replaced'])
      await s3.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: `p/${object}`, Body: 'over it' }))
    expect(await store.applyLifecycle([rule])).toEqual([])
    await expect.poll(async () => (await versionsOf(s3, 'life/due')).versions, soon).toBe(0)
    await expect.poll(async () => (await versionsOf(s3, 'life/replaced')).versions, soon).toBe(1)
    // Several of the server's days on: what was to go is gone.
    expect(await versionsOf(s3, 'life/held')).toEqual({ versions: 1, markers: 0 })
    expect(await versionsOf(s3, 'life/held-replaced')).toEqual({ versions: 2, markers: 0 })
    for (const object of ['life/held', 'life/held-replaced', 'elsewhere/kept'])
      expect((await read(store, object, files.get(object)?.sha256 ?? Buffer.alloc(0))).toString()).toBe(object)
    // A hold that is over lets the rule go on.
    await store.hold('life/held', false)
    await expect.poll(async () => (await versionsOf(s3, 'life/held')).versions, soon).toBe(0)
    expect(await store.compareLifecycle([rule])).toEqual([])
    await store.applyLifecycle([])
  }, 180_000)

  it('of others stay, and those that would take archives away are named', async (context) => {
    const s3 = have(context)
    const store = open(s3)
    const other = (ID: string, Prefix: string) => ({
      ID,
      Status: 'Enabled' as const,
      Filter: { Prefix },
      Expiration: { Days: 5000 },
    })
    const put = (...Rules: ReturnType<typeof other>[]) =>
      s3.client.send(new PutBucketLifecycleConfigurationCommand({ Bucket: BUCKET, LifecycleConfiguration: { Rules } }))
    await put(other('theirs', 'logs/'))
    expect(await store.applyLifecycle([rule])).toEqual([])
    const found = async () => {
      const answer = await s3.client.send(new GetBucketLifecycleConfigurationCommand({ Bucket: BUCKET }))
      return (answer.Rules ?? []).map(({ ID }) => ID).sort()
    }
    const own = ['palimpsest@p/-life-expiry', 'palimpsest@p/-life-place']
    expect(await found()).toEqual([...own, 'theirs'])
    // Another deployment in the same bucket has its own.
    const neighbour = new S3ArchiveStore({ bucket: BUCKET, region: 'us-east-1', endpoint: s3.url, prefix: '' })
    expect(await neighbour.applyLifecycle([rule])).toEqual([])
    expect(await found()).toEqual(['palimpsest-life-expiry', 'palimpsest-life-place', ...own, 'theirs'])
    expect(await store.compareLifecycle([rule])).toEqual([])
    await neighbour.applyLifecycle([])
    neighbour.close()
    expect(await found()).toEqual([...own, 'theirs'])
    await store.applyLifecycle([])
    expect(await found()).toEqual(['theirs'])
    await put(other('all', 'p/'))
    expect(await store.applyLifecycle([rule])).toEqual([
      "The rule all, which is not the archive's, removes objects of the archive.",
    ])
    await store.applyLifecycle([])
    await s3.client.send(new DeleteBucketLifecycleCommand({ Bucket: BUCKET }))
  })
})
