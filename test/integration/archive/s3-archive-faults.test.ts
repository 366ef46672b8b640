import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { ListMultipartUploadsCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3'
import { describe, expect, it, type TestContext } from 'vitest'
import { S3ArchiveStore } from '../../../src/adapters/archive/s3/s3-archive-store.ts'
import type { ArchiveFile } from '../../../src/ports/archive-store.ts'
import { all, ownFolder, workFolder } from '../../support/archive/store-contract.ts'
import { type Asked, type Fault, type FaultProxy, startFaultProxy } from '../../support/s3/fault-proxy.ts'
import type { S3Server } from '../../support/s3/shared.ts'
import { useS3 } from '../../support/s3/use.ts'

const BUCKET = 'faults'
const PART_BYTES = 5 * 1024 * 1024
const FREE = { lockUntil: null }
const SLOW_DOWN: Fault = { status: 503, code: 'SlowDown' }
const have = useS3(BUCKET)
const work = workFolder()

function open(endpoint: string): S3ArchiveStore {
  return new S3ArchiveStore({
    bucket: BUCKET,
    region: 'us-east-1',
    endpoint,
    prefix: '',
    partBytes: PART_BYTES,
    limits: { connectMs: 1_000, answerMs: 1_500, uploadMs: 1_500 },
  })
}

const isPut = ({ method, url }: Asked) => method === 'PUT' && !/[?&](retention|tagging|legal-hold)/.test(url)
const isPart = ({ method, url }: Asked) => method === 'PUT' && url.includes('partNumber=2')
const isComplete = ({ method, url }: Asked) => method === 'POST' && url.includes('uploadId=')
const isGet = ({ method, url }: Asked) => method === 'GET' && url.includes('versionId=') && !url.includes('tagging')
const isHead = ({ method }: Asked) => method === 'HEAD'
const isAsked = (method: string, word: string) => (asked: Asked) => asked.method === method && asked.url.includes(word)

/** A fault for the first `times` requests that are meant. */
function first(times: number, meant: (asked: Asked) => boolean, fault: Fault): (asked: Asked) => Fault | undefined {
  let left = times
  return (asked) => (meant(asked) && left-- > 0 ? fault : undefined)
}

async function through(context: TestContext, run: (s3: S3Server, proxy: FaultProxy) => Promise<void>): Promise<void> {
  const s3 = have(context)
  const proxy = await startFaultProxy(s3.url)
  try {
    await run(s3, proxy)
  } finally {
    await proxy.stop()
  }
}

async function standing(s3: S3Server, object: string) {
  const place = { Bucket: BUCKET, Prefix: object }
  const { Versions = [] } = await s3.client.send(new ListObjectVersionsCommand(place))
  const { Uploads = [] } = await s3.client.send(new ListMultipartUploadsCommand(place))
  return { versions: Versions.length, uploads: Uploads.length }
}

/** What stands in the bucket has the bytes of the file. */
async function holds(s3: S3Server, object: string, file: ArchiveFile): Promise<void> {
  const path = work.fresh()
  await open(s3.url).fetch(object, path, file.sha256)
  expect(readFileSync(path).equals(readFileSync(file.path))).toBe(true)
}

const SMALL = 1000
const LARGE = PART_BYTES * 2 + 1000
const name = () => `${ownFolder()}/0001.parquet`

describe('a put into S3', () => {
  const passing: [string, number, (asked: Asked) => boolean, Fault][] = [
    ['is answered 503', SMALL, isPut, SLOW_DOWN],
    ['is never answered', SMALL, isPut, 'silence'],
    ['loses its answer', SMALL, isPut, 'lost answer'],
    ['is torn in the middle', SMALL, isPut, 'torn request'],
    ['is answered that another one is under way', SMALL, isPut, { status: 409, code: 'ConditionalRequestConflict' }],
    ['has its look torn', SMALL, isAsked('GET', 'versions'), 'torn answer'],
    ['has its read-back answered 503', SMALL, isHead, SLOW_DOWN],
    ['has a part answered 503', LARGE, isPart, SLOW_DOWN],
    ['has a part torn', LARGE, isPart, 'torn request'],
    ['has a part never answered', LARGE, isPart, 'silence'],
    ['loses the answer to its beginning', LARGE, isAsked('POST', 'uploads'), 'lost answer'],
    ['has its end answered 503', LARGE, isComplete, SLOW_DOWN],
    ['loses the answer to its end', LARGE, isComplete, 'lost answer'],
  ]

  it.for(passing)('that %s is made once, as soon as the store is well', async ([, length, meant, fault], context) => {
    await through(context, async (s3, proxy) => {
      const object = name()
      const file = work.file(randomBytes(length))
      proxy.meet(first(1, meant, fault))
      expect(['stored', 'exists']).toContain(await open(proxy.url).put(object, file, FREE))
      expect(proxy.faults).toBe(1)
      expect(await standing(s3, object)).toMatchObject({ versions: 1 })
      await holds(s3, object, file)
    })
  })

  it('that arrived although its answer was lost is found and not made again', async (context) => {
    await through(context, async (s3, proxy) => {
      for (const [length, meant] of [
        [SMALL, isPut],
        [LARGE, isComplete],
      ] as const) {
        const object = name()
        const file = work.file(randomBytes(length))
        proxy.asked.length = 0
        proxy.meet(first(1, meant, 'lost answer'))
        expect(await open(proxy.url).put(object, file, FREE)).toBe('exists')
        expect(proxy.asked.filter(meant)).toHaveLength(1)
        expect(await standing(s3, object)).toEqual({ versions: 1, uploads: 0 })
      }
    })
  })

  it.for([
    ['503', SMALL, SLOW_DOWN],
    ['torn', SMALL, 'torn request'],
    ['parts 503', LARGE, SLOW_DOWN],
    ['parts torn', LARGE, 'torn request'],
  ] satisfies [string, number, Fault][])(
    'into a store that is not well (%s) ends, leaves nothing, and is made when it is',
    { timeout: 120_000 },
    async ([, length, fault], context) => {
      await through(context, async (s3, proxy) => {
        const object = name()
        const file = work.file(randomBytes(length))
        proxy.meet((asked) => ((length === SMALL ? isPut(asked) : isPart(asked)) ? fault : undefined))
        await expect(open(proxy.url).put(object, file, FREE)).rejects.toMatchObject({ code: 'archive_store_away' })
        expect(await standing(s3, object)).toEqual({ versions: 0, uploads: 0 })
        expect(await open(s3.url).stat(object)).toBeUndefined()
        expect(await all(open(s3.url).list(object))).toEqual([])
        proxy.meet(() => undefined)
        expect(await open(proxy.url).put(object, file, FREE)).toBe('stored')
        await holds(s3, object, file)
      })
    },
  )

  it('whose upload cannot be taken back leaves no object, and goes with the name', async (context) => {
    await through(context, async (s3, proxy) => {
      const object = name()
      const file = work.file(randomBytes(LARGE))
      const isAbort = isAsked('DELETE', 'uploadId=')
      proxy.meet((asked) => (isPart(asked) || isAbort(asked) ? { status: 403, code: 'AccessDenied' } : undefined))
      await expect(open(proxy.url).put(object, file, FREE)).rejects.toMatchObject({ code: 'archive_store_refused' })
      expect(await standing(s3, object)).toEqual({ versions: 0, uploads: 1 })
      expect(await open(s3.url).remove(object)).toBe('absent')
      expect(await standing(s3, object)).toEqual({ versions: 0, uploads: 0 })
    })
  })

  it('that the store refuses says what to do: no permission, no room', async (context) => {
    await through(context, async (s3, proxy) => {
      for (const [fault, code] of [
        [{ status: 403, code: 'AccessDenied' }, 'archive_store_refused'],
        [{ status: 403, code: 'QuotaExceeded' }, 'archive_store_full'],
        [{ status: 507, code: 'InsufficientStorage' }, 'archive_store_full'],
      ] as const) {
        const object = name()
        proxy.asked.length = 0
        proxy.meet((asked) => (isPut(asked) ? fault : undefined))
        await expect(open(proxy.url).put(object, work.file('x'), FREE)).rejects.toMatchObject({ code })
        expect(proxy.asked.filter(isPut)).toHaveLength(1)
        expect(await standing(s3, object)).toEqual({ versions: 0, uploads: 0 })
      }
    })
  })

  it('is refused where the lock is not there on reading back, until it is', async (context) => {
    await through(context, async (s3, proxy) => {
      const object = name()
      const file = work.file('{}')
      const lockUntil = Date.now() + 3_600_000
      proxy.meet((asked) => (isHead(asked) ? { without: 'x-amz-object-lock' } : undefined))
      const put = () => open(proxy.url).put(object, file, { lockUntil })
      await expect(put()).rejects.toMatchObject({ code: 'archive_not_locked' })
      await expect(put()).rejects.toMatchObject({ code: 'archive_not_locked' })
      proxy.meet((asked) => {
        if (isHead(asked)) return { without: 'x-amz-object-lock' }
        return isAsked('PUT', 'retention')(asked) ? { status: 403, code: 'AccessDenied' } : undefined
      })
      await expect(put()).rejects.toMatchObject({ code: 'archive_not_locked' })
      proxy.meet(() => undefined)
      expect(await put()).toBe('exists')
      expect((await open(s3.url).stat(object))?.lockedUntil ?? 0).toBeGreaterThan(lockUntil - 1001)
      expect(await standing(s3, object)).toMatchObject({ versions: 1 })
    })
  })

  it('is refused where the store describes other bytes than those that were put', async (context) => {
    await through(context, async (_, proxy) => {
      proxy.meet((asked) => (isHead(asked) ? { without: 'x-amz-meta-' } : undefined))
      const put = open(proxy.url).put(name(), work.file('x'), FREE)
      await expect(put).rejects.toMatchObject({ code: 'archive_conflict' })
    })
  })
})

describe('a fetch from S3', () => {
  it.for([
    ['is answered 503', SLOW_DOWN],
    ['is never answered', 'silence'],
    ['is torn in the middle', 'torn answer'],
  ] satisfies [string, Fault][])(
    'that %s comes as soon as the store is well, and until then there is no file',
    { timeout: 120_000 },
    async ([, fault], context) => {
      await through(context, async (s3, proxy) => {
        const object = name()
        const file = work.file(randomBytes(200_000))
        await open(s3.url).put(object, file, FREE)
        const path = work.fresh()
        proxy.meet((asked) => (isGet(asked) ? fault : undefined))
        await expect(open(proxy.url).fetch(object, path, file.sha256)).rejects.toMatchObject({
          code: 'archive_store_away',
        })
        expect(existsSync(path)).toBe(false)
        expect(readdirSync(work.path()).filter((one) => one.endsWith('.part'))).toEqual([])
        proxy.meet(first(1, isGet, fault))
        await open(proxy.url).fetch(object, path, file.sha256)
        expect(readFileSync(path).equals(readFileSync(file.path))).toBe(true)
      })
    },
  )

  it("never gives another object's bytes", async (context) => {
    await through(context, async (s3, proxy) => {
      const object = name()
      const file = work.file(randomBytes(200_000))
      await open(s3.url).put(object, file, FREE)
      proxy.meet((asked) => (isGet(asked) ? 'other bytes' : undefined))
      const path = work.fresh()
      const fetched = open(proxy.url).fetch(object, path, file.sha256)
      await expect(fetched).rejects.toMatchObject({ code: 'archive_object_changed' })
      expect(existsSync(path)).toBe(false)
    })
  })

  it('from a class that has to be restored asks for that once, says so, and comes when it is there', async (context) => {
    await through(context, async (s3, proxy) => {
      const object = name()
      const file = work.file('cold')
      await open(s3.url).put(object, file, FREE)
      const store = open(proxy.url)
      const cold: Fault = { status: 403, code: 'InvalidObjectState' }
      const isRestore = isAsked('POST', 'restore')
      const restore: Fault[] = [
        { status: 202, code: '' },
        { status: 409, code: 'RestoreAlreadyInProgress' },
      ]
      proxy.meet((asked) => (isGet(asked) ? cold : isRestore(asked) ? restore.shift() : undefined))
      for (const _ of [1, 2]) {
        const fetched = store.fetch(object, work.fresh(), file.sha256)
        await expect(fetched).rejects.toMatchObject({ code: 'archive_restore_pending' })
      }
      expect(proxy.asked.filter(isRestore)).toHaveLength(2)
      proxy.meet(() => undefined)
      await store.fetch(object, work.fresh(), file.sha256)
    })
  })

  it('is told before whether it will come now, has to be asked for, or was', async (context) => {
    await through(context, async (s3, proxy) => {
      const object = name()
      await open(s3.url).put(object, work.file('cold'), FREE)
      const says = async (head: Record<string, string>, get?: Fault) => {
        proxy.meet((asked) => (isHead(asked) ? { with: head } : isGet(asked) ? get : undefined))
        const { readable, storageClass } = (await open(proxy.url).stat(object)) ?? {}
        return `${storageClass}: ${readable}`
      }
      const cold: Fault = { status: 403, code: 'InvalidObjectState' }
      const glacier = { 'x-amz-storage-class': 'GLACIER' }
      expect(await says({})).toBe('STANDARD: now')
      expect(await says({ 'x-amz-storage-class': 'GLACIER_IR' }, cold)).toBe('GLACIER_IR: now')
      expect(await says(glacier, cold)).toBe('GLACIER: cold')
      expect(await says(glacier)).toBe('GLACIER: now')
      expect(await says({ ...glacier, 'x-amz-restore': 'ongoing-request="true"' }, cold)).toBe('GLACIER: restoring')
      const until = 'ongoing-request="false", expiry-date="Fri, 21 Dec 2035 00:00:00 GMT"'
      expect(await says({ ...glacier, 'x-amz-restore': until })).toBe('GLACIER: now')
    })
  })
})

describe('a removal from S3', () => {
  it('that meets 503s, lost answers or a kill between versions goes on where it was', async (context) => {
    await through(context, async (s3, proxy) => {
      const object = name()
      const file = work.file('first')
      await open(s3.url).put(object, file, FREE)
      proxy.meet(first(2, isAsked('DELETE', object), 'lost answer'))
      expect(await open(proxy.url).remove(object)).toBe('removed')
      expect(await standing(s3, object)).toEqual({ versions: 0, uploads: 0 })
      expect(await open(proxy.url).remove(object)).toBe('absent')
    })
  })

  it('that the store refuses although nothing locks the object says so, and is not taken for a lock', async (context) => {
    await through(context, async (s3, proxy) => {
      const object = name()
      await open(s3.url).put(object, work.file('x'), FREE)
      proxy.meet((asked) => (asked.method === 'DELETE' ? { status: 403, code: 'AccessDenied' } : undefined))
      await expect(open(proxy.url).remove(object)).rejects.toMatchObject({ code: 'archive_store_refused' })
      expect(await standing(s3, object)).toMatchObject({ versions: 1 })
    })
  })

  it('finds a hold that came between its look and its step', async (context) => {
    await through(context, async (s3, proxy) => {
      const object = name()
      await open(s3.url).put(object, work.file('x'), FREE)
      await open(s3.url).hold(object, true)
      proxy.meet(first(1, isHead, { without: 'x-amz-object-lock' }))
      expect(await open(proxy.url).remove(object)).toBe('locked')
      expect(proxy.asked.some(({ method }) => method === 'DELETE')).toBe(true)
      expect(await standing(s3, object)).toMatchObject({ versions: 1 })
    })
  })
})

describe('a hold in S3', () => {
  it('that the store does not keep is an error', async (context) => {
    await through(context, async (s3, proxy) => {
      const object = name()
      await open(s3.url).put(object, work.file('x'), FREE)
      proxy.meet((asked) => (isHead(asked) ? { without: 'x-amz-object-lock' } : undefined))
      await expect(open(proxy.url).hold(object, true)).rejects.toMatchObject({ code: 'archive_not_locked' })
      proxy.meet(() => undefined)
      await open(proxy.url).hold(object, false)
    })
  })
})
