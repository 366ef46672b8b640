import { sha256 } from './bytes.ts'
import { malformed } from './malformed.ts'

/** Which log: a deployment, a tenant of it, and the log's generation (1, then one more for each recovery). */
export interface LogName {
  /** Schema-less URL of the deployment, e.g. `palimpsest.local`. */
  deployment: string
  tenant: string
  generation: number
}

const DEPLOYMENT = /^[A-Za-z0-9][A-Za-z0-9._:-]*(\/[A-Za-z0-9._:-]+)*$/
const TENANT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/
const GENERATION = /^g([1-9][0-9]{0,8})$/
const MAX_ORIGIN_BYTES = 255

/**
 * The checkpoint origin and key name of a log (C2SP tlog-checkpoint): `<deployment>/<tenant>/g<generation>`, ASCII,
 * at most 255 bytes. Throws `ledger_malformed` where a part has other characters.
 */
export function formatOrigin(name: LogName): string {
  const origin = `${name.deployment}/${name.tenant}/g${name.generation}`
  const back = parseOrigin(origin)
  if (back.deployment !== name.deployment || back.tenant !== name.tenant) {
    throw malformed('A tenant id in a log origin takes letters, digits, dot, underscore and hyphen.')
  }
  return origin
}

/** The parts of an origin. Throws `ledger_malformed` where it is not one that `formatOrigin` makes. */
export function parseOrigin(origin: string): LogName {
  const parts = origin.split('/')
  const generation = GENERATION.exec(parts.at(-1) ?? '')
  const tenant = parts.at(-2) ?? ''
  const deployment = parts.slice(0, -2).join('/')
  if (generation === null || !TENANT.test(tenant) || !DEPLOYMENT.test(deployment) || origin.length > MAX_ORIGIN_BYTES) {
    throw malformed('A log origin has to read <deployment>/<tenant>/g<generation>, at most 255 ASCII characters.')
  }
  return { deployment, tenant, generation: Number(generation[1]) }
}

/** `SHA-256(origin)`, 32 bytes: names the log in every leaf. */
export function logIdOf(origin: string): Buffer {
  return sha256(Buffer.from(origin, 'utf8'))
}
