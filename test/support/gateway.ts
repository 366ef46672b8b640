import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import type { Log } from '../../src/api/deps.ts'
import { type Gateway, startGateway } from '../../src/compose/gateway.ts'
import type { GatewaySettings } from '../../src/compose/settings.ts'
import { developmentConfig } from '../../src/config/development.ts'
import { readEnvironment } from '../../src/config/env.ts'
import { parseConfig } from '../../src/config/file.ts'
import type { PiiEngine } from '../../src/ports/pii-engine.ts'
import { createDatabases, type TestDatabases } from './databases.ts'

export const TEST_KEYS = {
  app: 'pk_app_test_0123456789abcdef',
  auditor: 'pk_auditor_test_0123456789abcdef',
  privacy: 'pk_privacy_test_0123456789abcdef',
  admin: 'pk_admin_test_0123456789abcdef',
}

export interface TestGateway extends Gateway {
  databases: TestDatabases
  /** Lines of the log as JSON. */
  logLines: string[]
  taskQueue: string
  /** What it was started with. */
  settings: GatewaySettings
  /** A request with a key, JSON both ways. */
  call(path: string, options?: CallOptions): Promise<Response>
  /** Stops it and starts another one on the same data. */
  restart(): Promise<TestGateway>
  /** Stops it and removes its databases. */
  remove(): Promise<void>
}

export interface CallOptions {
  key?: string
  method?: string
  headers?: Record<string, string>
  body?: unknown
  signal?: AbortSignal
}

export interface TestGatewayOptions {
  /** Environment variables, e.g. `OPENAI_BASE_URL`. */
  env?: Record<string, string>
  /** The configuration file's text; default: the development configuration with `TEST_KEYS`. */
  config?: string
  engine?: PiiEngine
  databases?: TestDatabases
  taskQueue?: string
  folder?: string
  /** True: anchors and self-checks run on Temporal Schedules; the test removes them. */
  schedules?: boolean
}

/** A gateway in this process, over the test stack's PostgreSQL and Temporal, with databases and a task queue of its own. */
export async function startTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const stack = inject('stack')
  const databases = options.databases ?? (await createDatabases(stack))
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'palimpsest-gateway-'))
  const taskQueue = options.taskQueue ?? `test-${databases.app.split('/').at(-1)}`
  const env = readEnvironment({ PORT: '0', PALIMPSEST_HOME: folder, ...options.env })
  const config =
    options.config === undefined
      ? developmentConfig(TEST_KEYS)
      : parseConfig(options.config, 'palimpsest.yaml', { ...TEST_KEY_VARIABLES })
  const logLines: string[] = []
  const settings: GatewaySettings = {
    env,
    config,
    databaseUrl: databases.app,
    keystoreUrl: databases.keystore,
    temporalAddress: stack.temporalAddress,
    kmsFolder: join(folder, 'keys'),
    schedules: options.schedules ?? false,
    cacheFolder: join(stack.home, 'cache'),
    taskQueue,
    ...(options.engine && { engine: options.engine }),
    log: collect(logLines),
    version: '0.0.0-test',
  }
  const gateway = await startGateway(settings)
  return {
    ...gateway,
    settings,
    databases,
    logLines,
    taskQueue,
    call: (path, call) => callApi(gateway.url, path, call),
    async restart() {
      await gateway.stop()
      return startTestGateway({ ...options, databases, taskQueue, folder })
    },
    async remove() {
      await gateway.stop()
      await databases.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** `${APP_KEY}` and its like in a test's configuration. */
const TEST_KEY_VARIABLES = {
  APP_KEY: TEST_KEYS.app,
  AUDITOR_KEY: TEST_KEYS.auditor,
  PRIVACY_KEY: TEST_KEYS.privacy,
  ADMIN_KEY: TEST_KEYS.admin,
}

export function callApi(url: string, path: string, options: CallOptions = {}): Promise<Response> {
  const { key = TEST_KEYS.app, body, headers } = options
  return fetch(`${url}${path}`, {
    method: options.method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      authorization: `Bearer ${key}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...(options.signal && { signal: options.signal }),
  })
}

function collect(lines: string[]): Log {
  const write = (level: string) => (fields: object, message: string) => {
    lines.push(JSON.stringify({ level, ...fields, message }))
  }
  return { info: write('info'), warn: write('warn'), error: write('error') }
}
