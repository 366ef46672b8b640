import { resolve } from 'node:path'
import { inScratchFolder, sweepScratch } from '../../activities/scratch-folder.ts'
import { createCostLedger } from '../adapters/costs/cost-ledger.ts'
import { createFactsQuery } from '../adapters/duckdb/facts-query.ts'
import { readInvoice } from '../adapters/invoices/read-invoice.ts'
import type { ApiDeps } from '../api/deps.ts'
import { registerOf } from '../domain/reports/register.ts'
import type { GatewaySettings } from './settings.ts'
import type { Stores } from './stores.ts'

/** What the API of costs stands on. */
export function buildCostApi(
  { archiveObjects }: Stores,
  settings: GatewaySettings,
): Pick<ApiDeps, 'costs' | 'readInvoice'> {
  const { databaseUrl, env, config } = settings
  const folder = resolve(env.home, 'tmp', 'costs')
  void sweepScratch(folder, Date.now()).catch(() => undefined)
  return {
    readInvoice,
    costs: createCostLedger({
      databaseUrl,
      facts: createFactsQuery({ databaseUrl, objects: archiveObjects }),
      register: registerOf(config.routing),
      inFolder: (work) => inScratchFolder(folder, work),
    }),
  }
}
