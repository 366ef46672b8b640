import type { ErasureCases } from '../../src/ports/erasure-cases.ts'
import type { KeyService } from '../../src/ports/key-service.ts'
import type { LegalHolds } from '../../src/ports/legal-holds.ts'
import type { OpenMentionSearch } from '../../src/ports/mention-search.ts'
import type { MentionTexts } from '../../src/ports/mention-texts.ts'
import type { Looked, PersonResidue } from '../../src/ports/person-residue.ts'
import type { ErasureGate } from '../../src/ports/tombstones.ts'
import type { WorkflowHistories } from '../../src/ports/workflow-histories.ts'
import type { ErasureActivities } from './types.ts'

export interface MentionDeps {
  cases: Pick<ErasureCases, 'open'>
  texts: MentionTexts
  residue: PersonResidue
  /** What archived objects still hold sealed of a case's subjects. */
  archived(caseId: string, pseudonyms: readonly string[]): Promise<Looked>
  /** What the tenant's policy and its part of the configuration file list, in clear. */
  listedValues(tenantId: string): Promise<readonly string[]>
  holds: Pick<LegalHolds, 'covering'>
  histories: WorkflowHistories
  keys: Pick<KeyService, 'dataKey'>
  searchFor: OpenMentionSearch
  /** Asked before stored text is opened. */
  gate: Pick<ErasureGate, 'requireReplayed'>
  randomBytes(length: number): Uint8Array
}

export type MentionSteps = Pick<ErasureActivities, 'findMentions' | 'cutMentions' | 'checkHistories' | 'scanResidue'>
