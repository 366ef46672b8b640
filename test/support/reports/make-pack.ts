import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createPaperPrinter } from '../../../src/adapters/pdf/paper-printer.ts'
import { createReportPacker } from '../../../src/adapters/reports/report-packer.ts'
import { uuidv7 } from '../../../src/domain/ids/uuidv7.ts'
import { factEntry } from '../../../src/domain/ledger/fact-entry.ts'
import { jcs } from '../../../src/domain/ledger/json.ts'
import { reportDetail } from '../../../src/domain/reports/pack-manifest.ts'
import { MemoryLedger } from './memory-ledger.ts'
import { writeSampleReport } from './sample-report.ts'

/** A sealed pack of a report over made-up calls, in `folder`; gives the verifier key, too. */
export async function makeSamplePack(folder: string, calls: number): Promise<{ path: string; key: string }> {
  const { data, drafts } = writeSampleReport(folder, { calls })
  const ledger = new MemoryLedger('acme')
  await ledger.append(drafts)
  const packer = createReportPacker({
    evidence: {
      signers: async () => [ledger.key],
      proof: async (_, id) => ledger.proof(id),
      histories: async () => [],
      archiveManifest: async () => undefined,
    },
    printer: createPaperPrinter(),
    tools: [],
    versions: {},
  })
  const { manifestSha256, file } = await packer.buildBody(folder, data)
  const entryId = uuidv7(Date.now(), randomBytes(10))
  const entry = factEntry({
    ...{ id: entryId, kind: 'report', tenant_id: 'acme', status: 'completed', retention_class: 'proof' },
    occurred_at: BigInt(Date.now()) * 1000n,
    detail: jcs(reportDetail(data.id, manifestSha256)),
  })
  await ledger.append([entry])
  const sealed = await packer.sealPack({ tenantId: 'acme', entryId, body: file.path, pack: join(folder, 'report.zip') })
  return { path: sealed.path, key: ledger.key }
}
