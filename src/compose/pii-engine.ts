import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { startEngineThreads } from '../adapters/pii/builtin/threads.ts'
import { cachedEngine } from '../adapters/pii/cached/engine.ts'
import { createPresidioEngine } from '../adapters/pii/presidio/engine.ts'
import { unionEngine } from '../adapters/pii/union/engine.ts'
import type { Environment } from '../config/env.ts'
import type { PiiEngine } from '../ports/pii-engine.ts'

/** Texts whose recognition is remembered, so that a conversation costs what is new in it. */
const CACHED_TEXTS = 20_000
const NAME_MODEL = fileURLToPath(new URL('../../models/names', import.meta.url))

export interface OpenEngine {
  engine: PiiEngine
  close(): Promise<void>
}

/**
 * The engine that was given, else what the environment asks for: the built-in one, a Presidio in its place, or both; with a cache.
 * @throws PalimpsestError `name_model_invalid` when a file of the name model is missing, damaged or of another version
 */
export async function openPiiEngine(
  env: Pick<Environment, 'presidioUrl' | 'presidioMode'>,
  given?: PiiEngine,
): Promise<OpenEngine> {
  const { engine, close } = given === undefined ? await open(env) : { engine: given, close: async () => undefined }
  return { engine: cachedEngine(engine, randomBytes(32), CACHED_TEXTS), close }
}

async function open({ presidioUrl, presidioMode }: Parameters<typeof openPiiEngine>[0]): Promise<OpenEngine> {
  const presidio = presidioUrl === null ? null : createPresidioEngine({ url: presidioUrl })
  if (presidio !== null && presidioMode === 'replace') return { engine: presidio, close: async () => undefined }
  const builtin = await startEngineThreads({ models: NAME_MODEL, threads: 1 })
  return { engine: presidio === null ? builtin : unionEngine([builtin, presidio]), close: () => builtin.close() }
}
