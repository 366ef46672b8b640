import { join } from 'node:path'
import { startEngineThreads } from '../src/adapters/pii/builtin/threads.ts'
import { createPresidioEngine } from '../src/adapters/pii/presidio/engine.ts'
import type { PiiEngine } from '../src/ports/pii-engine.ts'

export interface Contender {
  name: string
  engine: PiiEngine
  close(): Promise<void>
}

/** The built-in engine, and the Presidio at an address where there is one. */
export async function openContenders(root: string, presidioUrl: string | undefined): Promise<Contender[]> {
  const builtin = await startEngineThreads({ models: join(root, 'models/names'), threads: 1 })
  const contenders: Contender[] = [{ name: 'Palimpsest', engine: builtin, close: () => builtin.close() }]
  if (presidioUrl !== undefined && presidioUrl !== '') {
    const presidio = createPresidioEngine({ url: presidioUrl })
    contenders.push({ name: 'Presidio', engine: presidio, close: async () => undefined })
  }
  return contenders
}
