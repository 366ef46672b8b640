import { parseArgs } from 'node:util'
import { startOpenAiDouble } from '../../test/support/vendors/openai.ts'

/**
 * OpenAI's double as a process of its own. A plain call is answered at once with an echo. A streamed one gets
 * `--chunks` pieces, each after a random 100–200 ms. Prints `{"baseUrl","apiKey"}` once it listens.
 */
const { values } = parseArgs({ options: { chunks: { type: 'string', default: '0' } } })
const chunks = Number(values.chunks)
const double = await startOpenAiDouble({ record: false })
if (chunks > 0) {
  const text = Array.from({ length: chunks }, (_, index) => `word${String(index).padStart(3, '0')} `).join('')
  double.always(() => ({ text, pieceLength: 8, pieceDelayMs: 100 + Math.random() * 100 }))
}
process.stdout.write(`${JSON.stringify({ baseUrl: double.baseUrl, apiKey: double.apiKey })}\n`)
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void double.close())
