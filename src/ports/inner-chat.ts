import type { PlaceholderEntry } from '../domain/redaction/types.ts'
import type { Officer } from '../domain/requests/act-entry.ts'

/** A caller with all that the gateway knew of them when they came: what binds them binds what is asked for them. */
export interface InnerCaller extends Officer {
  roles: readonly string[]
}

export interface InnerRequest {
  caller: InnerCaller
  /** The contract's request headers, by their names. */
  headers: Readonly<Record<string, string>>
  body: object
}

export type InnerAnswer =
  /** `content` as the model wrote it, with placeholders. */
  | { kind: 'answered'; requestId: string; content: string | null; placeholders: readonly PlaceholderEntry[] }
  | { kind: 'failed'; requestId: string | null; status: number; code: string }

/**
 * Chat completions of the gateway's own, by the same path as everybody's: redaction, policies, limits, budgets, the ledger. Duties: the
 * same `Idempotency-Key` is answered once. Rejects where the gateway itself cannot serve, so that asking again may help.
 */
export interface InnerChat {
  ask(request: InnerRequest): Promise<InnerAnswer>
}
