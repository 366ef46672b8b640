import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { S3Client } from '@aws-sdk/client-s3'
import { inject } from 'vitest'
import { type S3Place, startS3 } from './start.ts'

/** What a test file has of the S3 server of the run. */
export interface S3Server extends S3Place {
  /** A client that a test may do everything with that the credentials allow. */
  client: S3Client
}

const ASK_EVERY_MS = 250

/** In the process of the run: starts the one S3 server when the first test file asks for it, over HTTP. */
export async function offerS3(): Promise<{ url: string; stop(): Promise<void> }> {
  let starting: ReturnType<typeof startS3> | null = null
  let answer: string | null = null
  const server = createServer((_request, response) => {
    starting ??= startS3()
    starting.then(
      (started) => {
        answer = JSON.stringify('missing' in started ? started : { url: started.url, credentials: started.credentials })
      },
      (error) => {
        answer = JSON.stringify({ failed: String(error) })
      },
    )
    response.writeHead(answer === null ? 202 : 200).end(answer ?? '')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.close()
      const started = await starting?.catch(() => null)
      if (started && 'stop' in started) await started.stop()
    },
  }
}

/** In a test file: the server of the run, its buckets shared with the other files, or the reason why there is none. */
export async function useSharedS3(): Promise<S3Server | { missing: string }> {
  for (;;) {
    const response = await fetch(inject('stack').s3Url)
    if (response.status === 200) return connect((await response.json()) as S3Place | { missing: string } | Failed)
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS))
  }
}

interface Failed {
  failed: string
}

function connect(place: S3Place | { missing: string } | Failed): S3Server | { missing: string } {
  if ('failed' in place) throw new Error(place.failed)
  if ('missing' in place) return place
  const client = new S3Client({
    region: 'us-east-1',
    endpoint: place.url,
    forcePathStyle: true,
    credentials: place.credentials,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
  return { ...place, client }
}
