import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, type TestContext, vi } from 'vitest'
import { type S3Server, useSharedS3 } from './shared.ts'

/**
 * The server of the run for the tests of a file, with a bucket of the file's own that has Object Lock, and credentials in the
 * environment. Gives what has it, or skips the test with the reason.
 */
export function useS3(bucket: string): (context: TestContext) => S3Server {
  let server: S3Server | null = null
  let missing = ''
  beforeAll(async () => {
    const started = await useSharedS3()
    if ('missing' in started) {
      missing = started.missing
      return
    }
    server = started
    vi.stubEnv('AWS_ACCESS_KEY_ID', server.credentials.accessKeyId)
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', server.credentials.secretAccessKey)
    await server.client.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: true }))
  }, 900_000)
  afterAll(() => {
    vi.unstubAllEnvs()
    server?.client.destroy()
  })
  return (context) => server ?? context.skip(missing)
}
