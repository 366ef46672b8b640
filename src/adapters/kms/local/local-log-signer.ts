import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { LogSigner, SigningKey } from '../../../ports/log-signer.ts'
import { readOrCreate } from './local-kms.ts'

/** Signing keys as files (PKCS #8, mode 0600) below `folder`, one file a version: for development. */
export async function openLocalLogSigner(folder: string): Promise<LogSigner> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const keys = new Map<string, KeyObject>()

  async function version(name: string, number: number): Promise<SigningKey> {
    // The first version has no number in its name.
    const path = join(folder, number === 1 ? `${name}.pem` : `${name}.${number}.pem`)
    const key = keys.get(path) ?? createPrivateKey(await readOrCreate(path, newKey))
    keys.set(path, key)
    const { x } = createPublicKey(key).export({ format: 'jwk' })
    return {
      publicKey: Buffer.from(x as string, 'base64url'),
      sign: async (message) => sign(null, message, key),
    }
  }

  async function newest(name: string): Promise<number> {
    const numbers = (await readdir(folder)).flatMap((file) => {
      const [, of, number] = /^([0-9a-f]{64})\.(\d{1,6})\.pem$/.exec(file) ?? []
      return of === name ? [Number(number)] : []
    })
    return Math.max(1, ...numbers)
  }

  return {
    async keys(tenantId) {
      const name = nameOf(tenantId)
      const count = await newest(name)
      return Promise.all(Array.from({ length: count }, (_, i) => version(name, i + 1)))
    },
    async rotate(tenantId) {
      const name = nameOf(tenantId)
      return version(name, (await newest(name)) + 1)
    },
  }
}

function nameOf(tenantId: string): string {
  return createHash('sha256').update(tenantId, 'utf8').digest('hex')
}

function newKey(): Buffer {
  const { privateKey } = generateKeyPairSync('ed25519')
  return Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' }))
}
