import type { Log } from '../api/deps.ts'
import type { Environment } from '../config/env.ts'
import type { Config } from '../config/types.ts'
import type { PiiEngine } from '../ports/pii-engine.ts'

/** Where everything is that a gateway stands on, however it came there. */
export interface GatewaySettings {
  env: Environment
  config: Config
  /** Connection strings of the application's logins. */
  databaseUrl: string
  keystoreUrl: string
  temporalAddress: string
  /** Folder of the local KMS and signing keys. */
  kmsFolder: string
  /** Folder of anchors where there is no bucket; by default `anchors` beside the keys. */
  anchorFolder?: string
  /** Folder of the archive where there is no bucket; by default `archive` beside the keys. */
  archiveFolder?: string
  /** False: nothing is put on a Temporal Schedule; for tests. */
  schedules?: boolean
  /** Folder for what can be made again. */
  cacheFolder: string
  /** Gateways that share a task queue share their requests, and must share database and keys. */
  taskQueue: string
  /** In place of the built-in engine. */
  engine?: PiiEngine
  log: Log
  version: string
}
