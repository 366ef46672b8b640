import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import type { DevelopmentKeys } from '../config/home.ts'
import { verifyEntryProof } from '../domain/ledger/entry-proof.ts'
import { parseProof } from '../domain/ledger/proof-file.ts'
import { parseVkey } from '../domain/ledger/vkey.ts'
import { PalimpsestError } from '../errors.ts'

export interface MainJobSettings {
  apiUrl: string
  keys: DevelopmentKeys
  /** The read-only login. */
  databaseUrl: string
  temporalUiUrl: string | null
  say(line: string): void
  /** Aborted when the gateway is about to stop. */
  signal: AbortSignal
}

/** A proof is asked for this often; each time the gateway waits for it itself. */
const PROOF_TRIES = 10
const PROOF_PAUSE_MS = 200
const PROMPT =
  'Please tell Ann Lee (ann.lee@example.com, +1 415 555 2671) about card 4111 1111 1111 1111; her SSN is 536-22-1234.'

/**
 * Sends one example request through the real path, on a store that has none yet, and prints what the user wrote, what
 * the model saw, what the user got back, the ledger entry and its inclusion proof, verified here. A gateway that is
 * about to stop is left alone, and nothing is printed.
 *
 * @throws PalimpsestError `example_failed` where the gateway did not do it
 */
export async function showMainJob(settings: MainJobSettings): Promise<void> {
  try {
    await runExample(settings)
  } catch (cause) {
    if (settings.signal.aborted) return
    throw new PalimpsestError({
      code: 'example_failed',
      status: 500,
      message:
        'The example request of the first start did not come through: the log above says what failed. Start again.',
      cause,
    })
  }
}

async function runExample(settings: MainJobSettings): Promise<void> {
  const sql = postgres(settings.databaseUrl, { max: 1, onnotice: () => undefined })
  try {
    const [seen] = await sql`SELECT EXISTS (SELECT FROM llm_interaction_audit) AS any`
    if (seen?.any) return
    const answer = await ask(settings)
    const [entry] = await sql`SELECT * FROM llm_interaction_audit WHERE id = ${answer.requestId}`
    const proof = await fetchProof(settings, answer.requestId)
    print(settings, answer, entry ?? {}, proof)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

interface ExampleAnswer {
  requestId: string
  route: string
  redactions: string
  /** Restored, as the user gets it. */
  text: string
  /** The prompt as it was sent. */
  sent: string
}

async function ask(settings: MainJobSettings): Promise<ExampleAnswer> {
  const { apiUrl, keys, signal } = settings
  const response = await fetch(`${apiUrl}/v1/chat/completions`, {
    method: 'POST',
    signal,
    headers: {
      authorization: `Bearer ${keys.app}`,
      'content-type': 'application/json',
      'x-tool-name': 'hr_helpdesk',
      'x-feature-name': 'first_start',
    },
    body: JSON.stringify({
      model: 'simulated/echo',
      user: 'example-user',
      messages: [{ role: 'user', content: PROMPT }],
    }),
  })
  const body = (await response.json()) as { choices?: { message: { content: string } }[]; error?: { message: string } }
  if (!response.ok) throw new Error(`the example request failed: ${body.error?.message}`)
  const requestId = response.headers.get('x-palimpsest-request-id') ?? ''
  return {
    requestId,
    sent: await discloseSentText(settings, requestId),
    route: response.headers.get('x-palimpsest-route') ?? '',
    redactions: response.headers.get('x-palimpsest-redactions') ?? '',
    text: body.choices?.[0]?.message.content ?? '',
  }
}

/** What was sent, read the way a person may read it: the disclosure is recorded first. */
async function discloseSentText({ apiUrl, keys, signal }: MainJobSettings, id: string): Promise<string> {
  const response = await fetch(`${apiUrl}/v1/requests/${id}/disclosures`, {
    method: 'POST',
    signal,
    headers: { authorization: `Bearer ${keys.privacy}`, 'content-type': 'application/json' },
    body: JSON.stringify({ purpose: 'first start: show what the model saw' }),
  })
  const body = (await response.json()) as { prompt?: { messages: { content: string }[] } }
  return body.prompt?.messages.at(-1)?.content ?? `(not readable: ${response.status})`
}

async function fetchProof(
  { apiUrl, keys, signal }: MainJobSettings,
  id: string,
): Promise<{ file: string; verifierKey: string }> {
  for (let tries = 0; tries < PROOF_TRIES; tries++) {
    const response = await fetch(`${apiUrl}/v1/ledger/entries/${id}/proof`, {
      headers: { authorization: `Bearer ${keys.auditor}` },
      signal,
    })
    const file = await response.text()
    if (response.status === 200) return { file, verifierKey: response.headers.get('x-palimpsest-verifier-key') ?? '' }
    await sleep(PROOF_PAUSE_MS, undefined, { signal })
  }
  throw new Error('the example entry got no proof')
}

function print(
  { say, temporalUiUrl, apiUrl, keys }: MainJobSettings,
  answer: ExampleAnswer,
  entry: Record<string, unknown>,
  proof: { file: string; verifierKey: string },
): void {
  const verified = verifyEntryProof(proof.file, [parseVkey(proof.verifierKey)])
  const { path } = parseProof(proof.file)
  const shown = Object.entries(entry).filter(([, value]) => value !== null)
  say('')
  say('The user wrote')
  say(`  ${PROMPT}`)
  say(`The model (${answer.route}) saw ${answer.redactions} placeholders in their place`)
  say(`  ${answer.sent}`)
  say('The user got back')
  say(`  ${answer.text}`)
  say('The ledger entry (llm_interaction_audit)')
  for (const [column, value] of shown) say(`  ${column.padEnd(30)} ${format(value)}`)
  say('Its inclusion proof, verified')
  say(
    `  leaf ${verified.index} of ${verified.checkpoint.treeSize}, hash ${Buffer.from(verified.leafHash).toString('hex')}`,
  )
  for (const hash of path) say(`  + ${Buffer.from(hash).toString('hex')}`)
  say(`  = root ${Buffer.from(verified.checkpoint.rootHash).toString('hex')}`)
  say(`  signed by ${proof.verifierKey}`)
  if (temporalUiUrl) say(`The workflow: ${temporalUiUrl}/namespaces/default/workflows/request%2F${answer.requestId}`)
  say('')
  say('Point an OpenAI client at it:')
  say(`  OPENAI_BASE_URL=${apiUrl}/v1 OPENAI_API_KEY=${keys.app}`)
  say('')
}

function format(value: unknown): string {
  if (Buffer.isBuffer(value)) return value.toString('hex')
  return value instanceof Date ? value.toISOString() : String(value)
}
