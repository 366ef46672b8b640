import { setTimeout as sleep } from 'node:timers/promises'
import { createParser } from 'eventsource-parser'
import { Pool } from 'undici'
import { promptOf } from './prompt.ts'
import { restoredText, streamText } from './stream-text.ts'
import type { StreamOrder, StreamReport, StreamSeen } from './streams-load.ts'

/** Holds many streams open at once and tells what each showed. A process of its own; orders and reports go over IPC. */
async function run(order: StreamOrder): Promise<StreamReport> {
  const pool = new Pool(order.origin, { connections: order.streams, pipelining: 1, headersTimeout: 120_000 })
  const cpuBefore = process.cpuUsage()
  const startedAt = performance.now()
  const seen = await Promise.all(
    Array.from({ length: order.streams }, async (_, index) => {
      await sleep((order.startOverSeconds * 1000 * index) / order.streams)
      return watch(pool, order, order.first + index)
    }),
  )
  const cpu = process.cpuUsage(cpuBefore)
  await pool.close()
  return { streams: seen, wallMs: performance.now() - startedAt, cpuMs: (cpu.user + cpu.system) / 1000 }
}

async function watch(pool: Pool, order: StreamOrder, n: number): Promise<StreamSeen> {
  const { body, marker } = promptOf(n, { stream: true })
  const sentAt = performance.now()
  const answer = await pool.request({
    path: order.path,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...order.headers },
    body,
  })
  const seen: StreamSeen = {
    status: answer.statusCode,
    requestId: String(answer.headers['x-palimpsest-request-id'] ?? ''),
    firstEventMs: Number.NaN,
    firstTextMs: Number.NaN,
    lastMs: Number.NaN,
    chunks: 0,
    done: false,
    whole: false,
  }
  let text = ''
  const parser = createParser({
    onEvent({ data }) {
      const at = performance.now() - sentAt
      seen.lastMs = at
      if (Number.isNaN(seen.firstEventMs)) seen.firstEventMs = at
      if (data === '[DONE]') {
        seen.done = true
        return
      }
      const content = JSON.parse(data).choices?.[0]?.delta?.content
      if (typeof content !== 'string' || content === '') return
      if (Number.isNaN(seen.firstTextMs)) seen.firstTextMs = at
      seen.chunks++
      text += content
    },
  })
  const decoder = new TextDecoder()
  for await (const piece of answer.body) parser.feed(decoder.decode(piece, { stream: true }))
  const said = streamText(order.chunks)
  seen.whole = text === (order.restored ? restoredText(said, marker) : said)
  return seen
}

process.on('message', (order: StreamOrder) => {
  run(order).then(
    (report) => process.send?.({ report }),
    (error: unknown) => process.send?.({ error: String(error) }),
  )
})
process.on('disconnect', () => process.exit(0))
