import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { access, mkdir, open, readdir, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { equalBytes } from '../../../domain/ledger/bytes.ts'
import { type LogSigner, type SigningKey, SigningKeyRetired, SigningKeyUnknown } from '../../../ports/log-signer.ts'
import { readOrCreate } from './local-kms.ts'

const PUBLIC_BYTES = 32

/**
 * Signing keys as files (PKCS #8, mode 0600) below `folder`, one file a version: for development. Of a retired version the
 * public half stays as `….pub`, 32 bytes; its private half is overwritten and removed, but the disk may keep what was
 * overwritten.
 */
export async function openLocalLogSigner(folder: string): Promise<LogSigner> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const keys = new Map<string, KeyObject>()

  async function version(name: string, number: number): Promise<SigningKey> {
    const path = pathOf(name, number)
    const pem = (await read(`${path}.pub`)) ? undefined : await read(`${path}.pem`)
    // A version is retired before its private half goes, so where both are missing there never was one.
    const retired = pem === undefined ? await read(`${path}.pub`) : undefined
    if (retired) return { publicKey: retired, retired: true, sign: () => Promise.reject(new SigningKeyRetired()) }
    const key = keys.get(path) ?? createPrivateKey(pem ?? (await readOrCreate(`${path}.pem`, newKey)))
    keys.set(path, key)
    return {
      publicKey: publicHalf(key),
      retired: false,
      async sign(message) {
        // Another process may have retired it.
        if (await exists(`${path}.pub`)) throw new SigningKeyRetired()
        return sign(null, message, key)
      },
    }
  }

  async function count(name: string): Promise<number> {
    const numbers = (await readdir(folder)).flatMap((file) => {
      const [, of, number] = /^([0-9a-f]{64})\.(\d{1,6})\.(?:pem|pub)$/.exec(file) ?? []
      return of === name ? [Number(number)] : []
    })
    return Math.max(1, ...numbers)
  }

  async function all(name: string): Promise<SigningKey[]> {
    return Promise.all(Array.from({ length: await count(name) }, (_, i) => version(name, i + 1)))
  }

  /** The first version has no number in its name. */
  function pathOf(name: string, number: number): string {
    return join(folder, number === 1 ? name : `${name}.${number}`)
  }

  async function numberOf(name: string, publicKey: Uint8Array): Promise<number> {
    const number = 1 + (await all(name)).findIndex((key) => equalBytes(key.publicKey, publicKey))
    if (number === 0) throw new SigningKeyUnknown()
    return number
  }

  return {
    keys: (tenantId) => all(nameOf(tenantId)),
    async next(tenantId, after) {
      const name = nameOf(tenantId)
      return version(name, (await numberOf(name, after)) + 1)
    },
    async retire(tenantId, publicKey) {
      const name = nameOf(tenantId)
      const path = pathOf(name, await numberOf(name, publicKey))
      await readOrCreate(`${path}.pub`, () => Buffer.from(publicKey))
      keys.delete(path)
      await overwrite(`${path}.pem`)
    },
    async check() {
      await access(folder)
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

function publicHalf(key: KeyObject): Buffer {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-PUBLIC_BYTES)
}

async function read(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch(absent)
}

async function exists(path: string): Promise<boolean> {
  return access(path)
    .then(() => true, absent)
    .then(Boolean)
}

function absent(cause: NodeJS.ErrnoException): undefined {
  if (cause.code !== 'ENOENT') throw cause
}

async function overwrite(path: string): Promise<void> {
  const file = await open(path, 'r+').catch(absent)
  if (file === undefined) return
  try {
    await file.write(Buffer.alloc((await file.stat()).size))
    await file.sync()
  } finally {
    await file.close()
  }
  await unlink(path).catch(absent)
}
