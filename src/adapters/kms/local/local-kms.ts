import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { type Kms, KmsKeyGone } from '../../../ports/kms.ts'

/**
 * A KMS of files for development: a root key and, wrapped under it, one file a key-encryption key, all mode 0600 below
 * `folder`. Whoever reads the folder reads everything: production starts refuse it unless told otherwise.
 */
export async function openLocalKms(folder: string): Promise<Kms> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const root = await readOrCreate(join(folder, 'root.key'), () => randomBytes(32))
  const cache = new Map<string, Buffer>()

  async function keyOf(keyRef: string): Promise<Buffer> {
    const cached = cache.get(keyRef)
    if (cached) return cached
    if (!/^local:[0-9a-f]{64}$/.test(keyRef)) throw new KmsKeyGone()
    const wrapped = await readFile(join(folder, `${keyRef.slice(6)}.kek`)).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') throw new KmsKeyGone({ cause })
      throw cause
    })
    const key = decrypt(root, wrapped, keyRef)
    cache.set(keyRef, key)
    return key
  }

  return {
    name: 'local',
    async createKey(tenantId, epoch) {
      const name = createHash('sha256').update(`${tenantId}\n${epoch}`).digest('hex')
      const keyRef = `local:${name}`
      await readOrCreate(join(folder, `${name}.kek`), () => encrypt(root, randomBytes(32), keyRef))
      return keyRef
    },
    async wrap(keyRef, plaintext, context) {
      return encrypt(await keyOf(keyRef), plaintext, context)
    },
    async unwrap(keyRef, wrapped, context) {
      return decrypt(await keyOf(keyRef), wrapped, context)
    },
  }
}

function encrypt(key: Uint8Array, plaintext: Uint8Array, context: string): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(context, 'utf8'))
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

function decrypt(key: Uint8Array, wrapped: Uint8Array, context: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, wrapped.subarray(0, 12))
  decipher.setAAD(Buffer.from(context, 'utf8'))
  decipher.setAuthTag(wrapped.subarray(wrapped.length - 16))
  return Buffer.concat([decipher.update(wrapped.subarray(12, wrapped.length - 16)), decipher.final()])
}

/** Reads a key file or makes it: written whole, synced, then linked into place, so that two starters agree on one. */
export async function readOrCreate(path: string, make: () => Buffer): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
  }
  const temporary = `${path}.${randomBytes(6).toString('hex')}`
  const file = await open(temporary, 'wx', 0o600)
  try {
    await file.writeFile(make())
    await file.sync()
  } finally {
    await file.close()
  }
  try {
    await link(temporary, path)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
  } finally {
    await unlink(temporary)
  }
  return readFile(path)
}
