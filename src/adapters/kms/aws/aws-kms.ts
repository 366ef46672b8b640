import {
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  GenerateDataKeyCommand,
  type KMSClient,
  ReEncryptCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'
import {
  type Kms,
  KmsKeyGone,
  KmsKeyUnknown,
  KmsRefused,
  KmsUnavailable,
  type WrapContext,
} from '../../../ports/kms.ts'
import { type AwsKmsAccess, aliasOf, awsKmsError, createAwsKmsClient, describeKey, isNamed, rethrow } from './client.ts'

export interface AwsKmsOptions extends AwsKmsAccess {
  /** Tells apart deployments that share an account; part of every alias. */
  deployment: string
  /** 7 to 30: how long AWS keeps a key whose deletion is scheduled. It is unusable at once; an administrator may cancel. */
  pendingWindowDays: number
}

const DAY_MS = 86_400_000

/**
 * AWS KMS: a symmetric key for each tenant epoch, found by an alias that its tenant and number give. A data key is made by
 * GenerateDataKey and moved by ReEncrypt, so that it never leaves the service in clear but to the gateway that uses it. The
 * encryption context names purpose, tenant and id; CloudTrail shows it. Credentials are found by the AWS SDK.
 */
export class AwsKms implements Kms {
  readonly name = 'aws'
  private readonly options: AwsKmsOptions
  private readonly client: KMSClient

  constructor(options: AwsKmsOptions) {
    this.options = options
    this.client = createAwsKmsClient(options)
  }

  async createKey(tenantId: string, epoch: number): Promise<string> {
    const alias = aliasOf('epoch', this.options.deployment, tenantId, epoch)
    const known = await describeKey(this.client, alias)
    if (isGoing(known?.KeyState)) throw new KmsKeyGone()
    return `aws:${known?.Arn ?? (await this.makeKey(alias, tenantId, epoch))}`
  }

  async generate(keyRef: string, context: WrapContext): Promise<{ plaintext: Uint8Array; wrapped: Buffer }> {
    const keyId = keyIdOf(keyRef)
    const command = new GenerateDataKeyCommand({
      KeyId: keyId,
      KeySpec: 'AES_256',
      EncryptionContext: encryptionContext(context),
    })
    const made = await this.told([keyId], () => this.client.send(command))
    if (made.Plaintext?.length !== 32 || !made.CiphertextBlob) throw new KmsUnavailable()
    return { plaintext: made.Plaintext, wrapped: Buffer.from(made.CiphertextBlob) }
  }

  async unwrap(keyRef: string, wrapped: Uint8Array, context: WrapContext): Promise<Uint8Array> {
    const keyId = keyIdOf(keyRef)
    const command = new DecryptCommand({
      KeyId: keyId,
      CiphertextBlob: wrapped,
      EncryptionContext: encryptionContext(context),
    })
    const { Plaintext: plaintext } = await this.told([keyId], () => this.client.send(command))
    if (plaintext?.length !== 32) throw new KmsUnavailable()
    return plaintext
  }

  async rewrap(from: string, to: string, wrapped: Uint8Array, context: WrapContext): Promise<Buffer> {
    const [source, destination] = [keyIdOf(from), keyIdOf(to)]
    const command = new ReEncryptCommand({
      CiphertextBlob: wrapped,
      SourceKeyId: source,
      SourceEncryptionContext: encryptionContext(context),
      DestinationKeyId: destination,
      DestinationEncryptionContext: encryptionContext(context),
    })
    const { CiphertextBlob: moved } = await this.told([source, destination], () => this.client.send(command))
    if (!moved) throw new KmsUnavailable()
    return Buffer.from(moved)
  }

  async destroyKey(keyRef: string): Promise<number> {
    const keyId = keyIdOf(keyRef)
    const known = await describeKey(this.client, keyId)
    if (!known) return Date.now()
    if (isGoing(known.KeyState)) return known.DeletionDate?.getTime() ?? Date.now() + 30 * DAY_MS
    return this.scheduleDeletion(keyId)
  }

  /** That the key does not exist is an answer as good as any: it was given to somebody who may ask. */
  async check(): Promise<void> {
    await describeKey(this.client, aliasOf('epoch', this.options.deployment, 'check', 0))
  }

  close(): void {
    this.client.destroy()
  }

  /** Two that make a key at once agree by its alias: the later one takes its own back. */
  private async makeKey(alias: string, tenantId: string, epoch: number): Promise<string> {
    const { deployment } = this.options
    const { KeyMetadata: made } = await this.client
      .send(new CreateKeyCommand({ Description: `Palimpsest ${deployment}: tenant ${tenantId}, epoch ${epoch}` }))
      .catch(rethrow)
    if (!made?.Arn) throw new KmsUnavailable()
    try {
      await this.client.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: made.Arn }))
      return made.Arn
    } catch (error) {
      if (!isNamed(error, 'AlreadyExistsException')) throw awsKmsError(error)
      await this.scheduleDeletion(made.Arn)
      const first = await describeKey(this.client, alias)
      if (!first?.Arn) throw new KmsUnavailable({ cause: error })
      return first.Arn
    }
  }

  private async scheduleDeletion(keyId: string): Promise<number> {
    const { pendingWindowDays } = this.options
    const { DeletionDate: date } = await this.client
      .send(new ScheduleKeyDeletionCommand({ KeyId: keyId, PendingWindowInDays: pendingWindowDays }))
      .catch(rethrow)
    return date?.getTime() ?? Date.now() + pendingWindowDays * DAY_MS
  }

  /** A state that does not allow the call has to be asked for: it says whether the key is going, off, or only away. */
  private async told<T>(keyIds: readonly string[], call: () => Promise<T>): Promise<T> {
    try {
      return await call()
    } catch (error) {
      if (!isNamed(error, 'KMSInvalidStateException')) throw awsKmsError(error)
      const states = await Promise.all(keyIds.map((keyId) => this.toldByState(keyId, error)))
      throw states.find((state) => !(state instanceof KmsUnavailable)) ?? new KmsUnavailable({ cause: error })
    }
  }

  private async toldByState(keyId: string, cause: unknown): Promise<Error> {
    const state = (await describeKey(this.client, keyId))?.KeyState
    if (state === undefined) return new KmsKeyUnknown({ cause })
    if (isGoing(state)) return new KmsKeyGone({ cause })
    return state === 'Disabled' ? new KmsRefused('disabled', { cause }) : new KmsUnavailable({ cause })
  }
}

function isGoing(state: string | undefined): boolean {
  return state === 'PendingDeletion' || state === 'PendingReplicaDeletion'
}

function keyIdOf(keyRef: string): string {
  if (!keyRef.startsWith('aws:')) throw new KmsKeyUnknown()
  return keyRef.slice(4)
}

function encryptionContext({ purpose, tenantId, id }: WrapContext): Record<string, string> {
  return { 'palimpsest:purpose': purpose, 'palimpsest:tenant': tenantId, 'palimpsest:id': id }
}
