import { createHash, randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { createAnchor } from '../activities/ledger/anchor.ts'
import { AnchorLog } from '../activities/ledger/anchor-log.ts'
import { openFileAnchorStore } from '../src/adapters/archive/files/file-anchor-store.ts'
import { openLocalLogSigner } from '../src/adapters/kms/local/local-log-signer.ts'
import { connectService } from '../src/adapters/postgres/connect.ts'
import { createEvidencePacker } from '../src/adapters/postgres/ledger/evidence/packer.ts'
import { Logs } from '../src/adapters/postgres/ledger/logs.ts'
import { recoverLedger } from '../src/adapters/postgres/ledger/recover.ts'
import { Sequencer } from '../src/adapters/postgres/ledger/sequencer.ts'
import { createLedgerTrees } from '../src/adapters/postgres/ledger/trees.ts'
import { createLedgerWriter } from '../src/adapters/postgres/ledger/writer.ts'
import { ensurePartitions } from '../src/adapters/postgres/partitions.ts'
import { uuidv7 } from '../src/domain/ids/uuidv7.ts'
import { encodeContent, encodeSubject } from '../src/domain/ledger/canonical.ts'
import { commit } from '../src/domain/ledger/commitment.ts'
import { EMPTY_ENVELOPE } from '../src/domain/ledger/empty-envelope.ts'
import { formatVkey } from '../src/domain/ledger/vkey.ts'
import type { Openings, PackOptions } from '../src/ports/evidence.ts'
import type { EntryDraft, LedgerWriter } from '../src/ports/ledger-writer.ts'
import type { LogSigner } from '../src/ports/log-signer.ts'

export const DEPLOYMENT = 'drill.local'

export interface SampleOptions {
  databaseUrl: string
  /** Keys and anchors stand below it. */
  folder: string
  /** In place of keys in files. */
  signer?: LogSigner
}

/** A ledger as a gateway has it, without the gateway: writers, sequencer, anchors and packs over a real database. */
export async function openSampleLedger({ databaseUrl, folder, signer: given }: SampleOptions) {
  const sql = connectService(databaseUrl, { max: 8, name: 'palimpsest-sample', statementTimeoutMs: 120_000 })
  const signer = given ?? (await openLocalLogSigner(join(folder, 'signing')))
  const logs = new Logs(sql, signer, DEPLOYMENT)
  const trees = createLedgerTrees(sql)
  const anchorFolder = join(folder, 'anchors')
  const anchors = new AnchorLog(openFileAnchorStore(folder), DEPLOYMENT)
  await anchors.refresh()
  await ensurePartitions(sql, Date.now())
  const sequencer = new Sequencer({ sql, logs, anchored: anchors, onRefused: () => undefined })
  const verifier = { name: 'verify.mjs', bytes: await readFile(VERIFIER) }
  const evidence = createEvidencePacker({
    sql,
    logs,
    trees,
    anchors,
    tools: [verifier],
    witnesses: [],
    madeBy: 'palimpsest drill',
    now: Date.now,
  })
  const anchor = createAnchor({
    anchors,
    trees,
    now: Date.now,
    retentionDays: 1,
    cosign: async (items) => [...items],
    stamp: async () => false,
    onDiverged: () => undefined,
  })
  return {
    sql,
    logs,
    signer,
    trees,
    anchors,
    anchorFolder: join(anchorFolder, DEPLOYMENT.replace('.', '-')),
    sequencer,
    evidence,
    anchor,
    openWriter: (): LedgerWriter => createLedgerWriter({ sql, logs, gatewayVersion: 'drill', now: Date.now }),
    /** Rounds until nothing waits. */
    async sequence(): Promise<void> {
      while ((await sequencer.round()) !== 0);
    },
    /** As `palimpsest ledger recover` does it. */
    recover: () =>
      recoverLedger({
        sql,
        signer,
        anchors,
        deployment: DEPLOYMENT,
        gatewayVersion: 'drill',
        anchor: (items) => anchors.write(items, Date.now() * 1000, Date.now() + 86_400_000),
        now: Date.now,
      }),
    async trusted(tenant: string): Promise<string[]> {
      return (await logs.all(tenant)).flatMap((log) => log.keys.map(formatVkey))
    },
    async packTo(file: string, tenant: string, options: Partial<PackOptions> = {}): Promise<void> {
      const pack = evidence.pack(tenant, { range: null, open: null, wholeStore: false, ...options })
      await pipeline(Readable.from(pack), createWriteStream(file))
    },
    close: () => sql.end({ timeout: 5 }),
  }
}

export type SampleLedger = Awaited<ReturnType<typeof openSampleLedger>>

const VERIFIER = fileURLToPath(new URL('../verify/verify.mjs', import.meta.url))

/** Made-up calls of a tenant, with sealed content, and what opens it. */
export class SampleCalls {
  readonly openings = new Map<string, Openings>()
  private count = 0

  next(tenant: string, more: Partial<EntryDraft['envelope']> = {}): EntryDraft {
    const number = this.count++
    const id = uuidv7(Date.now(), randomBytes(10))
    const opening = (bytes: Buffer) => ({ nonce: randomBytes(32), bytes })
    const subject = opening(encodeSubject({ user_id: `user-${number % 97}`, session_id: null, consent_id: null }))
    const prompt = opening(encodeContent(Buffer.from(JSON.stringify({ messages: [`[PERSON_1] asks ${number}`] }))))
    const response = opening(encodeContent(Buffer.from(JSON.stringify({ choices: [`[PERSON_1] hears ${number}`] }))))
    this.openings.set(id, { subject, prompt, response })
    const sealed = () => randomBytes(120)
    const content = {
      sealedSubject: sealed(),
      sealedPrompt: sealed(),
      sealedResponse: sealed(),
      coverage: `{"paths":${number}}`,
    }
    const digest = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest()
    return {
      settlesRequest: false,
      subjectCommitment: commit('subject', subject.nonce, id, subject.bytes),
      promptCommitment: commit('prompt', prompt.nonce, id, prompt.bytes),
      responseCommitment: commit('response', response.nonce, id, response.bytes),
      content,
      envelope: {
        ...EMPTY_ENVELOPE,
        id,
        kind: 'interaction',
        occurred_at: BigInt(Date.now()) * 1000n,
        tenant_id: tenant,
        app: 'helpdesk',
        subject_pseudonym: `sub_${number % 97}`,
        provider: 'simulator',
        model_asked: 'simulated/chat',
        model_answered: 'simulated/chat',
        prompt_tokens: 10 + (number % 50),
        response_tokens: 5,
        cost_usd: '0.0001250000',
        tool: 'hr_helpdesk',
        status: 'answered',
        status_code: 200,
        retention_class: 'standard',
        coverage_digest: digest(content.coverage),
        subject_blob_digest: digest(content.sealedSubject),
        prompt_blob_digest: digest(content.sealedPrompt),
        response_blob_digest: digest(content.sealedResponse),
        ...more,
      },
    }
  }
}
