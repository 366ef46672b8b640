import { createHash } from 'node:crypto'
import { activityInfo, heartbeat, sleep } from '@temporalio/activity'
import { needlesOf } from '../../src/domain/erasure/needles.ts'
import { sealText } from '../../src/domain/requests/sealing.ts'
import type { MentionSearch } from '../../src/ports/mention-search.ts'
import type { FoundText, MentionTexts, OthersText, OthersValue, Places } from '../../src/ports/mention-texts.ts'
import type { MentionDeps, MentionSteps } from './mention-deps.ts'
import { openStretch, rowOf } from './open-others.ts'

/** Milliseconds between two looks whether another erasure has cut a text that both want. */
const LOOK_MS = 1_000
/** Milliseconds in which entries get their leaves; a sequencer that is slower is behind anyway. */
const LEAVES_WITHIN_MS = 60_000

/** What stands in the heartbeat: a search that is taken up again goes on from there. */
interface Progress {
  places: Places
  textsScanned: number
  textsUnreadable: number
}

/**
 * Looks through what others wrote, in the order of the ledger's leaves, up to the last one there is when it gets there: what
 * comes later is a new mention. Keeps what remains of each text; changes and deletes nothing. A text that two erasures want is
 * cut by one after the other, so that neither puts back what the other took out.
 */
export function createFindMentions(deps: MentionDeps): MentionSteps['findMentions'] {
  const { cases, texts } = deps
  return async ({ caseId }) => {
    const { tenantId, subjects, request } = await cases.open(caseId)
    const pseudonyms = subjects.map(({ pseudonym }) => pseudonym)
    const search = deps.searchFor(needlesOf(request))
    let progress = activityInfo().heartbeatDetails as Progress | undefined
    if (progress === undefined) {
      await texts.begin(caseId, tenantId)
      await awaitLeaves(texts, tenantId)
      progress = { places: {}, textsScanned: 0, textsUnreadable: 0 }
    }
    if (!search.isEmpty) {
      let { textsScanned, textsUnreadable } = progress
      for await (const stretch of texts.walk(tenantId, pseudonyms, progress.places, null, false)) {
        const unreadable = await keepFound(deps, { caseId, tenantId, search }, stretch)
        textsScanned += stretch.texts.length - unreadable
        textsUnreadable += unreadable
        // What belongs to leaves that are not done yet would be counted again.
        if (stretch.places !== progress.places) progress = { places: stretch.places, textsScanned, textsUnreadable }
        heartbeat(progress)
      }
    }
    while (!(await texts.claim(caseId, progress.places))) {
      heartbeat(progress)
      await sleep(LOOK_MS)
    }
    await keepFound(deps, { caseId, tenantId, search }, { texts: await texts.takeStale(caseId), values: [] })
    const { textsScanned, textsUnreadable } = progress
    return { textsScanned, textsUnreadable, texts: await texts.waiting(caseId) }
  }
}

/** What was in the ledger when the search began has its leaf soon; what no writer signed never gets one, and is not waited for. */
async function awaitLeaves(texts: MentionTexts, tenantId: string): Promise<void> {
  const giveUpAt = Date.now() + LEAVES_WITHIN_MS
  let waiting = await texts.withoutLeaf(tenantId, null)
  while (waiting.length > 0 && Date.now() < giveUpAt) {
    heartbeat()
    await sleep(LOOK_MS / 10)
    waiting = await texts.withoutLeaf(tenantId, waiting)
  }
}

interface Hunt {
  caseId: string
  tenantId: string
  search: MentionSearch
}

/** Gives how many texts nobody can open. */
async function keepFound(
  deps: MentionDeps,
  { caseId, tenantId, search }: Hunt,
  stretch: { texts: OthersText[]; values: OthersValue[] },
): Promise<number> {
  const { texts, values, unreadable } = await openStretch(deps, tenantId, stretch)
  const found: FoundText[] = []
  for (const { text, opened, dataKey } of texts) {
    const left = await search.cut(opened)
    if (left === null) continue
    // Under another nonce: with the old one whoever may read the rest could try out what was cut against the commitment.
    const { sealed } = sealText(rowOf(tenantId, text), dataKey, text.group, left.text, deps.randomBytes)
    found.push({
      entryId: text.entryId,
      group: text.group,
      oldDigest: digest(text.sealed),
      newDigest: digest(sealed),
      remaining: sealed,
    })
  }
  const namesThem: OthersValue[] = []
  for (const { value, opened } of values) if (await search.isIn(opened, 'text')) namesThem.push(value)
  // What is under a legal hold stays whole; the last look at what is there counts it apart.
  const held = await heldAmong(deps, tenantId, [...found, ...namesThem])
  const free = ({ entryId }: { entryId: string }) => !held.has(entryId)
  await deps.texts.keep(caseId, found.filter(free), namesThem.filter(free))
  return unreadable
}

/** Entries under a legal hold in force. */
export async function heldAmong(
  { holds }: Pick<MentionDeps, 'holds'>,
  tenantId: string,
  some: readonly { entryId: string }[],
): Promise<Set<string>> {
  return some.length === 0 ? new Set() : holds.covering(tenantId, [...new Set(some.map(({ entryId }) => entryId))])
}

function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}
