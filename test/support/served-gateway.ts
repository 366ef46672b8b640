import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RunInfo } from '../../src/config/home.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** `npm start` without its bootstrap: a process of its own with the whole embedded stack below it. */
export interface ServedGateway {
  run: RunInfo
  /** `PALIMPSEST_HOME`. */
  home: string
  /** Everything it has written to standard output and standard error. */
  output(): string
  /** Lines of standard error: the log. */
  logLines(): string[]
  /** SIGTERM, or the signal that is named; gives the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
  /** Stops it and removes its home. */
  remove(): Promise<void>
}

/** Starts it on a home of its own and waits until it serves. */
export async function serveGateway(
  options: { env?: Record<string, string>; config?: string; home?: string } = {},
): Promise<ServedGateway> {
  const home = options.home ?? mkdtempSync(join(tmpdir(), 'palimpsest-served-'))
  const configFile = join(home, 'palimpsest.yaml')
  if (options.config !== undefined) writeFileSync(configFile, options.config)
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      PALIMPSEST_HOME: home,
      PORT: '0',
      ...(options.config !== undefined && { PALIMPSEST_CONFIG: configFile }),
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const chunks: Buffer[] = []
  const errors: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
  const output = () => Buffer.concat(chunks).toString('utf8')
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const run = await runFile(child, join(home, 'run.json'), output)
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    return exited
  }
  return {
    run,
    home,
    output,
    logLines: () => Buffer.concat(errors).toString('utf8').split('\n').filter(Boolean),
    stop,
    async remove() {
      await stop()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

async function runFile(child: ChildProcess, path: string, output: () => string): Promise<RunInfo> {
  for (let tries = 0; tries < 1_200; tries++) {
    if (child.exitCode !== null) throw new Error(`the gateway did not start:\n${output()}`)
    if (existsSync(path)) {
      const run = JSON.parse(readFileSync(path, 'utf8')) as RunInfo
      if (run.pid === child.pid) return run
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  child.kill('SIGKILL')
  throw new Error(`the gateway did not serve within 120 s:\n${output()}`)
}
