import type { KeyObject } from 'node:crypto'
import { createPrivateKey } from 'node:crypto'
import { sha256 } from '../../../src/domain/ledger/bytes.ts'
import { encodeAbsent } from '../../../src/domain/ledger/canonical.ts'
import { ed25519Signer, rawPublicKey } from '../../../src/domain/ledger/ed25519.ts'
import type { Envelope } from '../../../src/domain/ledger/envelope.ts'
import type { NoteSigner } from '../../../src/domain/ledger/note.ts'
import type { SignatureType, VerifierKey } from '../../../src/domain/ledger/vkey.ts'
import { verifierKey } from '../../../src/domain/ledger/vkey.ts'

const PKCS8_START = Buffer.from('302e020100300506032b657004220420', 'hex')

/** Bytes that look random and are the same on every run: for tests only. */
export function fixed(name: string): Buffer {
  return sha256(Buffer.from(`palimpsest test ${name}`, 'utf8'))
}

/** An Ed25519 private key from its 32-byte secret (RFC 8032 section 5.1.5). */
export function privateKeyOf(secret: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8_START, secret]), format: 'der', type: 'pkcs8' })
}

export interface TestKey {
  readonly secret: Buffer
  readonly publicKey: Buffer
  readonly sign: (message: Uint8Array) => Buffer
}

export function testKey(name: string): TestKey {
  const secret = fixed(`key ${name}`)
  const key = privateKeyOf(secret)
  return { secret, publicKey: rawPublicKey(key), sign: ed25519Signer(key) }
}

/** A note signer and the verifier key that goes with it. */
export function noteKey(
  name: string,
  key: TestKey,
  type: SignatureType = 'ed25519',
): NoteSigner & { vkey: VerifierKey } {
  const vkey = verifierKey(name, key.publicKey, type)
  return { name, keyId: vkey.keyId, sign: key.sign, vkey }
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

/** An envelope with as little as the format allows. */
export const MINIMAL: Envelope = {
  format_version: 1,
  id: '019ac8b1-0000-7000-8000-000000000001',
  kind: 'administration',
  occurred_at: 0n,
  log_id: fixed('log id'),
  tenant_id: 'acme',
  team: null,
  app: null,
  api_key_id: null,
  subject_pseudonym: null,
  session_pseudonym: null,
  region: null,
  route: null,
  route_reason: null,
  purpose: null,
  lawful_basis: null,
  consent_pseudonym: null,
  provider: null,
  model_asked: null,
  model_answered: null,
  prompt_tokens: null,
  response_tokens: null,
  cached_tokens: null,
  reasoning_tokens: null,
  usage_estimated: null,
  cost_usd: null,
  price_usd: null,
  price_version: null,
  policy_version: null,
  engine_version: null,
  gateway_version: '0.1.0',
  tool: null,
  feature: null,
  flags: [],
  entity_counts: null,
  has_pii: false,
  pii_redacted: false,
  hipaa_route: false,
  status: 'recorded',
  status_code: null,
  error_code: null,
  finish_reason: null,
  attempt_count: 0,
  attempts: null,
  latency_ms: null,
  ttft_ms: null,
  parent_request: null,
  related_entry: null,
  retention_class: 'standard',
  detail: null,
  coverage_digest: null,
  subject_blob_digest: null,
  prompt_blob_digest: null,
  response_blob_digest: null,
  writer_epoch: '019ac8b1-0000-7000-9000-0000000000e0',
  writer_seq: 0,
}

/** An envelope with every field filled. */
export const FULL: Envelope = {
  format_version: 1,
  id: '019ac8b1-2f00-7abc-8def-0123456789ab',
  kind: 'interaction',
  occurred_at: 1764282000123456n,
  log_id: fixed('log id'),
  tenant_id: 'acme',
  team: 'people',
  app: 'helpdesk',
  api_key_id: 'key_7Qm2',
  subject_pseudonym: 'sub_5d1r0yq3',
  session_pseudonym: 'ses_9f2k',
  region: 'eu',
  route: 'ollama-local',
  route_reason: 'region eu is served by ollama-local',
  purpose: 'support',
  lawful_basis: 'contract',
  consent_pseudonym: 'con_31',
  provider: 'ollama-local',
  model_asked: 'gpt-4o',
  model_answered: 'llama3.1:8b',
  prompt_tokens: 312,
  response_tokens: 44,
  cached_tokens: 0,
  reasoning_tokens: 9007199254740991,
  usage_estimated: true,
  cost_usd: '0.0012500000',
  price_usd: '{"prompt":"0.0000025","response":"0.00001"}',
  price_version: '2026-11-01',
  policy_version: 'p7',
  engine_version: 'e3',
  gateway_version: '0.1.0',
  tool: 'hr_helpdesk',
  feature: 'leave-request',
  flags: ['client_gone', 'streamed'],
  entity_counts: '{"EMAIL_ADDRESS":1,"PERSON":2}',
  has_pii: true,
  pii_redacted: true,
  hipaa_route: false,
  status: 'recorded',
  status_code: 200,
  error_code: 'none',
  finish_reason: 'stop',
  attempt_count: 2,
  attempts: '[{"number":1,"status":503},{"number":2,"status":200}]',
  latency_ms: 1834,
  ttft_ms: 220,
  parent_request: '019ac8b1-1000-7000-8000-000000000abc',
  related_entry: '019ac8b1-1001-7000-8000-000000000abd',
  retention_class: 'long',
  detail: '{"note":"none"}',
  coverage_digest: fixed('coverage'),
  subject_blob_digest: fixed('subject blob'),
  prompt_blob_digest: fixed('prompt blob'),
  response_blob_digest: fixed('response blob'),
  writer_epoch: '019ac8b1-0000-7000-9000-0000000000e0',
  writer_seq: 41,
}

/** A group's bytes with the nonce that goes with them; absent ones have the zero nonce. */
export interface GroupMaterial {
  readonly bytes: Buffer
  readonly nonce: Buffer
}

export function absentGroup(): GroupMaterial {
  return { bytes: encodeAbsent(), nonce: Buffer.alloc(32) }
}
