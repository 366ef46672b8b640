import { type ConsentCode, consentError, consentObstacle } from '../../src/domain/consent/consent.ts'
import type { InboxRequest } from '../../src/domain/requests/types.ts'
import { restsOnConsent } from '../../src/domain/routing/lawful-basis.ts'
import type { RequestDeps } from './deps.ts'

/** As its policy has it, or as it was prepared. */
interface StatedUse {
  purpose: string | null
  lawfulBasis: string | null
}

/**
 * Asks the database for the consent that a request rests on; a request that rests on none asks nothing.
 * @throws PalimpsestError 403, where it is missing, of somebody or something else, withdrawn or over
 */
export async function requireConsent(deps: RequestDeps, inbox: InboxRequest, use: StatedUse): Promise<void> {
  const missing = await consentMissing(deps, inbox, use)
  if (missing !== null) throw consentError(missing)
}

/** The same as a code; null: nothing is missing. */
export async function consentMissing(
  deps: Pick<RequestDeps, 'consents' | 'now'>,
  { context, subjectPseudonym }: InboxRequest,
  { purpose, lawfulBasis }: StatedUse,
): Promise<ConsentCode | null> {
  if (!restsOnConsent(lawfulBasis)) return null
  if (context.consentPseudonym === null) return 'consent_required'
  const consent = await deps.consents.ofPerson(context.tenantId, subjectPseudonym, context.consentPseudonym)
  return consentObstacle(consent, { tool: context.tool, purpose }, deps.now())
}
