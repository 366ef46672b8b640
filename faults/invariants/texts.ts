import type { ChatCompletion } from '../../src/domain/chat/types.ts'
import { createRestorer } from '../../src/domain/redaction/restore.ts'
import type { Asked, Try } from '../load/types.ts'
import { writeDirections } from '../stack/directions.ts'
import type { EntryRow, Expectations, Findings } from './types.ts'

/** Disclosures asked for at most: each is an entry of its own. */
const MAX_DISCLOSURES = 1500
const AT_ONCE = 8

/**
 * What clients saw is what is recorded: a whole answer equals the recorded one, part of a stream begins it, and no client
 * saw anything of a request that is recorded without an answer.
 */
export async function checkTexts(
  expected: Expectations,
  entries: readonly EntryRow[],
  findings: Findings,
): Promise<number> {
  const byMarker = new Map(entries.map((entry) => [entry.marker, entry]))
  const seen = expected.asked.filter(({ tries }) => tries.some(({ text }) => text !== ''))
  const streams = seen.filter(({ ask }) => ask.stream)
  const others = seen.filter(({ ask }) => !ask.stream)
  const queue = [...streams, ...others].slice(0, MAX_DISCLOSURES)
  let compared = 0
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let asked = queue.shift(); asked; asked = queue.shift()) {
        compared += 1
        await checkText(expected, asked, byMarker.get(asked.ask.directions.marker), findings)
      }
    }),
  )
  return compared
}

async function checkText(
  expected: Expectations,
  asked: Asked,
  entry: EntryRow | undefined,
  findings: Findings,
): Promise<void> {
  const { ask, tries } = asked
  const { marker } = ask.directions
  const disclosed = entry && (await expected.disclose(ask.tenant, entry.id))
  if (!entry || !disclosed?.response) {
    findings.expect(false, `${marker}: a client saw text, nothing of it is recorded (${entry?.status})`)
    return
  }
  const restorer = createRestorer(disclosed.values)
  const recorded =
    restorer.restoreCompletion(disclosed.response as unknown as ChatCompletion).choices[0]?.message.content ?? ''
  for (const one of tries) checkSeen(marker, one, recorded, findings)
  const prompt = JSON.stringify(disclosed.prompt)
  findings.expect(prompt.includes(writeDirections(ask.directions)), `${marker}: another prompt is recorded`)
  if (ask.person === null) return
  findings.expect(!prompt.includes(ask.person), `${marker}: a value stands in the recorded prompt`)
  const whole = entry.status === 'answered'
  findings.expect(!whole || recorded.includes(ask.person), `${marker}: a value did not come back`)
}

function checkSeen(marker: string, one: Try, recorded: string, findings: Findings): void {
  const whole = one.outcome === 'answered'
  const same = whole ? one.text === recorded : recorded.startsWith(one.text)
  findings.expect(same, `${marker}: a client was ${whole ? 'answered' : 'told'} ${difference(one.text, recorded)}`)
}

/** Where two texts of the double part: there is no person in them but those that the load made up. */
function difference(seen: string, recorded: string): string {
  let at = 0
  while (at < seen.length && seen[at] === recorded[at]) at += 1
  const from = Math.max(0, at - 12)
  return `"${seen.slice(from, at + 20)}" at ${at} of ${seen.length}, recorded is "${recorded.slice(from, at + 20)}"`
}
