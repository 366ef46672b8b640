import { openLocalLogSigner } from '../adapters/kms/local/local-log-signer.ts'
import { openVaultLogSigner } from '../adapters/kms/vault/vault-log-signer.ts'
import type { Environment } from '../config/env.ts'
import type { LogSigner } from '../ports/log-signer.ts'

type Chosen = Pick<Environment, 'kms' | 'awsKms' | 'vault' | 'deployment'>

/** The logs' signing keys, where the environment has them. @param folder of the files, where they are files. */
export async function openLogSigner({ kms, awsKms, vault, deployment }: Chosen, folder: string): Promise<LogSigner> {
  if (kms === 'aws') {
    const { openAwsLogSigner } = await import('../adapters/kms/aws/aws-log-signer.ts')
    return openAwsLogSigner({ ...awsKms, deployment })
  }
  if (kms === 'vault' && vault !== null) return openVaultLogSigner({ ...vault, deployment })
  return openLocalLogSigner(folder)
}
