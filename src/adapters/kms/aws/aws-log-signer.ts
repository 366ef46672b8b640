import {
  CreateAliasCommand,
  CreateKeyCommand,
  DisableKeyCommand,
  GetPublicKeyCommand,
  type KeyMetadata,
  type KMSClient,
  ListResourceTagsCommand,
  ScheduleKeyDeletionCommand,
  SignCommand,
  TagResourceCommand,
} from '@aws-sdk/client-kms'
import { equalBytes, HASH_BYTES } from '../../../domain/ledger/bytes.ts'
import { KmsKeyUnknown, KmsRefused, KmsUnavailable } from '../../../ports/kms.ts'
import { type LogSigner, type SigningKey, SigningKeyRetired, SigningKeyUnknown } from '../../../ports/log-signer.ts'
import { type AwsKmsAccess, aliasOf, awsKmsError, createAwsKmsClient, describeKey, isNamed, rethrow } from './client.ts'

export interface AwsLogSignerOptions extends AwsKmsAccess {
  /** Tells apart deployments that share an account; part of every alias. */
  deployment: string
}

/** The tag that keeps a key's public half where a disabled key gives it no more. */
const PUBLIC_KEY_TAG = 'palimpsest:public-key'
/** Days that AWS keeps a key that was made for nothing; the fewest it takes. */
const PENDING_DAYS = 7

/**
 * Signing keys in AWS KMS: for each version of a tenant's a key of its own, `ECC_NIST_EDWARDS25519`, found by an alias that
 * tenant and number give. The alias is made last, so what it names is whole. `ED25519_SHA_512` over `RAW` messages of at
 * most 4096 bytes is the Ed25519 of RFC 8032. A version is retired by disabling its key; whoever may enable it again can
 * sign with it again.
 */
export function openAwsLogSigner(options: AwsLogSignerOptions): LogSigner & { close(): void } {
  const client = createAwsKmsClient(options)
  /** ARNs by alias: AWS tells everybody of a new alias only after a while. */
  const known = new Map<string, string>()

  const nameOf = (tenantId: string, number: number) => aliasOf('log', options.deployment, tenantId, number)

  async function version(alias: string): Promise<SigningKey | undefined> {
    const found = (await describeKey(client, alias)) ?? (await byArn(client, known.get(alias)))
    if (found?.Arn === undefined) return undefined
    const arn = found.Arn
    known.set(alias, arn)
    if (found.KeyState === 'Enabled') {
      return {
        publicKey: await readPublicKey(client, arn),
        retired: false,
        sign: (message) => sign(client, arn, message),
      }
    }
    const publicKey = await taggedPublicKey(client, arn)
    return { publicKey, retired: true, sign: () => Promise.reject(new SigningKeyRetired()) }
  }

  async function make(tenantId: string, number: number): Promise<SigningKey> {
    const alias = nameOf(tenantId, number)
    const arn = await makeKey(client, `Palimpsest ${options.deployment}: log of ${tenantId}, key ${number}`)
    if (await claimAlias(client, alias, arn)) known.set(alias, arn)
    const made = await version(alias)
    if (made === undefined) throw new KmsUnavailable()
    return made
  }

  async function all(tenantId: string): Promise<SigningKey[]> {
    const versions: SigningKey[] = []
    for (;;) {
      const next = await version(nameOf(tenantId, versions.length + 1))
      if (next === undefined) return versions
      versions.push(next)
    }
  }

  function indexOf(versions: readonly SigningKey[], publicKey: Uint8Array): number {
    const index = versions.findIndex((one) => equalBytes(one.publicKey, publicKey))
    if (index < 0) throw new SigningKeyUnknown()
    return index
  }

  return {
    async keys(tenantId) {
      const versions = await all(tenantId)
      return versions.length > 0 ? versions : [await make(tenantId, 1)]
    },
    async next(tenantId, after) {
      const versions = await all(tenantId)
      const index = indexOf(versions, after) + 1
      return versions[index] ?? make(tenantId, index + 1)
    },
    async retire(tenantId, publicKey) {
      const index = indexOf(await all(tenantId), publicKey)
      const arn = known.get(nameOf(tenantId, index + 1)) as string
      await client.send(new DisableKeyCommand({ KeyId: arn })).catch(rethrow)
    },
    /** That the key does not exist is an answer as good as any: it was given to somebody who may ask. */
    async check() {
      await describeKey(client, nameOf('', 0))
    },
    close: () => client.destroy(),
  }
}

async function byArn(client: KMSClient, arn: string | undefined): Promise<KeyMetadata | undefined> {
  return arn === undefined ? undefined : describeKey(client, arn)
}

async function sign(client: KMSClient, arn: string, message: Uint8Array): Promise<Uint8Array> {
  const command = new SignCommand({
    KeyId: arn,
    Message: message,
    MessageType: 'RAW',
    SigningAlgorithm: 'ED25519_SHA_512',
  })
  try {
    const { Signature: signature } = await client.send(command)
    if (signature === undefined) throw new KmsUnavailable()
    return signature
  } catch (error) {
    const off = isNamed(error, 'DisabledException') || isNamed(error, 'KMSInvalidStateException')
    // A key whose state does not allow the call is disabled or about to be deleted.
    if (off && (await describeKey(client, arn))?.KeyState !== 'Enabled') throw new SigningKeyRetired({ cause: error })
    throw awsKmsError(error)
  }
}

async function makeKey(client: KMSClient, description: string): Promise<string> {
  const { KeyMetadata: made } = await client
    .send(new CreateKeyCommand({ Description: description, KeySpec: 'ECC_NIST_EDWARDS25519', KeyUsage: 'SIGN_VERIFY' }))
    .catch(rethrow)
  if (!made?.Arn) throw new KmsUnavailable()
  const publicKey = Buffer.from(await readPublicKey(client, made.Arn)).toString('base64')
  const tags = [{ TagKey: PUBLIC_KEY_TAG, TagValue: publicKey }]
  await client.send(new TagResourceCommand({ KeyId: made.Arn, Tags: tags })).catch(rethrow)
  return made.Arn
}

/** False: another process was faster, and ours is taken back. */
async function claimAlias(client: KMSClient, alias: string, arn: string): Promise<boolean> {
  try {
    await client.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: arn }))
    return true
  } catch (error) {
    if (!isNamed(error, 'AlreadyExistsException')) throw awsKmsError(error)
    const command = new ScheduleKeyDeletionCommand({ KeyId: arn, PendingWindowInDays: PENDING_DAYS })
    await client.send(command).catch(rethrow)
    return false
  }
}

/** From the DER-encoded SubjectPublicKeyInfo, whose last 32 bytes are the key (RFC 8410). */
async function readPublicKey(client: KMSClient, arn: string): Promise<Uint8Array> {
  const { PublicKey: spki, KeySpec: spec } = await client.send(new GetPublicKeyCommand({ KeyId: arn })).catch(rethrow)
  if (spec !== 'ECC_NIST_EDWARDS25519' || spki?.length !== 44) throw new KmsRefused('changed')
  return spki.subarray(-HASH_BYTES)
}

async function taggedPublicKey(client: KMSClient, arn: string): Promise<Uint8Array> {
  const { Tags: tags = [] } = await client.send(new ListResourceTagsCommand({ KeyId: arn })).catch(rethrow)
  const value = tags.find(({ TagKey }) => TagKey === PUBLIC_KEY_TAG)?.TagValue
  const publicKey = Buffer.from(value ?? '', 'base64')
  if (publicKey.length !== HASH_BYTES) throw new KmsKeyUnknown()
  return publicKey
}
