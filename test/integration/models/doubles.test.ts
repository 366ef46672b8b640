import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { createOpenAiProvider } from '../../../src/adapters/models/openai/provider.ts'
import { callOf, failure, userSays } from './support.ts'

const MAIN = fileURLToPath(new URL('../../support/vendors/main.ts', import.meta.url))
let child: ChildProcess | null = null
let folder: string | null = null

afterEach(async () => {
  child?.kill('SIGKILL')
  if (folder !== null) await rm(folder, { recursive: true, force: true })
})

async function start(...args: string[]): Promise<{ port: number; origin: string; apiKey: string }> {
  child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout ?? process.stdin })
  for await (const line of lines) return JSON.parse(line)
  throw new Error('the double did not start')
}

describe('a double as a process of its own', () => {
  it('says where it listens, logs each body as a line, is steered from outside, and ends on SIGTERM', async () => {
    folder = await mkdtemp(join(tmpdir(), 'double-'))
    const log = join(folder, 'log of bodies')
    const { origin, apiKey, port } = await start(
      'openai',
      '--port',
      '0',
      '--log',
      log,
      '--behaviour',
      '{"text":"hello"}',
    )
    expect(origin).toBe(`http://127.0.0.1:${port}`)
    const provider = createOpenAiProvider({ apiKey, baseUrl: `${origin}/v1` })
    const ask = (text: string) => provider.complete(callOf(userSays(text), 'gpt-4o'))
    expect((await ask('marker-1\nmore')).choices[0]?.message.content).toBe('hello')
    await fetch(`${origin}/_double/script`, { method: 'POST', body: '[{"status":500}]' })
    expect((await failure(ask('marker-2'))).kind).toBe('unavailable')
    const lines = (await readFile(log, 'utf8')).trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line).messages[0].content)).toEqual(['marker-1\nmore', 'marker-2'])
    expect(await (await fetch(`${origin}/_double/count`)).json()).toEqual({ count: 2 })
    await provider.close()
    const ended = new Promise((resolve) => child?.once('exit', resolve))
    child?.kill('SIGTERM')
    expect(await ended).toBe(0)
  })

  it.each(['anthropic', 'azure', 'ollama'])('is there for %s too', async (vendor) => {
    const { origin } = await start(vendor)
    const answer = await fetch(`${origin}/nowhere`, { method: 'POST', body: '{}' })
    expect(answer.ok).toBe(false)
  })
})

describe('a server that speaks no HTTP', () => {
  it.each<[string, string]>([
    ['malformed', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['malformed', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 9\r\n\r\nhello'],
    ['unreachable', ''],
    ['interrupted', 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n{"choices":'],
  ])('is %s: %j', async (kind, bytes) => {
    const server = createServer((socket) => {
      socket.once('data', () => socket.end(bytes))
      socket.on('error', () => socket.destroy())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const provider = createOpenAiProvider({ apiKey: 'k', baseUrl: `http://127.0.0.1:${port}` })
    expect((await failure(provider.complete(callOf(userSays('x'), 'm')))).kind).toBe(kind)
    await provider.close()
    server.close()
  })
})
