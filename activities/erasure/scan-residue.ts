import { heartbeat, sleep } from '@temporalio/activity'
import { needlesOf } from '../../src/domain/erasure/needles.ts'
import { KeyDestroyed } from '../../src/ports/key-service.ts'
import type { MentionSearch } from '../../src/ports/mention-search.ts'
import type { Places } from '../../src/ports/mention-texts.ts'
import { heldAmong } from './find-mentions.ts'
import type { MentionDeps, MentionSteps } from './mention-deps.ts'
import { openStretch } from './open-others.ts'
import type { StoreResidue } from './types.ts'

/** Milliseconds for which a destroyed key may still be in a cache, and a little, and between two looks. */
const CACHED_MS = 65_000
const LOOK_MS = 2_000

/** Looks for the person in every store. What is found is counted, and fails the erasure; it is never passed over. */
export function createScanResidue(deps: MentionDeps): MentionSteps['scanResidue'] {
  const { cases, texts, residue } = deps
  return async ({ caseId }) => {
    const { tenantId, subjects, request } = await cases.open(caseId)
    const pseudonyms = subjects.map(({ pseudonym }) => pseudonym)
    const search = deps.searchFor(needlesOf(request))
    const searched = await texts.searched(caseId)
    if (searched === undefined) throw new Error('nobody has looked for mentions yet')
    const keystore = await tryKeys(
      deps,
      subjects.map(({ dataKeyId }) => dataKeyId),
      searched.copies,
    )
    const { content, auditView, keys } = await residue.ownEntries(pseudonyms)
    heartbeat()
    const identities = await residue.identities(pseudonyms)
    const { open, ...inFlight } = await residue.inFlight(tenantId, pseudonyms)
    inFlight.found += keys + (await countNaming(open, search))
    const archived = await deps.archived(caseId, pseudonyms)
    const listed = await deps.listedValues(tenantId)
    const policy = { looked: listed.length, found: 0, toChange: await countNaming(listed, search) }
    const others = await lookThrough(deps, tenantId, pseudonyms, searched.until, search)
    return {
      stores: [
        keystore,
        { store: 'content and detected values of the person', ...content },
        { store: 'identities', ...identities },
        { store: 'consents', ...(await residue.consents(pseudonyms)) },
        { store: 'budgets of the person', ...(await residue.budgets(pseudonyms)) },
        { store: 'requests in flight, idempotency keys', ...inFlight },
        { store: 'audit view', ...auditView },
        { store: 'exports', ...(await texts.exportsLeft(caseId)) },
        { store: 'archives', ...archived },
        { store: 'values listed in the policy', ...policy },
        ...others,
      ],
    }
  }
}

/**
 * Each key that a sealed copy of the person named, before the copies were deleted, and each of their subjects. A blob opens under
 * the key in its head and no other, so a copy that somebody kept is as good as tried once the key service says that the key is
 * destroyed. What another process destroyed may stand in this one's cache for a minute: it is asked again until then.
 */
async function tryKeys(
  { keys }: MentionDeps,
  subjectKeys: readonly string[],
  copies: readonly { keyId: string; copies: number }[],
): Promise<StoreResidue> {
  const keyIds = [...new Set([...subjectKeys, ...copies.map(({ keyId }) => keyId)])]
  const destroyed = new Set<string>()
  for (const giveUpAt = Date.now() + CACHED_MS; ; ) {
    for (const keyId of keyIds.filter((id) => !destroyed.has(id))) {
      try {
        await keys.dataKey(keyId)
      } catch (error) {
        if (!(error instanceof KeyDestroyed)) throw error
        destroyed.add(keyId)
      }
    }
    heartbeat()
    if (destroyed.size === keyIds.length || Date.now() >= giveUpAt) break
    await sleep(LOOK_MS)
  }
  const sum = (some: readonly { copies: number }[]) => some.reduce((total, one) => total + one.copies, 0)
  return {
    store: 'keystore',
    looked: keyIds.length,
    found: keyIds.length - destroyed.size,
    sealedTried: sum(copies),
    sealedDestroyed: sum(copies.filter(({ keyId }) => destroyed.has(keyId))),
  }
}

/** What stands in clear in the ledger, and what others wrote, opened once more, as far as the search for mentions went. */
async function lookThrough(
  deps: MentionDeps,
  tenantId: string,
  pseudonyms: readonly string[],
  until: Places,
  search: MentionSearch,
): Promise<StoreResidue[]> {
  const { texts } = deps
  const ledger = { store: 'ledger entries', looked: 0, found: 0 }
  const others = { store: 'texts and detected values of other people', looked: 0, found: 0, held: 0 }
  if (search.isEmpty) return [ledger, others]
  for await (const stretch of texts.walk(tenantId, pseudonyms, {}, until, true)) {
    const opened = await openStretch(deps, tenantId, stretch)
    others.looked += opened.texts.length + opened.values.length
    const named: { entryId: string }[] = []
    for (const one of opened.texts) if (await search.isIn(one.opened, 'json')) named.push(one.text)
    for (const one of opened.values) if (await search.isIn(one.opened, 'text')) named.push(one.value)
    const underHold = await heldAmong(deps, tenantId, named)
    const held = named.filter(({ entryId }) => underHold.has(entryId)).length
    others.held += held
    others.found += named.length - held
    ledger.looked += stretch.open.length
    ledger.found += await countNaming(stretch.open, search)
    heartbeat()
  }
  return [ledger, others]
}

async function countNaming(some: readonly string[], search: MentionSearch): Promise<number> {
  let found = 0
  for (const text of some) if (await search.isIn(text, 'text')) found += 1
  return found
}
