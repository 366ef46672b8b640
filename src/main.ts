import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startStack } from './compose/stack.ts'
import { developmentConfig } from './config/development.ts'
import { type Environment, readEnvironment } from './config/env.ts'
import { loadConfigFile } from './config/file.ts'
import { homeLayout, loadDevelopmentKeys, lockHome, prepareHome, removeRunFile, writeRunFile } from './config/home.ts'
import { productionRefusals } from './config/production.ts'
import type { Config } from './config/types.ts'
import { PalimpsestError } from './errors.ts'
import { createLog } from './log.ts'

/**
 * `npm start` and `palimpsest serve`: brings up what the environment leaves to us, serves until SIGINT or SIGTERM, drains,
 * and stops everything it started. On a fresh store it does the main job once and prints it.
 */
export async function serve(source: NodeJS.ProcessEnv): Promise<number> {
  const env = readEnvironment(source)
  const home = homeLayout(source, process.cwd())
  prepareHome(home)
  const lock = lockHome(home)
  const log = createLog(env.logLevel)
  const say = (line: string) => process.stdout.write(`${line}\n`)
  const keys = loadDevelopmentKeys(home)
  const config = env.configFile === null ? developmentConfig(keys) : loadConfigFile(env.configFile, source)
  refuseUnfitProduction(env, config)
  for (const note of env.notes) log.warn({}, note)
  const asked = signals()
  // The servers come up while the gateway's code is loaded.
  const [stack, { startGateway }] = await Promise.all([startStack(env, home, say, log), import('./compose/gateway.ts')])
  try {
    const gateway = await startGateway({
      env,
      config,
      databaseUrl: stack.databases.app,
      keystoreUrl: stack.databases.keystore,
      temporalAddress: stack.temporalAddress,
      kmsFolder: join(home.root, 'keys'),
      cacheFolder: join(home.root, 'cache'),
      taskQueue: 'palimpsest',
      log,
      version: packageVersion(),
    })
    writeRunFile(home, {
      apiUrl: gateway.url,
      temporalAddress: stack.temporalAddress,
      temporalUiUrl: stack.temporalUiUrl,
      pid: process.pid,
      databaseUrl: stack.databases.read,
      adminDatabaseUrl: stack.adminDatabaseUrl,
      keys,
    })
    say(`Palimpsest serves on ${gateway.url}`)
    if (stack.temporalUiUrl) say(`Temporal UI on ${stack.temporalUiUrl}`)
    const ended = Promise.race([asked, stack.broken, gateway.failed])
    if (config.source === null) {
      const { showMainJob } = await import('./demo/show-main-job.ts')
      const over = new AbortController()
      const leave = () => over.abort()
      ended.then(leave, leave)
      await showMainJob({
        apiUrl: gateway.url,
        keys,
        databaseUrl: stack.databases.read,
        temporalUiUrl: stack.temporalUiUrl,
        say,
        signal: over.signal,
      })
    }
    const reason = await ended
    const stopped = reason === 'SIGINT' || reason === 'SIGTERM'
    if (!stopped) log.error({ part: reason }, 'an embedded part ended by itself; the gateway stops')
    await gateway.stop()
    return stopped ? 0 : 1
  } finally {
    removeRunFile(home)
    await stack.stop()
    lock.release()
  }
}

function refuseUnfitProduction(env: Environment, config: Config): void {
  const refusals = productionRefusals(env, config)
  if (refusals.length === 0) return
  throw new PalimpsestError({
    code: 'production_refused',
    status: 503,
    message: `A production start is refused:\n${refusals.map(({ code, message }) => `  ${code}: ${message}`).join('\n')}`,
  })
}

function signals(): Promise<'SIGINT' | 'SIGTERM'> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve(signal))
  })
}

function packageVersion(): string {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version
}

if (import.meta.main) {
  try {
    process.exitCode = await serve(process.env)
  } catch (error) {
    if (!(error instanceof PalimpsestError)) throw error
    // What was opened before the refusal must not keep the process.
    process.stderr.write(`${error.message}\n`, () => process.exit(1))
  }
}
