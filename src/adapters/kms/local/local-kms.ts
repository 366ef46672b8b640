import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { access, link, mkdir, open, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Kms,
  KmsKeyGone,
  KmsKeyUnknown,
  KmsRefused,
  KmsUnavailable,
  type WrapContext,
} from '../../../ports/kms.ts'

/**
 * A KMS of files for development: a root key and, wrapped under it, one file a key-encryption key, all mode 0600 below
 * `folder`. Whoever reads the folder reads everything: production starts refuse it unless told otherwise. A destroyed key
 * leaves a file that says so; the disk may keep what was overwritten.
 */
export async function openLocalKms(folder: string): Promise<Kms> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const root = await readOrCreate(join(folder, 'root.key'), () => randomBytes(32))

  // Read each time: another process may have destroyed it.
  async function keyOf(keyRef: string): Promise<Buffer> {
    const name = nameOf(keyRef)
    if (await exists(join(folder, `${name}.gone`))) throw new KmsKeyGone()
    const wrapped = await read(join(folder, `${name}.kek`))
    if (wrapped !== undefined) return decrypt(root, wrapped, keyRef)
    if (await exists(join(folder, 'root.key'))) throw new KmsKeyUnknown()
    throw new KmsUnavailable()
  }

  return {
    name: 'local',
    async createKey(tenantId, epoch) {
      const name = createHash('sha256').update(`${tenantId}\n${epoch}`).digest('hex')
      const keyRef = `local:${name}`
      if (await exists(join(folder, `${name}.gone`))) throw new KmsKeyGone()
      await readOrCreate(join(folder, `${name}.kek`), () => encrypt(root, randomBytes(32), keyRef))
      return keyRef
    },
    async generate(keyRef, context) {
      const plaintext = randomBytes(32)
      return { plaintext, wrapped: encrypt(await keyOf(keyRef), plaintext, bytesOf(context)) }
    },
    async unwrap(keyRef, wrapped, context) {
      return decrypt(await keyOf(keyRef), wrapped, bytesOf(context))
    },
    async rewrap(from, to, wrapped, context) {
      const plaintext = decrypt(await keyOf(from), wrapped, bytesOf(context))
      return encrypt(await keyOf(to), plaintext, bytesOf(context))
    },
    async destroyKey(keyRef) {
      const name = nameOf(keyRef)
      await readOrCreate(join(folder, `${name}.gone`), () => Buffer.from(`${new Date().toISOString()}\n`))
      await overwrite(join(folder, `${name}.kek`))
      return Date.parse((await readFile(join(folder, `${name}.gone`), 'utf8')).trim())
    },
    async check() {
      const known = await read(join(folder, 'root.key'))
      if (known === undefined) throw new KmsUnavailable()
      if (!known.equals(root)) throw new KmsRefused('changed')
    },
  }
}

function nameOf(keyRef: string): string {
  if (!/^local:[0-9a-f]{64}$/.test(keyRef)) throw new KmsKeyUnknown()
  return keyRef.slice(6)
}

function bytesOf({ purpose, tenantId, id }: WrapContext): string {
  return `palimpsest/v1/${purpose}\n${tenantId}\n${id}`
}

function encrypt(key: Uint8Array, plaintext: Uint8Array, context: string): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(context, 'utf8'))
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

function decrypt(key: Uint8Array, wrapped: Uint8Array, context: string): Buffer {
  if (wrapped.length !== 60) throw new KmsRefused('changed')
  const decipher = createDecipheriv('aes-256-gcm', key, wrapped.subarray(0, 12))
  decipher.setAAD(Buffer.from(context, 'utf8'))
  decipher.setAuthTag(wrapped.subarray(wrapped.length - 16))
  try {
    return Buffer.concat([decipher.update(wrapped.subarray(12, wrapped.length - 16)), decipher.final()])
  } catch (cause) {
    throw new KmsRefused('changed', { cause })
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(() => true, absent)
}

async function read(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (cause) {
    absent(cause as NodeJS.ErrnoException)
    return undefined
  }
}

/** False where there is no such file; a folder that cannot be read is something else. */
function absent(cause: NodeJS.ErrnoException): false {
  if (cause.code === 'ENOENT') return false
  throw cause.code === 'EACCES' ? new KmsRefused('denied', { cause }) : new KmsUnavailable({ cause })
}

async function overwrite(path: string): Promise<void> {
  try {
    const file = await open(path, 'r+')
    try {
      await file.write(Buffer.alloc((await file.stat()).size))
      await file.sync()
    } finally {
      await file.close()
    }
    await unlink(path)
  } catch (cause) {
    absent(cause as NodeJS.ErrnoException)
  }
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
