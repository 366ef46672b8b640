import type { Reader } from './env-reader.ts'

export const kmsNames = ['local', 'aws', 'vault'] as const
export type KmsName = (typeof kmsNames)[number]

export interface VaultSettings {
  /** Without a slash at the end. */
  address: string
  auth:
    | { kind: 'token'; token: string }
    | { kind: 'file'; file: string }
    | { kind: 'approle'; roleId: string; secretId: string }
  namespace: string | null
  mount: string
}

/** Who holds the keys that wrap keys and sign logs, and how long epochs last. */
export interface KmsSettings {
  kms: KmsName
  /** Credentials are found by the AWS SDK itself. Endpoint null: AWS's. */
  awsKms: { region: string; endpoint: string | null; pendingWindowDays: number }
  /** Null: the KMS is another one. */
  vault: VaultSettings | null
  /** Days after which a tenant's epoch is followed by the next. */
  epochDays: number
  /** Days that an epoch is kept behind its last use. */
  keystoreBackupDays: number
}

export function readKms(read: Reader): KmsSettings {
  return {
    kms: read.oneOf('PALIMPSEST_KMS', kmsNames) ?? 'local',
    awsKms: {
      region: read.text('AWS_KMS_REGION') ?? read.text('S3_REGION') ?? 'us-east-1',
      endpoint: read.httpUrl('AWS_KMS_ENDPOINT'),
      pendingWindowDays: read.days('AWS_KMS_PENDING_DAYS', 7, { least: 7, most: 30 }),
    },
    vault: readVault(read),
    epochDays: read.days('PALIMPSEST_EPOCH_DAYS', 30, { least: 1, most: 3650 }),
    keystoreBackupDays: read.days('PALIMPSEST_KEYSTORE_BACKUP_DAYS', 7, { least: 0, most: 3650 }),
  }
}

function readVault(read: Reader): VaultSettings | null {
  const address = read.httpUrl('VAULT_ADDR')
  const token = read.text('VAULT_TOKEN')
  const file = read.text('VAULT_TOKEN_FILE')
  const roleId = read.text('VAULT_ROLE_ID')
  const secretId = read.text('VAULT_SECRET_ID')
  const namespace = read.text('VAULT_NAMESPACE')
  const mount = read.matching(
    'VAULT_TRANSIT_MOUNT',
    /^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/,
    'a path without / at its ends',
  )
  if (read.text('PALIMPSEST_KMS') !== 'vault') return null
  if (roleId !== null) read.needs('VAULT_ROLE_ID', 'VAULT_SECRET_ID')
  if (secretId !== null) read.needs('VAULT_SECRET_ID', 'VAULT_ROLE_ID')
  const given: VaultSettings['auth'][] = [
    ...(token === null ? [] : [{ kind: 'token', token } as const]),
    ...(file === null ? [] : [{ kind: 'file', file } as const]),
    ...(roleId === null || secretId === null ? [] : [{ kind: 'approle', roleId, secretId } as const]),
  ]
  const [auth] = given
  if (given.length > 1 || (auth === undefined && roleId === null && secretId === null)) {
    read.report(
      'PALIMPSEST_KMS is vault: set one of VAULT_TOKEN, VAULT_TOKEN_FILE, or VAULT_ROLE_ID and VAULT_SECRET_ID.',
    )
  }
  if (read.text('VAULT_ADDR') === null) {
    read.report('PALIMPSEST_KMS is vault without VAULT_ADDR: set the address of Vault.')
  }
  if (address === null || auth === undefined) return null
  return { address, auth, namespace, mount: mount ?? 'transit' }
}
