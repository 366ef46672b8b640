import { parseArgs } from 'node:util'
import { startOpenAiDouble } from '../../test/support/vendors/openai.ts'
import { PIECE_LENGTH, streamText } from './stream-text.ts'

/**
 * OpenAI's double as a process of its own. A plain call is answered at once with an echo. With `--chunks` the answer is a
 * stream of about so many pieces, all but the first after a pause; each stream has its own between 100 and 200 ms. Prints
 * `{"baseUrl","apiKey"}` once it listens.
 */
const { values } = parseArgs({ options: { chunks: { type: 'string', default: '0' } } })
const chunks = Number(values.chunks)
const double = await startOpenAiDouble({ record: false })
if (chunks > 0) {
  const text = streamText(chunks)
  double.always(() => ({ text, pieceLength: PIECE_LENGTH, pieceDelayMs: 100 + Math.random() * 100 }))
}
process.stdout.write(`${JSON.stringify({ baseUrl: double.baseUrl, apiKey: double.apiKey })}\n`)
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void double.close())
