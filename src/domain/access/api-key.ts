import { createHash } from 'node:crypto'

/** What every key begins with that this gateway makes, so that scanners for secrets find them. */
export const KEY_PREFIX = 'plk_'
/** Bytes of randomness in a key. */
export const KEY_RANDOM_BYTES = 32

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** Digits in base 62 that 256 and 32 bits take. */
const SECRET_DIGITS = 43
const CHECKSUM_DIGITS = 6
const SHAPE = new RegExp(`^${KEY_PREFIX}[0-9A-Za-z]{${SECRET_DIGITS + CHECKSUM_DIGITS}}$`)

/** `plk_`, 256 random bits in base 62, and six digits of checksum: 53 characters. @param random 32 bytes. */
export function apiKeyOf(random: Uint8Array): string {
  if (random.length !== KEY_RANDOM_BYTES) throw new Error('a key is made of 32 random bytes')
  const secret = base62(BigInt(`0x${Buffer.from(random).toString('hex')}`), SECRET_DIGITS)
  return `${KEY_PREFIX}${secret}${checksum(secret)}`
}

/** Whether a text has the shape of such a key and its checksum: what does not was mistyped or made up, and is nobody's. */
export function isApiKey(text: string): boolean {
  if (!SHAPE.test(text)) return false
  const secret = text.slice(KEY_PREFIX.length, KEY_PREFIX.length + SECRET_DIGITS)
  return text.endsWith(checksum(secret))
}

/** The first 32 bits of the SHA-256 of the secret's digits. */
function checksum(secret: string): string {
  return base62(BigInt(createHash('sha256').update(secret, 'utf8').digest().readUInt32BE()), CHECKSUM_DIGITS)
}

function base62(value: bigint, digits: number): string {
  let text = ''
  for (let rest = value; text.length < digits; rest /= 62n) text = `${ALPHABET[Number(rest % 62n)]}${text}`
  return text
}
