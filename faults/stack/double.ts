import { openSync, writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Behaviour, Received } from '../../test/support/vendors/behaviour.ts'
import { startOpenAiDouble } from '../../test/support/vendors/openai.ts'
import { readDirections } from './directions.ts'

/**
 * OpenAI's double as a process that nobody kills. Each call is a line `{"marker","call"}` in the log before anything is
 * answered. The answer begins with the call's number, so that two calls of one request never say the same.
 */
const { values } = parseArgs({
  options: { port: { type: 'string' }, 'api-key': { type: 'string' }, log: { type: 'string' } },
})
const log = openSync(values.log ?? '', 'a')
const callsOf = new Map<string, number>()

const double = await startOpenAiDouble({
  port: Number(values.port),
  apiKey: values['api-key'] ?? '',
  record: false,
})
double.always((received) => behave(received))

function behave(received: Received): Behaviour {
  const asked = lastMessage(received)
  const { marker, waitMs, pieceMs, words, failure } = readDirections(asked)
  const call = (callsOf.get(marker) ?? 0) + 1
  callsOf.set(marker, call)
  writeSync(log, `${JSON.stringify({ marker, call })}\n`)
  const said = `call ${call} for ${marker} heard: ${asked} ${'and so on '.repeat(words)}end`
  const plain: Behaviour = { delayMs: waitMs, text: said, pieceLength: 12, pieceDelayMs: pieceMs }
  if (call > 1 || failure === 'none') return plain
  if (failure === 'limit') return limited(waitMs)
  if (failure === 'error') return { ...plain, status: 500 }
  return { ...plain, fault: failure }
}

/** Refused at once; the wait is the app's. */
function limited(waitMs: number): Behaviour {
  return { status: 429, headers: { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))) } }
}

function lastMessage(received: Received): string {
  const { messages } = JSON.parse(received.body.toString('utf8')) as { messages: { content: unknown }[] }
  const content = messages.at(-1)?.content
  return typeof content === 'string' ? content : JSON.stringify(content)
}

process.stdout.write(`${JSON.stringify({ origin: double.origin })}\n`)
