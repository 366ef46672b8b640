import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'
import type { LoadOrder, LoadReport } from './load.ts'
import { IDENTIFIERS, promptOf } from './prompt.ts'

/**
 * Sends requests over a fixed number of kept-alive connections, one at a time on each, and tells how long each took. One that
 * waits for a free connection has begun when it was due. A process of its own, so that its work neither delays nor counts
 * as the gateway's. Orders and reports go over IPC.
 */
async function run(order: LoadOrder): Promise<LoadReport> {
  const pool = new Pool(order.origin, { connections: order.connections, pipelining: 1, headersTimeout: 120_000 })
  const latencies: number[] = []
  const refused: Record<string, number> = {}
  let next = order.first
  const cpuBefore = process.cpuUsage()
  const startedAt = performance.now()
  const endAt = startedAt + order.seconds * 1000
  const limit = order.first + (order.requests ?? Number.POSITIVE_INFINITY)
  let inWindow = 0

  let dueAt = startedAt
  async function due(): Promise<number> {
    if (order.everyMs === undefined) return performance.now()
    const at = dueAt
    dueAt += order.everyMs
    await sleep(Math.max(0, Math.min(at, endAt) - performance.now()))
    return at
  }
  async function connection(): Promise<void> {
    for (let sentAt = await due(); sentAt < endAt && next < limit; sentAt = await due()) {
      const { body, marker } = promptOf(next++)
      const answer = await pool.request({
        path: order.path,
        method: 'POST',
        headers: { 'content-type': 'application/json', ...order.headers },
        body,
      })
      const text = await answer.body.text()
      const now = performance.now()
      const fault = faultOf(order, answer.statusCode, answer.headers['x-palimpsest-redactions'], text, marker)
      if (fault !== null) {
        refused[fault] = (refused[fault] ?? 0) + 1
        continue
      }
      latencies.push(now - sentAt)
      if (now <= endAt) inWindow++
    }
  }
  await Promise.all(Array.from({ length: order.connections }, connection))
  const wallMs = performance.now() - startedAt
  const cpu = process.cpuUsage(cpuBefore)
  await pool.close()
  return {
    latencies,
    refused,
    sent: next - order.first,
    ratePerSecond: inWindow / (Math.min(wallMs, order.seconds * 1000) / 1000),
    cpuMs: (cpu.user + cpu.system) / 1000,
  }
}

/** An answer counts only if it is the right one. */
function faultOf(
  order: LoadOrder,
  status: number,
  redactions: string | string[] | undefined,
  text: string,
  marker: string,
): string | null {
  if (status !== 200) return `status ${status}: ${text.slice(0, 200)}`
  if (order.expectRedactions && redactions !== String(IDENTIFIERS)) return `${redactions} redactions`
  return text.includes(marker) ? null : 'an answer without its identifier'
}

process.on('message', (order: LoadOrder) => {
  run(order).then(
    (report) => process.send?.({ report }),
    (error: unknown) => process.send?.({ error: String(error) }),
  )
})
process.on('disconnect', () => process.exit(0))
