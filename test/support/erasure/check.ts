import { expect } from 'vitest'
import { run } from '../../../src/cli/verify.ts'
import type { Result } from '../../../verify/verify.mjs'
import { TEST_KEYS } from '../gateway.ts'
import type { ErasureStack } from './stack.ts'

/** What the verifier makes of the gateway's own pack of the tenant `dev`. */
export async function verifyStack(stack: ErasureStack): Promise<Result> {
  const lines: string[] = []
  const env = { PALIMPSEST_API_KEY: TEST_KEYS.auditor }
  await run([stack.gateway.url, '--json'], { env, write: (line) => lines.push(line), warn: () => undefined })
  return JSON.parse(lines.join('\n')) as Result
}

/** The entries of a case in the ledger, in their order. */
export async function entriesOf(
  stack: ErasureStack,
  caseId: string,
): Promise<{ id: string; status: string; detail: string }[]> {
  return stack.sql<{ id: string; status: string; detail: string }[]>`
    SELECT id, status, detail FROM ledger_entry
    WHERE kind = 'erasure' AND detail::jsonb ->> 'case' = ${caseId} ORDER BY writer_epoch, writer_seq`
}

/**
 * An erasure that is completed: announced under one number, ended by one entry; of its subjects nothing is left that could be
 * opened or read, and of the case itself nothing that says whom it was about.
 */
export async function expectErased(stack: ErasureStack, caseId: string): Promise<void> {
  const entries = await entriesOf(stack, caseId)
  const numbers = entries
    .filter(({ status }) => status === 'requested')
    .map(({ detail }) => JSON.parse(detail).receipt.number as number)
  expect(new Set(numbers).size, 'one receipt').toBe(1)
  expect(entries.filter(({ status }) => status === 'completed')).toHaveLength(1)
  const subjects = await stack.sql`
    SELECT s.pseudonym, s.data_key_id, d.blind_index, d.sealed_user_id, d.sealed_session_secret, d.erasure_token,
      d.erased_at IS NOT NULL AS erased,
      (SELECT count(*) FROM ledger_entry e JOIN content c ON c.entry_id = e.id
       WHERE e.subject_pseudonym = s.pseudonym)::integer AS content,
      (SELECT count(*) FROM ledger_entry e JOIN pii_value v ON v.entry_id = e.id
       WHERE e.subject_pseudonym = s.pseudonym)::integer AS values,
      (SELECT count(*) FROM inbox i WHERE i.subject_pseudonym = s.pseudonym)::integer AS inbox,
      (SELECT count(*) FROM ledger_entry e JOIN idempotency i ON i.request_id = e.id
       WHERE e.subject_pseudonym = s.pseudonym)::integer AS idempotency
    FROM erasure_subject s JOIN data_subject d USING (pseudonym) WHERE s.case_id = ${caseId}`
  for (const { pseudonym, data_key_id: key, erasure_token: token, ...left } of subjects) {
    expect(left, pseudonym).toEqual({
      blind_index: null,
      sealed_user_id: null,
      sealed_session_secret: null,
      erased: true,
      content: 0,
      values: 0,
      inbox: 0,
      idempotency: 0,
    })
    expect(token).toMatch(/^del_[0-9a-f]{32}$/)
    await expect(stack.stores.keys.dataKey(key)).rejects.toMatchObject({ code: 'key_destroyed' })
  }
  const [row] = await stack.sql`SELECT state, sealed_request, request_index FROM erasure_case WHERE id = ${caseId}`
  expect(row).toEqual({ state: 'completed', sealed_request: null, request_index: null })
  await expect(stack.stores.erasure.cases.open(caseId)).rejects.toMatchObject({ code: 'key_destroyed' })
}
