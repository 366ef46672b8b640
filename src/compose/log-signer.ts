import { openLocalLogSigner } from '../adapters/kms/local/local-log-signer.ts'
import type { Environment } from '../config/env.ts'
import type { LogSigner } from '../ports/log-signer.ts'

/** The logs' signing keys, where the environment has them. @param folder of the files, where they are files. */
export function openLogSigner(_env: Environment, folder: string): Promise<LogSigner> {
  return openLocalLogSigner(folder)
}
