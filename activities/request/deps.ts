import type { PriceTable } from '../../src/domain/cost/price.ts'
import type { Consents } from '../../src/ports/consents.ts'
import type { InFlightRegistry } from '../../src/ports/in-flight-registry.ts'
import type { KeyService } from '../../src/ports/key-service.ts'
import type { LedgerReader } from '../../src/ports/ledger-reader.ts'
import type { LedgerWriter } from '../../src/ports/ledger-writer.ts'
import type { ModelProvider, ProviderName } from '../../src/ports/model-provider.ts'
import type { PieceWriter } from '../../src/ports/piece-writer.ts'
import type { PiiEngine } from '../../src/ports/pii-engine.ts'
import type { RequestPolicy } from '../../src/ports/request-policy.ts'
import type { RequestStore } from '../../src/ports/request-store.ts'
import type { TokenCounter } from '../../src/ports/token-counter.ts'
import type { ErasureGate } from '../../src/ports/tombstones.ts'

export interface Log {
  warn(fields: Record<string, string | number | boolean | null>, message: string): void
}

/** What the request's activities stand on. Clock and randomness are passed in. */
export interface RequestDeps {
  store: RequestStore
  keys: KeyService
  gate: ErasureGate
  engine: PiiEngine
  policy: RequestPolicy
  providers: ReadonlyMap<ProviderName, ModelProvider>
  ledger: LedgerWriter
  consents: Consents
  entries: LedgerReader
  inFlight: InFlightRegistry
  pieces: PieceWriter
  prices: PriceTable
  countTokens: TokenCounter
  /** The hard limits of a tenant's budgets now, by their names. */
  hardLimits(tenantId: string): Readonly<Record<string, string | null>>
  /** Milliseconds since the Unix epoch. */
  now(): number
  randomBytes(length: number): Uint8Array
  log: Log
}
