import { join } from 'node:path'
import { createBuiltinEngine } from '../src/adapters/pii/builtin/engine.ts'
import { createNameModel } from '../src/adapters/pii/names/name-model.ts'
import { createPresidioEngine } from '../src/adapters/pii/presidio/engine.ts'
import type { PiiEngine } from '../src/ports/pii-engine.ts'

export interface Contender {
  name: string
  engine: PiiEngine
  close(): Promise<void>
}

/** The built-in engine, and the Presidio at an address where there is one. */
export async function openContenders(root: string, presidioUrl: string | undefined): Promise<Contender[]> {
  const names = await createNameModel({ folder: join(root, 'models/names'), threads: 1 })
  const builtin = createBuiltinEngine({ names })
  const contenders: Contender[] = [{ name: 'Palimpsest', engine: builtin, close: () => names.close() }]
  if (presidioUrl !== undefined && presidioUrl !== '') {
    const presidio = createPresidioEngine({ url: presidioUrl })
    contenders.push({ name: 'Presidio', engine: presidio, close: async () => undefined })
  }
  return contenders
}
