import { openSync, writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { startAnthropicDouble } from './anthropic.ts'
import { startAzureDouble } from './azure.ts'
import type { Behaviour } from './behaviour.ts'
import { startOllamaDouble } from './ollama.ts'
import { startOpenAiDouble } from './openai.ts'
import type { Double, DoubleOptions } from './server.ts'

/**
 * A double as a process of its own: `node test/support/vendors/main.ts openai|anthropic|azure|ollama --port 0
 * [--api-key KEY] [--log FILE] [--behaviour JSON]`. Prints `{"port","origin","apiKey"}` once it listens. `--log` gets each received body as a line.
 */
const starters: Record<string, (options: DoubleOptions & { apiKey?: string }) => Promise<Double>> = {
  openai: startOpenAiDouble,
  anthropic: startAnthropicDouble,
  azure: startAzureDouble,
  ollama: startOllamaDouble,
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: 'string', default: '0' },
    'api-key': { type: 'string', default: 'sk-double' },
    log: { type: 'string' },
    behaviour: { type: 'string', default: '{}' },
  },
})
const start = starters[positionals[0] ?? '']
if (start === undefined) {
  process.stderr.write(`Name a vendor: ${Object.keys(starters).join(', ')}.\n`)
  process.exit(2)
}
const log = values.log === undefined ? null : openSync(values.log, 'a')
const double = await start({
  port: Number(values.port),
  apiKey: values['api-key'],
  behaviour: JSON.parse(values.behaviour) as Behaviour,
  record: false,
  onRequest: (received) => {
    if (log !== null) writeSync(log, `${received.body.toString('utf8').replaceAll('\n', ' ')}\n`)
  },
})
process.stdout.write(
  `${JSON.stringify({ port: Number(new URL(double.origin).port), origin: double.origin, apiKey: values['api-key'] })}\n`,
)
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    void double.close().then(() => process.exit(0))
  })
}
