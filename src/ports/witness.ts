import type { VerifierKey } from '../domain/ledger/vkey.ts'

/** What a witness made of a checkpoint. */
export type WitnessAnswer =
  /** Signature lines, nothing of them verified. */
  | { kind: 'cosigned'; lines: string }
  /** It has another size of this log. */
  | { kind: 'conflict'; size: number }
  /** `unknown_log` 404, `untrusted` 403, `inconsistent` 422, `refused` another answer, `unavailable` none in time. */
  | { kind: 'unknown_log' | 'untrusted' | 'inconsistent' | 'refused' | 'unavailable' }

/** Somebody else who cosigns tree heads that continue those it has seen (C2SP tlog-witness). */
export interface Witness {
  /** Its key for cosignatures; the name tells witnesses apart. */
  readonly key: VerifierKey
  /**
   * One exchange, within a few seconds. Never rejects.
   * @param body as `encodeAddCheckpoint` makes it.
   */
  addCheckpoint(body: string): Promise<WitnessAnswer>
}
