import { createHash } from 'node:crypto'
import { maxKeyLength } from './schema-names.ts'
import type { Config, KeyIdentity } from './types.ts'

/** What the configuration keeps of a key: SHA-256 in hex. */
export function hashKey(key: string): string {
  return createHash('sha256').update(key, 'utf8').digest('hex')
}

/** The id of a key that was given none: stable, and no help in finding the key. */
export function defaultKeyId(key: string): string {
  return `key_${createHash('sha256').update('palimpsest key id\0').update(key, 'utf8').digest('hex').slice(0, 16)}`
}

/**
 * Whose key this is, or null. The key is hashed before it is looked up, so that the time taken says nothing about
 * the keys there are.
 */
export function findKey(config: Pick<Config, 'keys'>, presentedKey: string): KeyIdentity | null {
  if (presentedKey.length > maxKeyLength) return null
  return config.keys.get(hashKey(presentedKey)) ?? null
}
