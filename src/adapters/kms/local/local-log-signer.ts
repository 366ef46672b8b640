import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { LogSigner } from '../../../ports/log-signer.ts'
import { readOrCreate } from './local-kms.ts'

/** Signing keys as files (PKCS #8, mode 0600) below `folder`: for development. */
export async function openLocalLogSigner(folder: string): Promise<LogSigner> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const keys = new Map<string, Promise<KeyObject>>()

  function keyOf(tenantId: string): Promise<KeyObject> {
    let key = keys.get(tenantId)
    if (!key) {
      key = load(folder, tenantId)
      keys.set(tenantId, key)
      key.catch(() => keys.delete(tenantId))
    }
    return key
  }

  return {
    async publicKey(tenantId) {
      const { x } = createPublicKey(await keyOf(tenantId)).export({ format: 'jwk' })
      return Buffer.from(x as string, 'base64url')
    },
    async sign(tenantId, message) {
      return sign(null, message, await keyOf(tenantId))
    },
  }
}

async function load(folder: string, tenantId: string): Promise<KeyObject> {
  const name = createHash('sha256').update(tenantId, 'utf8').digest('hex')
  const pem = await readOrCreate(join(folder, `${name}.pem`), () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    return Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' }))
  })
  return createPrivateKey(pem)
}
