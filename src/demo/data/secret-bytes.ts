import { randomFillSync } from 'node:crypto'

const POOL_BYTES = 65_536
let pool = Buffer.alloc(0)

/** Random bytes for nonces and keys, each given out once. Asked for in small pieces one by one they cost as much as the sealing. */
export function secretBytes(length: number): Buffer {
  if (pool.length < length) pool = randomFillSync(Buffer.alloc(Math.max(POOL_BYTES, length)))
  const bytes = pool.subarray(0, length)
  pool = pool.subarray(length)
  return bytes
}
