import { createLegalHolds } from '../../adapters/postgres/erasure/holds.ts'
import { createErasurePapers } from '../../adapters/postgres/erasure/papers.ts'
import { createSubjectExports } from '../../adapters/postgres/exports/subject-exports.ts'
import { createDisclosureAccounts } from '../../adapters/postgres/ledger/disclosure-accounts.ts'
import type { Sql } from '../../adapters/postgres/sql.ts'
import type { DisclosureAccounts } from '../../ports/disclosure-accounts.ts'
import type { ErasurePapers } from '../../ports/erasure-papers.ts'
import type { LegalHolds } from '../../ports/legal-holds.ts'
import type { SubjectExports } from '../../ports/subject-exports.ts'

/** What holds, certificates, exports and the accounting of disclosures stand on, over the ledger's database. */
export interface PaperStores {
  holds: LegalHolds
  papers: ErasurePapers
  exports: SubjectExports
  disclosureAccounts: DisclosureAccounts
}

/** @param erasing the same database by the connections of erasures */
export function openPaperStores(sql: Sql, erasing: Sql): PaperStores {
  return {
    holds: createLegalHolds(erasing),
    papers: createErasurePapers(erasing),
    exports: createSubjectExports(sql),
    disclosureAccounts: createDisclosureAccounts(sql),
  }
}
