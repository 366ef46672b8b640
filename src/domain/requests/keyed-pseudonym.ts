import { createHmac } from 'node:crypto'

/**
 * What entries name a session or a consent by: it is keyed with a secret of the person's, which goes when the person is erased.
 * @param sessionSecret 32 bytes, sealed under the person's key
 */
export function keyedPseudonym(sessionSecret: Uint8Array, kind: 'ses' | 'con', value: string): string {
  const digest = createHmac('sha256', sessionSecret).update(`${kind}\0${value}`, 'utf8').digest('hex')
  return `${kind}_${digest.slice(0, 32)}`
}
