import type postgres from 'postgres'
import type { JournalLine } from '../journal.ts'
import { type Asked, nothingWasSent, type Try } from '../load/types.ts'
import type { EntryRow, Expectations, Findings } from './types.ts'

export async function readEntries(sql: postgres.Sql): Promise<EntryRow[]> {
  const rows = await sql`
    SELECT id, kind, tenant_id, feature, status, status_code, error_code, attempt_count, attempts, tool
    FROM ledger_entry WHERE kind IN ('interaction', 'refusal') ORDER BY id`
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    tenantId: row.tenant_id,
    marker: row.feature,
    status: row.status,
    statusCode: row.status_code,
    errorCode: row.error_code,
    attemptCount: row.attempt_count,
    attempts: JSON.parse(row.attempts ?? '[]'),
    tool: row.tool,
  }))
}

/** Lines of one request in the journal. */
interface Story {
  accepted: number
  withdrawn: number
  attempts: number
  recorded: number
  marker: string | null
}

/**
 * Every accepted request has exactly one entry and every withdrawn one none; an entry lists every attempt there was;
 * nothing but accepted requests is recorded.
 */
export function checkAccepted(journal: readonly JournalLine[], entries: readonly EntryRow[], findings: Findings): void {
  const stories = storiesOf(journal)
  for (const [id, story] of stories) {
    const wanted = story.withdrawn > 0 ? 0 : 1
    findings.expect(
      story.recorded === wanted,
      `request ${id} (${story.marker}) was ${wanted ? 'accepted' : 'withdrawn'} and has ${story.recorded} entries`,
    )
    findings.expect(story.withdrawn === 0 || story.attempts === 0, `request ${id} was withdrawn after an attempt`)
  }
  for (const entry of entries) {
    const story = stories.get(entry.id)
    findings.expect(story !== undefined && story.accepted === 1, `entry ${entry.id} has no accepted request`)
    findings.expect(
      story?.attempts === entry.attemptCount && entry.attempts.length === entry.attemptCount,
      `entry ${entry.id} (${entry.marker}) lists ${entry.attempts.length} of ${story?.attempts} attempts`,
    )
    const numbers = entry.attempts.map(({ attempt }) => attempt)
    findings.expect(
      numbers.every((number, index) => number === index + 1),
      `entry ${entry.id} numbers its attempts ${numbers.join()}`,
    )
    const open = entry.attempts.filter(({ state }) => state === 'calling' || state === 'delivering')
    findings.expect(open.length === 0, `entry ${entry.id} was written over an attempt under way`)
  }
}

export function storiesOf(journal: readonly JournalLine[]): Map<string, Story> {
  const stories = new Map<string, Story>()
  for (const { what, requestId, marker } of journal) {
    const story = stories.get(requestId) ?? { accepted: 0, withdrawn: 0, attempts: 0, recorded: 0, marker: null }
    stories.set(requestId, story)
    story.marker ??= marker
    if (what === 'accepted') story.accepted += 1
    if (what === 'withdrawn') story.withdrawn += 1
    if (what === 'attempt') story.attempts += 1
    // Entries of other kinds are no request's: they stand in the journal alone.
    if (what === 'recorded') story.recorded += 1
  }
  for (const [id, story] of stories) if (story.accepted === 0) stories.delete(id)
  return stories
}

/** What each client was told agrees with what is recorded, and with what the provider was asked. */
export function checkClients(expected: Expectations, entries: readonly EntryRow[], findings: Findings): void {
  const byMarker = Map.groupBy(entries, (entry) => entry.marker ?? '')
  for (const asked of expected.asked) {
    const { marker } = asked.ask.directions
    const own = byMarker.get(marker) ?? []
    const calls = expected.calls.get(marker) ?? 0
    const attempts = own.reduce((sum, entry) => sum + entry.attemptCount, 0)
    findings.expect(own.length <= 1, `${marker} has ${own.length} entries: ${own.map(({ id }) => id).join()}`)
    findings.expect(calls <= attempts, `${marker}: the provider was called ${calls} times, ${attempts} are on record`)
    findings.expect(own[0]?.status !== 'answered' || calls > 0, `${marker} was answered by nobody`)
    for (const one of asked.tries) checkTry(asked, one, own[0], findings)
    if (asked.tries.every(nothingWasSent)) {
      findings.expect(own.length === 0 && calls === 0, `${marker} was told that nothing was sent: ${calls} calls`)
    }
  }
  const known = new Set(expected.asked.map(({ ask }) => ask.directions.marker))
  for (const marker of expected.calls.keys()) {
    findings.expect(known.has(marker), `the provider was asked ${marker}, which no client asked`)
  }
}

function checkTry({ ask }: Asked, one: Try, entry: EntryRow | undefined, findings: Findings): void {
  const { marker } = ask.directions
  if (one.status === 503) findings.expect(one.retryAfter !== null, `${marker}: a 503 ${one.code} without Retry-After`)
  if (one.recordedFirst !== null) {
    findings.expect(one.recordedFirst, `${marker}: ${ask.tool} was answered before its record`)
  }
  if (one.outcome !== 'answered') return
  findings.expect(entry?.status === 'answered', `${marker} was answered and is recorded as ${entry?.status}`)
  findings.expect(entry?.id === one.requestId, `${marker} was answered as ${one.requestId}, recorded as ${entry?.id}`)
  findings.expect(
    entry?.tenantId === ask.tenant && entry?.tool === ask.tool,
    `${marker} is recorded for another caller`,
  )
}
