import { createPublicKey, generateKeyPairSync, KeyObject, randomBytes, sign } from 'node:crypto'
import { decryptBlob, encryptBlob, keyOfBlob } from './aws-blob.ts'
import { type Answer, type Asked, type Served, serveJson } from './server.ts'

export interface AwsKmsDouble extends Served {
  /** Operations that were answered, as `Sign`. */
  readonly asked: string[]
  /** The next requests meet this error, one each. */
  failNext(type: string, status: number): void
  /** Takes an operation's permission away. */
  deny(operation: string | null): void
  /** States of the keys, in the order in which they were made. */
  states(): string[]
  /** Switches the newest key off, or on again, as an operator does. */
  disableNewest(disabled: boolean): void
}

interface Key {
  arn: string
  /** A signing pair, or a symmetric key. */
  material: KeyObject | Buffer
  state: 'Enabled' | 'Disabled' | 'PendingDeletion'
  tags: { TagKey: string; TagValue: string }[]
}

const CREDENTIAL =
  /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/kms\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=[0-9a-f]{64}$/

/** Members of each request, required ones with `!`. */
const OPERATIONS: Record<string, readonly string[]> = {
  CreateKey: ['Description', 'KeySpec', 'KeyUsage'],
  CreateAlias: ['AliasName!', 'TargetKeyId!'],
  Decrypt: ['CiphertextBlob!', 'KeyId!', 'EncryptionContext!'],
  DescribeKey: ['KeyId!'],
  DisableKey: ['KeyId!'],
  GenerateDataKey: ['KeyId!', 'KeySpec!', 'EncryptionContext!'],
  GetPublicKey: ['KeyId!'],
  ListResourceTags: ['KeyId!'],
  ReEncrypt: [
    'CiphertextBlob!',
    'SourceKeyId!',
    'SourceEncryptionContext!',
    'DestinationKeyId!',
    'DestinationEncryptionContext!',
  ],
  ScheduleKeyDeletion: ['KeyId!', 'PendingWindowInDays'],
  Sign: ['KeyId!', 'Message!', 'MessageType', 'SigningAlgorithm!'],
  TagResource: ['KeyId!', 'Tags!'],
}

/**
 * AWS KMS as its API reference has it, for Ed25519 keys and symmetric ones: SigV4's headers, `X-Amz-Target`, JSON 1.1 bodies, key states and the
 * names of its errors. Signatures and ciphertexts are real. Credentials are AKIDEXAMPLE in eu-central-1.
 */
export async function startAwsKmsDouble(): Promise<AwsKmsDouble> {
  const service = new Service()
  const served = await serveJson((asked) => service.answer(asked))
  return {
    ...served,
    asked: service.asked,
    failNext: (type, status) => service.failures.push(failure(type, status)),
    deny(operation) {
      service.denied = operation
    },
    disableNewest(disabled) {
      const newest = service.keys.at(-1)
      if (newest) newest.state = disabled ? 'Disabled' : 'Enabled'
    },
    states: () => service.keys.map(({ state }) => state),
  }
}

class Service {
  readonly asked: string[] = []
  readonly failures: Answer[] = []
  readonly keys: Key[] = []
  denied: string | null = null
  private readonly aliases = new Map<string, string>()

  answer({ method, path, headers, body }: Asked): Answer {
    const [, signedHeaders = ''] = CREDENTIAL.exec(String(headers.authorization)) ?? []
    const signed = ['host', 'x-amz-date', 'x-amz-target'].every((name) => signedHeaders.split(';').includes(name))
    if (!signed || !/^\d{8}T\d{6}Z$/.test(String(headers['x-amz-date']))) return failure('IncompleteSignature', 400)
    if (method !== 'POST' || path !== '/') return failure('InvalidAction', 400)
    if (headers['content-type'] !== 'application/x-amz-json-1.1') return failure('InvalidAction', 400)
    const [, operation = ''] = /^TrentService\.(\w+)$/.exec(String(headers['x-amz-target'])) ?? []
    const members = OPERATIONS[operation]
    if (members === undefined) return failure('UnknownOperationException', 400)
    this.asked.push(operation)
    const failing = this.failures.shift()
    if (failing) return failing
    if (operation === this.denied) return failure('AccessDeniedException', 400)
    const known = Object.keys(body).every((name) => members.some((member) => member.replace('!', '') === name))
    const whole = members.every((member) => !member.endsWith('!') || body[member.slice(0, -1)] !== undefined)
    if (!known || !whole || !hasContexts(body)) return failure('ValidationException', 400)
    return operation === 'CreateKey' ? this.createKey(body) : this.onKey(operation, body)
  }

  private createKey({ KeySpec: spec, KeyUsage: usage, Description: about = '' }: Record<string, unknown>): Answer {
    if (String(about).length > 8192) return failure('ValidationException', 400)
    const signing = spec === 'ECC_NIST_EDWARDS25519' && usage === 'SIGN_VERIFY'
    if (!signing && (spec !== undefined || usage !== undefined)) return failure('ValidationException', 400)
    const arn = `arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-${String(this.keys.length).padStart(12, '0')}`
    const material = signing ? generateKeyPairSync('ed25519').privateKey : randomBytes(32)
    const key: Key = { arn, material, state: 'Enabled', tags: [] }
    this.keys.push(key)
    return ok({ KeyMetadata: metadata(key) })
  }

  private onKey(operation: string, body: Record<string, unknown>): Answer {
    const id = String(body.KeyId ?? body.TargetKeyId ?? body.SourceKeyId)
    const key = this.find(id)
    if (key === undefined) return failure('NotFoundException', 400)
    if (operation === 'DescribeKey') return ok({ KeyMetadata: metadata(key) })
    if (operation === 'ListResourceTags') return ok({ Tags: key.tags, Truncated: false })
    if (key.state === 'PendingDeletion') return failure('KMSInvalidStateException', 400)
    if (operation === 'CreateAlias') return this.createAlias(String(body.AliasName), key)
    if (operation !== 'ReEncrypt') return onUsable(operation, key, body)
    const to = this.find(String(body.DestinationKeyId))
    if (to === undefined) return failure('NotFoundException', 400)
    if (to.state === 'PendingDeletion') return failure('KMSInvalidStateException', 400)
    return reEncrypt(key, to, body)
  }

  private find(id: string): Key | undefined {
    return this.keys.find(({ arn }) => arn === (this.aliases.get(id) ?? id))
  }

  private createAlias(name: string, key: Key): Answer {
    if (!/^alias\/(?!aws\/)[a-zA-Z0-9/_-]{1,250}$/.test(name)) return failure('InvalidAliasNameException', 400)
    if (this.aliases.has(name)) return failure('AlreadyExistsException', 400)
    this.aliases.set(name, key.arn)
    return { status: 200 }
  }
}

function onUsable(operation: string, key: Key, body: Record<string, unknown>): Answer {
  if (operation === 'TagResource') {
    const tags = body.Tags as Key['tags']
    const fits = ({ TagKey, TagValue }: (typeof tags)[number]) =>
      /^(?!aws:).{1,128}$/.test(TagKey) && TagValue.length <= 256
    if (!tags.every(fits)) return failure('TagException', 400)
    key.tags.push(...tags)
    return { status: 200 }
  }
  if (operation === 'DisableKey') {
    key.state = 'Disabled'
    return { status: 200 }
  }
  if (operation === 'ScheduleKeyDeletion') {
    const { PendingWindowInDays: days = 30 } = body
    if (!(Number.isInteger(days) && Number(days) >= 7 && Number(days) <= 30)) return failure('ValidationException', 400)
    key.state = 'PendingDeletion'
    return ok({ KeyId: key.arn, DeletionDate: Date.now() / 1000 + Number(days) * 86_400, KeyState: key.state })
  }
  if (key.state === 'Disabled') return failure('DisabledException', 400)
  if (key.material instanceof KeyObject) return onPair(operation, key.material, key.arn, body)
  return onSymmetric(operation, key.material, key.arn, body)
}

function onPair(operation: string, pair: KeyObject, arn: string, body: Record<string, unknown>): Answer {
  if (operation === 'GetPublicKey') {
    const spki = createPublicKey(pair).export({ format: 'der', type: 'spki' }).toString('base64')
    const more = { KeySpec: 'ECC_NIST_EDWARDS25519', KeyUsage: 'SIGN_VERIFY' }
    return ok({
      KeyId: arn,
      PublicKey: spki,
      ...more,
      SigningAlgorithms: ['ED25519_SHA_512', 'ED25519_PH_SHA_512'],
    })
  }
  if (operation !== 'Sign') return failure('InvalidKeyUsageException', 400)
  const message = Buffer.from(String(body.Message), 'base64')
  if (message.length < 1 || message.length > 4096) return failure('ValidationException', 400)
  if (body.SigningAlgorithm !== 'ED25519_SHA_512' || body.MessageType !== 'RAW')
    return failure('ValidationException', 400)
  const signature = sign(null, message, pair).toString('base64')
  return ok({ KeyId: arn, Signature: signature, SigningAlgorithm: 'ED25519_SHA_512' })
}

function onSymmetric(operation: string, secret: Buffer, arn: string, body: Record<string, unknown>): Answer {
  if (operation === 'GenerateDataKey') {
    if (body.KeySpec !== 'AES_256') return failure('ValidationException', 400)
    const plaintext = randomBytes(32)
    const blob = encryptBlob(arn, secret, plaintext, body.EncryptionContext)
    return ok({ KeyId: arn, Plaintext: plaintext.toString('base64'), CiphertextBlob: blob })
  }
  if (operation !== 'Decrypt') return failure('InvalidKeyUsageException', 400)
  if (keyOfBlob(body.CiphertextBlob) !== arn) return failure('IncorrectKeyException', 400)
  const opened = decryptBlob(secret, body.CiphertextBlob, body.EncryptionContext)
  return opened ? ok({ KeyId: arn, Plaintext: opened.toString('base64') }) : failure('InvalidCiphertextException', 400)
}

function reEncrypt(from: Key, to: Key, body: Record<string, unknown>): Answer {
  if (from.state === 'Disabled' || to.state === 'Disabled') return failure('DisabledException', 400)
  if (!(from.material instanceof Buffer && to.material instanceof Buffer))
    return failure('InvalidKeyUsageException', 400)
  if (keyOfBlob(body.CiphertextBlob) !== from.arn) return failure('IncorrectKeyException', 400)
  const opened = decryptBlob(from.material, body.CiphertextBlob, body.SourceEncryptionContext)
  if (!opened) return failure('InvalidCiphertextException', 400)
  const blob = encryptBlob(to.arn, to.material, opened, body.DestinationEncryptionContext)
  return ok({ KeyId: to.arn, SourceKeyId: from.arn, CiphertextBlob: blob })
}

/** An encryption context is a map of text to text. */
function hasContexts(body: Record<string, unknown>): boolean {
  const contexts = Object.entries(body).filter(([name]) => name.endsWith('EncryptionContext'))
  return contexts.every(([, one]) =>
    Object.values(one as object).every((value) => typeof value === 'string' && value !== ''),
  )
}

function metadata({ arn, state }: Key): Record<string, unknown> {
  return { Arn: arn, KeyId: arn.split('/').at(-1), KeyState: state, Enabled: state === 'Enabled' }
}

function ok(body: unknown): Answer {
  return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body }
}

function failure(type: string, status: number): Answer {
  const headers = { 'content-type': 'application/x-amz-json-1.1' }
  return { status, headers, body: { __type: type, message: `the double refuses: ${type}` } }
}
