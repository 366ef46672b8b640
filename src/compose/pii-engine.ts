import { fileURLToPath } from 'node:url'
import { createBuiltinEngine } from '../adapters/pii/builtin/engine.ts'
import { createNameModel } from '../adapters/pii/names/name-model.ts'
import { createPresidioEngine } from '../adapters/pii/presidio/engine.ts'
import { unionEngine } from '../adapters/pii/union/engine.ts'
import type { Environment } from '../config/env.ts'
import type { PiiEngine } from '../ports/pii-engine.ts'

const NAME_MODEL = fileURLToPath(new URL('../../models/names', import.meta.url))

export interface OpenEngine {
  engine: PiiEngine
  close(): Promise<void>
}

/**
 * The engine that was given, else what the environment asks for: the built-in one, a Presidio in its place, or both.
 * @throws PalimpsestError `name_model_invalid` when a file of the name model is missing, damaged or of another version
 */
export async function openPiiEngine(
  env: Pick<Environment, 'presidioUrl' | 'presidioMode'>,
  given?: PiiEngine,
): Promise<OpenEngine> {
  if (given !== undefined) return { engine: given, close: async () => undefined }
  const presidio = env.presidioUrl === null ? null : createPresidioEngine({ url: env.presidioUrl })
  if (presidio !== null && env.presidioMode === 'replace') return { engine: presidio, close: async () => undefined }
  const names = await createNameModel({ folder: NAME_MODEL, threads: 1 })
  const builtin = createBuiltinEngine({ names })
  return { engine: presidio === null ? builtin : unionEngine([builtin, presidio]), close: () => names.close() }
}
