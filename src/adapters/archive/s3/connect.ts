import { S3Client, S3ServiceException } from '@aws-sdk/client-s3'

export interface S3Place {
  bucket: string
  region: string
  /** Null: AWS. Otherwise an S3-compatible server, addressed by path. */
  endpoint: string | null
  /** Before every name, e.g. `production/`. */
  prefix: string
}

export interface S3Limits {
  connectMs: number
  /** Until an answer begins, and between pieces of one. */
  answerMs: number
  /** Until a piece of an upload has arrived and is answered. */
  uploadMs: number
}

export const S3_LIMITS: S3Limits = { connectMs: 5_000, answerMs: 30_000, uploadMs: 120_000 }
const READ_ATTEMPTS = 4

export interface S3Clients {
  /** Tries again what may be done twice. */
  client: S3Client
  /** In one try, where whoever tries again looks first: a put whose answer was lost may have been carried out. */
  writer: S3Client
  close(): void
}

/** Clients for a bucket. Credentials are found by the AWS SDK. */
export function connectS3(place: Pick<S3Place, 'region' | 'endpoint'>, limits: S3Limits = S3_LIMITS): S3Clients {
  const settings = {
    region: place.region,
    ...(place.endpoint !== null && { endpoint: place.endpoint, forcePathStyle: true }),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: limits.connectMs,
      requestTimeout: limits.answerMs,
      throwOnRequestTimeout: true,
    },
  } as const
  const client = new S3Client({ ...settings, maxAttempts: READ_ATTEMPTS })
  const writer = new S3Client({ ...settings, maxAttempts: 1 })
  return {
    client,
    writer,
    close() {
      client.destroy()
      writer.destroy()
    },
  }
}

/** The HTTP status of what a store answered; null: it did not answer. */
export function statusOf(error: unknown): number | null {
  return error instanceof S3ServiceException ? (error.$metadata.httpStatusCode ?? null) : null
}
