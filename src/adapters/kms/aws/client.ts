import { createHash } from 'node:crypto'
import { DescribeKeyCommand, type KeyMetadata, KMSClient } from '@aws-sdk/client-kms'
import { KmsKeyUnknown, KmsRefused, KmsUnavailable } from '../../../ports/kms.ts'

export interface AwsKmsAccess {
  region: string
  /** Null: AWS. Otherwise a KMS-compatible endpoint. */
  endpoint: string | null
}

/**
 * Milliseconds that one try may take, and tries of a call: together less than the 5 s that a transaction may idle, because a
 * checkpoint is signed within one.
 */
const CALL_WITHIN_MS = 2_000
const TRIES = 2

/** Names of AWS KMS errors that pass by themselves (API reference, "Common errors" and each operation's own). */
const AWAY = new Set([
  'DependencyTimeoutException',
  'KMSInternalException',
  'KeyUnavailableException',
  'LimitExceededException',
  'RequestTimeout',
  'RequestTimeoutException',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'TimeoutError',
  'TooManyRequestsException',
])

/** A client of AWS KMS. Credentials are found by the AWS SDK. */
export function createAwsKmsClient({ region, endpoint }: AwsKmsAccess): KMSClient {
  return new KMSClient({
    region,
    ...(endpoint !== null && { endpoint }),
    maxAttempts: TRIES,
    requestHandler: {
      connectionTimeout: CALL_WITHIN_MS,
      requestTimeout: CALL_WITHIN_MS,
      throwOnRequestTimeout: true,
    },
  })
}

/** What a key id, ARN or alias names; undefined: there is no such key. */
export async function describeKey(client: KMSClient, keyId: string): Promise<KeyMetadata | undefined> {
  try {
    const { KeyMetadata: found } = await client.send(new DescribeKeyCommand({ KeyId: keyId }))
    if (!found?.Arn) throw new KmsUnavailable()
    return found
  } catch (error) {
    const told = awsKmsError(error)
    if (told instanceof KmsKeyUnknown) return undefined
    throw told
  }
}

/** The alias of a tenant's numbered key of a kind: it tells nothing of either, and two that make the key agree by it. */
export function aliasOf(kind: 'epoch' | 'log', deployment: string, tenantId: string, number: number): string {
  const name = createHash('sha256').update(`${deployment}\n${tenantId}\n${number}`).digest('hex').slice(0, 32)
  return `alias/palimpsest/${kind}-${name}`
}

export function isNamed(error: unknown, name: string): boolean {
  return (error as { name?: unknown } | null)?.name === name
}

/**
 * What an error of the AWS SDK means: a service that is away, a key that does not exist, or a refusal. A key's state
 * (`KMSInvalidStateException`) has to be asked for and is not decided here.
 */
export function awsKmsError(error: unknown): Error {
  if (error instanceof KmsKeyUnknown || error instanceof KmsUnavailable || error instanceof KmsRefused) return error
  const { name, $metadata } = (error ?? {}) as { name?: string; $metadata?: { httpStatusCode?: number } }
  const options = { cause: error }
  const status = $metadata?.httpStatusCode
  if (name === 'NotFoundException') return new KmsKeyUnknown(options)
  if (name === 'DisabledException') return new KmsRefused('disabled', options)
  if (name === 'InvalidCiphertextException' || name === 'IncorrectKeyException') {
    return new KmsRefused('changed', options)
  }
  if (name === 'CredentialsProviderError') return new KmsRefused('denied', options)
  if (name !== undefined && AWAY.has(name)) return new KmsUnavailable(options)
  // Without an answer there is no status: the network, a time-out, a server that is not one.
  if (status === undefined || status >= 500 || status === 429) return new KmsUnavailable(options)
  return status >= 400 ? new KmsRefused('denied', options) : new KmsUnavailable(options)
}

/** For a promise's `catch`. @throws what `awsKmsError` makes of the error */
export function rethrow(error: unknown): never {
  throw awsKmsError(error)
}
