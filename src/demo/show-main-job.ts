import postgres from 'postgres'
import type { DevelopmentKeys } from '../config/home.ts'
import { verifyEntryProof } from '../domain/ledger/entry-proof.ts'
import { parseProof } from '../domain/ledger/proof-file.ts'
import { parseVkey } from '../domain/ledger/vkey.ts'

export interface MainJobSettings {
  apiUrl: string
  keys: DevelopmentKeys
  /** The read-only login. */
  databaseUrl: string
  temporalUiUrl: string | null
  say(line: string): void
}

const PROMPT =
  'Please tell Ann Lee (ann.lee@example.com, +1 415 555 2671) about card 4111 1111 1111 1111; her SSN is 536-22-1234.'

/**
 * Sends one example request through the real path, on a store that has none yet, and prints what the user wrote, what
 * the model saw, what the user got back, the ledger entry and its inclusion proof, verified here.
 */
export async function showMainJob(settings: MainJobSettings): Promise<void> {
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
  const { apiUrl, keys } = settings
  const response = await fetch(`${apiUrl}/v1/chat/completions`, {
    method: 'POST',
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
async function discloseSentText({ apiUrl, keys }: MainJobSettings, id: string): Promise<string> {
  const response = await fetch(`${apiUrl}/v1/requests/${id}/disclosures`, {
    method: 'POST',
    headers: { authorization: `Bearer ${keys.privacy}`, 'content-type': 'application/json' },
    body: JSON.stringify({ purpose: 'first start: show what the model saw' }),
  })
  const body = (await response.json()) as { prompt?: { messages: { content: string }[] } }
  return body.prompt?.messages.at(-1)?.content ?? `(not readable: ${response.status})`
}

async function fetchProof(
  { apiUrl, keys }: MainJobSettings,
  id: string,
): Promise<{ file: string; verifierKey: string }> {
  for (let tries = 0; tries < 10; tries++) {
    const response = await fetch(`${apiUrl}/v1/ledger/entries/${id}/proof`, {
      headers: { authorization: `Bearer ${keys.auditor}` },
    })
    const file = await response.text()
    if (response.status === 200) return { file, verifierKey: response.headers.get('x-palimpsest-verifier-key') ?? '' }
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
