import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** A ciphertext as the double writes it, in base64: the key's ARN, a NUL, and AES-256-GCM bound to the encryption context. */
export function encryptBlob(arn: string, secret: Buffer, plaintext: Buffer, context: unknown): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', secret, nonce).setAAD(bytesOf(context))
  const sealed = [nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]
  return Buffer.concat([Buffer.from(`${arn}\0`), ...sealed]).toString('base64')
}

export function keyOfBlob(blob: unknown): string {
  const bytes = Buffer.from(String(blob), 'base64')
  return bytes.subarray(0, bytes.indexOf(0)).toString('utf8')
}

/** Undefined where it does not open in this context. */
export function decryptBlob(secret: Buffer, blob: unknown, context: unknown): Buffer | undefined {
  const bytes = Buffer.from(String(blob), 'base64')
  const sealed = bytes.subarray(bytes.indexOf(0) + 1)
  const decipher = createDecipheriv('aes-256-gcm', secret, sealed.subarray(0, 12))
  decipher.setAAD(bytesOf(context)).setAuthTag(sealed.subarray(-16))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])
  } catch {
    return undefined
  }
}

function bytesOf(context: unknown): Buffer {
  return Buffer.from(JSON.stringify(Object.entries(context as Record<string, string>).sort()))
}
