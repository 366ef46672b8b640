import { openPiiEngine } from '../src/compose/pii-engine.ts'
import type { ChatRequest } from '../src/domain/chat/types.ts'
import { redactChat } from '../src/domain/redaction/redact-chat.ts'
import type { PiiEngine } from '../src/ports/pii-engine.ts'
import { filled, HOSTILE_TEXTS } from '../test/support/hostile-texts.ts'
import type { BenchOptions, Measurement } from './support/measurement.ts'
import { spreadOf } from './support/statistics.ts'
import { formatTable } from './support/table.ts'

const MEGABYTE = 1_000_000
/** Seconds that a megabyte may take. */
const GOAL_S = 3

const KINDS: readonly { name: string; textOf(length: number): string }[] = [
  ...['a@', '1', '4111 1111 1111 1111 ', '353650114204253 x ', '[', '([{<'].map((unit) => ({
    name: unit,
    textOf: (length: number) => filled(unit, length),
  })),
  ...HOSTILE_TEXTS,
]

/** What a megabyte that was made to take long takes. */
export const hostile: Measurement = {
  name: 'hostile',
  about: 'seconds to redact 1 MB of what was made to take long, formats and name model',
  async run({ repeats = 3, say }: BenchOptions) {
    const opened = await openPiiEngine({ presidioUrl: null, presidioMode: 'replace' })
    try {
      const data = []
      for (const { name, textOf } of KINDS) {
        const text = textOf(MEGABYTE)
        const seconds: number[] = []
        for (let run = 0; run < repeats; run += 1) seconds.push(await redactSeconds(opened.engine, `${run} ${text}`))
        const { median, max } = spreadOf(seconds)
        say(`${name}: ${median.toFixed(2)} s`)
        data.push({ name, median, max, isWithinGoal: median <= GOAL_S })
      }
      const rows = data.map(({ name, median, max }) => [`\`${name}\``, median.toFixed(2), max.toFixed(2)])
      return { text: formatTable(['1 MB of', 'median s', 'max'], rows), data }
    } finally {
      await opened.close()
    }
  },
}

/** Seconds until a message is redacted. Each text must be one that was not read before: the engine remembers. */
async function redactSeconds(engine: PiiEngine, content: string): Promise<number> {
  const request: ChatRequest = { model: 'bench', messages: [{ role: 'user', content }] }
  const before = performance.now()
  await redactChat({ request, engine, policy: {} })
  return (performance.now() - before) / 1000
}
