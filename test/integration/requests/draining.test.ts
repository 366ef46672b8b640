import { connect, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { startTestGateway, TEST_KEYS } from '../../support/gateway.ts'

const BODY = JSON.stringify({ model: 'simulated/echo', messages: [{ role: 'user', content: 'too late' }] })

/** A connection on which the first line of a request has arrived, and the rest can be sent. */
async function begin(url: string, firstLine: string): Promise<{ finish(rest: string): Promise<string> }> {
  const { hostname, port } = new URL(url)
  const socket: Socket = connect(Number(port), hostname)
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.write(`${firstLine}\r\nHost: x\r\n`, () => resolve())
  })
  return {
    async finish(rest) {
      socket.write(rest)
      const chunks: Buffer[] = []
      for await (const chunk of socket) chunks.push(chunk)
      return Buffer.concat(chunks).toString('utf8')
    },
  }
}

it('a gateway that stops refuses what comes on connections that are open, says so, and finishes what it has', async () => {
  const gateway = await startTestGateway()
  try {
    const chat = await begin(gateway.url, 'POST /v1/chat/completions HTTP/1.1')
    const ready = await begin(gateway.url, 'GET /readyz HTTP/1.1')
    const streamed = await gateway.call('/v1/chat/completions', {
      headers: { 'x-simulate': '{"delay_ms":1000,"chunk":4}' },
      body: { model: 'simulated/echo', stream: true, messages: [{ role: 'user', content: 'one two three' }] },
    })
    const stopped = gateway.stop()
    const refused = await chat.finish(
      `Authorization: Bearer ${TEST_KEYS.app}\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\nConnection: close\r\n\r\n${BODY}`,
    )
    expect(refused).toMatch(/^HTTP\/1\.1 503 /)
    expect(refused.toLowerCase()).toContain('\r\nretry-after: 1\r\n')
    expect(JSON.parse(refused.split('\r\n\r\n')[1] ?? '').error).toMatchObject({ code: 'draining' })
    const state = await ready.finish('Connection: close\r\n\r\n')
    expect(state).toMatch(/^HTTP\/1\.1 503 /)
    expect(JSON.parse(state.split('\r\n\r\n')[1] ?? '')).toMatchObject({ status: 'draining' })
    expect(await streamed.text()).toMatch(/data: \[DONE\]\n\n$/)
    await stopped
  } finally {
    await gateway.remove()
  }
})
