import { join } from 'node:path'
import { startEngineThreads } from '../src/adapters/pii/builtin/threads.ts'
import { createPresidioEngine } from '../src/adapters/pii/presidio/engine.ts'
import type { PiiEngine } from '../src/ports/pii-engine.ts'
import { startPresidio } from '../test/support/presidio/start.ts'

export interface Contender {
  name: string
  engine: PiiEngine
  close(): Promise<void>
}

/** The built-in engine and a Presidio: the one at the address given, or one that is installed and started here; without it, why. */
export async function openContenders(
  root: string,
  presidioUrl: string | undefined,
): Promise<{ contenders: Contender[]; missing?: string }> {
  const builtin = await startEngineThreads({ models: join(root, 'models/names'), threads: 1 })
  const contenders: Contender[] = [{ name: 'Palimpsest', engine: builtin, close: () => builtin.close() }]
  const isGiven = presidioUrl !== undefined && presidioUrl !== ''
  const server = isGiven ? { url: presidioUrl, stop: async () => undefined } : await startPresidio()
  if ('missing' in server) return { contenders, missing: server.missing }
  contenders.push({ name: 'Presidio', engine: createPresidioEngine({ url: server.url }), close: () => server.stop() })
  return { contenders }
}
