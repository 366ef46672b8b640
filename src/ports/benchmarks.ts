import type { BenchmarkDetail } from '../domain/benchmark/benchmark-entry.ts'
import type { RecordedCall } from '../domain/benchmark/types.ts'

export interface StoredBenchmark {
  /** Of its entry. */
  id: string
  madeBy: string
  /** Milliseconds since the Unix epoch. */
  madeAt: number
  detail: BenchmarkDetail
}

/**
 * Benchmarks, as entries of kind `report` with the status `benchmark` have stated them: an entry and its row are one transaction.
 * Safe for concurrent use.
 */
export interface Benchmarks {
  /** Newest first; `before` is a benchmark's id. */
  list(tenantId: string, before: string | null, limit: number): Promise<StoredBenchmark[]>
  ofRun(tenantId: string, run: string): Promise<StoredBenchmark | undefined>
  /** Calls of the tenant by request id, among the entries that the database still holds. Who is not in it is not recorded. */
  calls(tenantId: string, ids: readonly string[]): Promise<Map<string, RecordedCall>>
}
