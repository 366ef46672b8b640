import type { Asked, Try } from '../load/types.ts'
import type { EntryRow, Expectations, Findings } from './types.ts'

const AT_ONCE = 8

/**
 * One key, one answer: every exchange of a key that was answered said the same, and asked twice more it says the same
 * again, byte for byte; a cut stream gives 409, a recorded failure the same failure.
 */
export async function checkKeys(
  expected: Expectations,
  entries: readonly EntryRow[],
  findings: Findings,
): Promise<number> {
  const byMarker = new Map(entries.map((entry) => [entry.marker, entry]))
  const queue = expected.asked.filter(({ ask }) => ask.key !== null && byMarker.has(ask.directions.marker))
  const total = queue.length
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let asked = queue.shift(); asked; asked = queue.shift()) {
        const entry = byMarker.get(asked.ask.directions.marker)
        const again = [await expected.ask(asked), await expected.ask(asked)]
        if (entry) compare(asked, again, entry, findings)
      }
    }),
  )
  return total
}

function compare(asked: Asked, again: readonly Try[], entry: EntryRow, findings: Findings): void {
  const { marker } = asked.ask.directions
  const [first, second] = again
  findings.expect(first?.body === second?.body, `${marker}: its key gave two different answers`)
  for (const one of again) {
    const told = `${one.status} ${one.code ?? one.outcome}`
    if (entry.status === 'answered')
      findings.expect(one.outcome === 'answered', `${marker} is answered, its key gave ${told}`)
    else if (entry.status === 'interrupted') {
      findings.expect(
        one.status === 409 && one.code === 'stream_interrupted',
        `${marker} was cut, its key gave ${told}`,
      )
    } else {
      const same = one.status === entry.statusCode && one.code === entry.errorCode
      findings.expect(same, `${marker} ${entry.status} with ${entry.errorCode}, its key gave ${told}`)
    }
  }
  const earlier = asked.tries.filter(({ outcome }) => outcome === 'answered')
  for (const one of earlier) {
    findings.expect(one.text === first?.text, `${marker}: its key gave another text than before`)
    findings.expect(asked.ask.stream || one.body === first?.body, `${marker}: its key gave other bytes than before`)
  }
  const refused = asked.tries.filter(({ outcome, status }) => outcome === 'refused' && status === first?.status)
  for (const one of refused) {
    findings.expect(one.body === first?.body, `${marker}: its key gave another refusal than before`)
  }
}
