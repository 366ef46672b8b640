import { join } from 'node:path'
import { openLocalKms } from '../adapters/kms/local/local-kms.ts'
import { openVaultKms } from '../adapters/kms/vault/vault-kms.ts'
import { connectPostgres } from '../adapters/postgres/connect.ts'
import { Epochs } from '../adapters/postgres/keystore/epochs.ts'
import { KeyCache } from '../adapters/postgres/keystore/key-cache.ts'
import { createKeyFacts } from '../adapters/postgres/keystore/key-facts.ts'
import { createKeyService } from '../adapters/postgres/keystore/key-service.ts'
import { DestroyedKeysListener } from '../adapters/postgres/keystore/listener.ts'
import { createKeystoreTombstones } from '../adapters/postgres/keystore/tombstones.ts'
import type { Log } from '../api/deps.ts'
import type { Environment } from '../config/env.ts'
import type { DataKey } from '../domain/sealing/seal.ts'
import type { KeyEpochs } from '../ports/key-epochs.ts'
import type { KeyFacts } from '../ports/key-facts.ts'
import type { KeyService } from '../ports/key-service.ts'
import type { Kms } from '../ports/kms.ts'
import type { TombstoneKeeper } from '../ports/tombstones.ts'

const POOL = 4

export interface Keystore {
  kms: Kms
  keys: KeyService
  epochs: KeyEpochs
  keyFacts: KeyFacts
  tombstones: TombstoneKeeper
  /** Whether the keystore's database answers. */
  ask(): Promise<unknown>
  close(): Promise<void>
}

export interface KeystoreSettings {
  env: Environment
  keystoreUrl: string
  /** Folder of the local KMS. */
  kmsFolder: string
  log: Log
}

/** Opens the KMS that the environment names. */
async function openKms(
  env: Pick<Environment, 'kms' | 'awsKms' | 'vault' | 'deployment'>,
  folder: string,
): Promise<Kms & { close?(): void }> {
  const { deployment } = env
  if (env.kms === 'aws') {
    const { AwsKms } = await import('../adapters/kms/aws/aws-kms.ts')
    return new AwsKms({ ...env.awsKms, deployment })
  }
  if (env.kms === 'vault' && env.vault !== null) return openVaultKms({ ...env.vault, deployment })
  return openLocalKms(join(folder, 'kms'))
}

/** Opens the keystore over its database and the KMS; one that is away does not refuse the start. */
export async function openKeystore({ env, keystoreUrl, kmsFolder, log }: KeystoreSettings): Promise<Keystore> {
  const kms = await openKms(env, kmsFolder)
  const sql = connectPostgres(keystoreUrl, { max: POOL, name: 'palimpsest-keys' })
  const cache = new KeyCache<DataKey>()
  const epochs = new Epochs(sql, kms)
  const listener = new DestroyedKeysListener({
    url: keystoreUrl,
    onDestroyed: (keyId) => cache.forget(keyId),
    onState: (listening) => log.info({ listening }, 'destroyed keys of other processes'),
  })
  await listener.start()
  return {
    kms,
    keys: createKeyService({ sql, kms, epochs, cache }),
    epochs,
    keyFacts: createKeyFacts(sql),
    tombstones: createKeystoreTombstones(sql),
    ask: () => sql`SELECT 1`,
    async close() {
      await listener.close()
      kms.close?.()
      await sql.end({ timeout: 5 })
    },
  }
}
