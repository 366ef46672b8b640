import { HASH_BYTES, label, sha256 } from './bytes.ts'
import { malformed } from './malformed.ts'

/** The chain before its first entry: `SHA-256("palimpsest/v1/chain" ‖ 0x00 ‖ log id)`. */
export function genesisChain(logId: Uint8Array): Buffer {
  if (logId.length !== HASH_BYTES) throw malformed('A log id has to be 32 bytes long.')
  return sha256(Buffer.concat([label('chain'), logId]))
}

/** The chain after one more entry: `SHA-256(previous chain ‖ leaf hash)`. */
export function nextChain(previous: Uint8Array, leafHash: Uint8Array): Buffer {
  if (previous.length !== HASH_BYTES || leafHash.length !== HASH_BYTES) {
    throw malformed('A chain hash and a leaf hash have to be 32 bytes long.')
  }
  return sha256(Buffer.concat([previous, leafHash]))
}
