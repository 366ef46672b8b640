import type { ErasureCases } from '../../src/ports/erasure-cases.ts'
import type { KeyService } from '../../src/ports/key-service.ts'
import type { LegalHolds } from '../../src/ports/legal-holds.ts'
import type { MentionTexts } from '../../src/ports/mention-texts.ts'
import type { PersonResidue } from '../../src/ports/person-residue.ts'
import type { WorkflowHistories } from '../../src/ports/workflow-histories.ts'
import type { ErasureActivities } from './types.ts'

export interface MentionDeps {
  cases: Pick<ErasureCases, 'open'>
  texts: MentionTexts
  residue: PersonResidue
  holds: Pick<LegalHolds, 'covering'>
  histories: WorkflowHistories
  keys: Pick<KeyService, 'dataKey'>
  randomBytes(length: number): Uint8Array
}

export type MentionSteps = Pick<ErasureActivities, 'findMentions' | 'cutMentions' | 'checkHistories' | 'scanResidue'>
