import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, type TestContext, vi } from 'vitest'
import { S3ArchiveStore } from '../../../src/adapters/archive/s3/s3-archive-store.ts'
import { describeArchiveStore } from '../../support/archive/store-contract.ts'
import { type S3Server, startS3 } from '../../support/s3/start.ts'

const BUCKET = 'archive'
const PART_BYTES = 5 * 1024 * 1024
let server: S3Server | null = null
let missing = ''

beforeAll(async () => {
  const started = await startS3()
  if ('missing' in started) {
    missing = started.missing
    return
  }
  server = started
  vi.stubEnv('AWS_ACCESS_KEY_ID', server.credentials.accessKeyId)
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', server.credentials.secretAccessKey)
  await server.client.send(new CreateBucketCommand({ Bucket: BUCKET, ObjectLockEnabledForBucket: true }))
}, 900_000)

afterAll(async () => {
  vi.unstubAllEnvs()
  await server?.stop()
})

function have(context: TestContext): S3Server {
  return server ?? context.skip(missing)
}

function open(s3: S3Server, url = s3.url): S3ArchiveStore {
  return new S3ArchiveStore({ bucket: BUCKET, region: 'us-east-1', endpoint: url, prefix: 'p/', partBytes: PART_BYTES })
}

describeArchiveStore('in S3', (context) => open(have(context)), PART_BYTES * 2 + 1000)
