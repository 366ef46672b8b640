import type { ErasureRequest } from '../domain/erasure/types.ts'

export interface ErasureCase {
  id: string
  tenantId: string
  /** The API key that asked. */
  officer: string
  /** Milliseconds since the Unix epoch. */
  requestedAt: number
  request: ErasureRequest
  /** Whom it covers; empty before they are resolved, or where nobody is known. */
  subjects: readonly { pseudonym: string; dataKeyId: string; token: string }[]
}

/** Erasure cases, opened. Safe for concurrent use. */
export interface ErasureCases {
  /**
   * A case with what was asked, unsealed.
   * @throws KeyDestroyed once the case has ended.
   */
  open(caseId: string): Promise<ErasureCase>
}
