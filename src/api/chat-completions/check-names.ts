import { LRUCache } from 'lru-cache'
import type { RequestHeaders } from '../../domain/chat/validate-headers.ts'
import { PalimpsestError } from '../../errors.ts'
import type { PiiEngine } from '../../ports/pii-engine.ts'

const clean = new LRUCache<string, true>({ max: 10_000 })

/**
 * The names of model, tool and feature stand in clear in the ledger and in the list of workflows, so none may hold
 * personal data. @throws PalimpsestError `personal_data_in_name`, 400.
 */
export function refusePersonalDataInNames(engine: PiiEngine, headers: RequestHeaders, model: string): Promise<void> {
  return refusePersonalDataIn(engine, [
    ['model', model],
    ['X-Tool-Name', headers.tool],
    ['X-Feature-Name', headers.feature],
  ])
}

/** The same for any names, each by what it is called in the error. */
export async function refusePersonalDataIn(
  engine: PiiEngine,
  names: readonly (readonly [param: string, value: string | null])[],
): Promise<void> {
  for (const [param, value] of names) {
    if (value === null || clean.has(`${engine.version} ${value}`)) continue
    const [results] = await engine.analyze([value])
    if (results && results.length > 0) {
      throw new PalimpsestError({
        code: 'personal_data_in_name',
        status: 400,
        message: `${param} is stored in clear, and the engine finds personal data in it: use another name.`,
        param,
      })
    }
    clean.set(`${engine.version} ${value}`, true)
  }
}
