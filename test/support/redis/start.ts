import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { anyFreePort } from '../../../src/embedded/process/ports.ts'
import { installRedis } from './install.ts'

export interface RedisServer {
  url: string
  port: number
  /** One command, its answer as text. */
  command(...words: string[]): Promise<string>
  /** SIGKILL: everything is forgotten, connections break. */
  kill(): Promise<void>
  /** Starts it again, empty, at the same port; one that runs goes on. */
  start(): Promise<void>
  /** It holds its connections and says nothing; and goes on. */
  freeze(): void
  thaw(): void
  stop(): Promise<void>
}

const START_WITHIN_MS = 20_000

/** A real Redis (or Valkey) that keeps nothing on disk. Or the reason why there is none. */
export async function startRedis(): Promise<RedisServer | { missing: string }> {
  const found = await installRedis()
  if ('missing' in found) return found
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-redis-'))
  const port = await anyFreePort()
  let child: ChildProcess | null = null
  const endWithUs = () => child?.kill('SIGKILL')
  process.once('exit', endWithUs)
  const kill = async () => {
    if (child === null) return
    const ended = once(child, 'exit')
    if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL')) await ended
    child = null
  }
  const start = async () => {
    if (child !== null && child.exitCode === null && child.signalCode === null) return
    const settings = [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      folder,
    ]
    child = spawn(found.program, settings, { stdio: 'ignore' })
    await untilServed(port)
  }
  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    command: (...words) => ask(port, words),
    kill,
    start,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    async stop() {
      process.off('exit', endWithUs)
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function untilServed(port: number): Promise<void> {
  const giveUpAt = Date.now() + START_WITHIN_MS
  for (;;) {
    if ((await ask(port, ['PING']).catch(() => '')).startsWith('+PONG')) return
    if (Date.now() > giveUpAt) throw new Error('Redis did not start')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** By hand, so that tests look at the server without the client they test. */
function ask(port: number, words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 5_000 })
    const sent = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')
    socket.once('connect', () => socket.write(`*${words.length}\r\n${sent}`))
    socket.once('data', (data) => {
      resolve(data.toString('utf8'))
      socket.destroy()
    })
    socket.once('timeout', () => socket.destroy(new Error('no answer')))
    socket.once('error', reject)
  })
}
