import { createHmac, randomBytes } from 'node:crypto'
import { requestKey } from '../../../domain/erasure/request.ts'
import type { ErasureRequest } from '../../../domain/erasure/types.ts'
import { type DataKey, type SealContext, seal, unseal } from '../../../domain/sealing/seal.ts'
import { secretKeyOf } from '../../../domain/sealing/secret-key.ts'
import type { KeyService } from '../../../ports/key-service.ts'

/** What a case keeps sealed. */
export interface SealedCase {
  request: ErasureRequest
  reference: string
}

/** Whose data key a case's key is, in the keystore. */
export function caseKeyOwner(caseId: string): string {
  return `erasure-case:${caseId}`
}

export function sealCase(dataKey: DataKey, tenantId: string, caseId: string, content: SealedCase): Buffer {
  return seal(dataKey, contextOf(tenantId, caseId), randomBytes(12), Buffer.from(JSON.stringify(content), 'utf8'))
}

export function openCase(dataKey: DataKey, tenantId: string, caseId: string, sealed: Uint8Array): SealedCase {
  return JSON.parse(unseal(dataKey, contextOf(tenantId, caseId), sealed).toString('utf8'))
}

/** HMAC under a secret of the tenant: finds the case of a person that has not ended. */
export async function requestIndexOf(keys: KeyService, tenantId: string, request: ErasureRequest): Promise<Buffer> {
  const secret = await keys.tenantSecret(tenantId, 'subject-index')
  return createHmac('sha256', secretKeyOf(secret))
    .update(`erasure\0${requestKey(request)}`, 'utf8')
    .digest()
}

function contextOf(tenantId: string, caseId: string): SealContext {
  return { tenantId, subjectPseudonym: caseKeyOwner(caseId), table: 'erasure_case', rowId: caseId, field: 'request' }
}
