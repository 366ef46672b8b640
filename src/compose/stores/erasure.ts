import { createErasureCases } from '../../adapters/postgres/erasure/cases.ts'
import { createErasureContent } from '../../adapters/postgres/erasure/delete-content.ts'
import { createErasureProgress } from '../../adapters/postgres/erasure/progress.ts'
import { createPersonResidue } from '../../adapters/postgres/erasure/residue.ts'
import { createErasureSubjects } from '../../adapters/postgres/erasure/subjects.ts'
import { createMentionTexts } from '../../adapters/postgres/erasure/texts.ts'
import type { Sql } from '../../adapters/postgres/sql.ts'
import type { ErasureCases } from '../../ports/erasure-cases.ts'
import type { ErasureContent } from '../../ports/erasure-content.ts'
import type { ErasureProgress } from '../../ports/erasure-progress.ts'
import type { ErasureSubjects } from '../../ports/erasure-subjects.ts'
import type { KeyService } from '../../ports/key-service.ts'
import type { MentionTexts } from '../../ports/mention-texts.ts'
import type { PersonResidue } from '../../ports/person-residue.ts'

/** What erasures stand on, over the ledger's database. */
export interface ErasureStores {
  cases: ErasureCases
  progress: ErasureProgress
  subjects: ErasureSubjects
  content: ErasureContent
  texts: MentionTexts
  residue: PersonResidue
}

export function openErasureStores(sql: Sql, keys: KeyService): ErasureStores {
  return {
    cases: createErasureCases({ sql, keys }),
    progress: createErasureProgress({ sql, keys }),
    subjects: createErasureSubjects({ sql, keys }),
    content: createErasureContent({ sql }),
    texts: createMentionTexts({ sql }),
    residue: createPersonResidue({ sql }),
  }
}
