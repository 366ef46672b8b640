import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../../src/cli/verify.ts'
import { decodeContent, decodeSubject } from '../../../src/domain/ledger/canonical.ts'
import { verifyEntryProof } from '../../../src/domain/ledger/entry-proof.ts'
import { parseVkey } from '../../../src/domain/ledger/vkey.ts'
import type { Result } from '../../../verify/verify.mjs'
import { startTestGateway, TEST_KEYS, type TestGateway } from '../../support/gateway.ts'

const PURPOSE = 'a complaint of the person, case 4711'

describe('openings of an entry', () => {
  let gateway: TestGateway
  let admin: postgres.Sql
  let folder: string

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'palimpsest-openings-'))
    gateway = await startTestGateway()
    admin = postgres(gateway.databases.admin, { max: 1, onnotice: () => undefined })
  })

  afterAll(async () => {
    await admin.end()
    await gateway.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  const chat = async (content: string, user?: string) => {
    const response = await gateway.call('/v1/chat/completions', {
      headers: { 'x-tool-name': 'hr_helpdesk' },
      body: { model: 'simulated/echo', messages: [{ role: 'user', content }], ...(user && { user }) },
    })
    return response.headers.get('x-palimpsest-request-id') ?? ''
  }

  const ask = async (id: string, body: unknown, key = TEST_KEYS.privacy) => {
    for (;;) {
      const response = await gateway.call(`/v1/ledger/entries/${id}/proof`, { key, body })
      if (response.status !== 202) return response
    }
  }

  const disclosuresOf = async (id: string) =>
    admin`SELECT id, detail, prompt_blob_digest FROM ledger_entry WHERE kind = 'disclosure' AND related_entry = ${id}`

  it('hold offline against the leaf, by both verifiers, and the disclosure is on record', async () => {
    const id = await chat('write to ann.lee@example.com', 'u-openings-1')
    const response = await ask(id, { purpose: PURPOSE, open: ['subject', 'prompt', 'response'] })
    expect(response.status).toBe(200)
    expect(response.headers.get('x-palimpsest-openings')).toBe('subject=opened, prompt=opened, response=opened')
    expect(response.headers.get('cache-control')).toBe('no-store')
    const key = response.headers.get('x-palimpsest-verifier-key') ?? ''
    const text = await response.text()
    const { groups, openings } = verifyEntryProof(text, [parseVkey(key)])
    expect(groups).toEqual({ envelope: 'opened', subject: 'opened', prompt: 'opened', response: 'opened' })
    expect(decodeSubject(openings.subject?.bytes ?? Buffer.alloc(0))?.user_id).toBe('u-openings-1')
    const prompt = decodeContent(openings.prompt?.bytes ?? Buffer.alloc(0))?.toString('utf8') ?? ''
    expect(prompt).toContain('[EMAIL_ADDRESS_1]')
    expect(prompt).not.toContain('ann.lee')

    const file = join(folder, 'opened.tlog-proof')
    writeFileSync(file, text)
    const lines: string[] = []
    const io = { env: {}, write: (line: string) => lines.push(line), warn: () => undefined }
    expect(await run([file, '--trust', key, '--json'], io)).toBe(0)
    expect((JSON.parse(lines.join('\n')) as Result).problems).toEqual([])

    const disclosures = await disclosuresOf(id)
    expect(disclosures).toHaveLength(1)
    expect(disclosures[0]).toMatchObject({
      id: response.headers.get('x-palimpsest-disclosure-id'),
      detail: '{"openings":["prompt","response","subject"]}',
    })
    expect(JSON.stringify(disclosures)).not.toContain('complaint')
    const logged = gateway.logLines.join('\n')
    for (const word of ['complaint', 'u-openings-1', 'EMAIL_ADDRESS_1', 'ann.lee']) expect(logged).not.toContain(word)
  })

  it('are those that were asked for; one that was changed does not hold', async () => {
    const id = await chat('hello')
    const response = await ask(id, { purpose: PURPOSE, open: ['response'] })
    const key = parseVkey(response.headers.get('x-palimpsest-verifier-key') ?? '')
    const text = await response.text()
    expect(verifyEntryProof(text, [key]).groups).toMatchObject({ prompt: 'sealed', response: 'opened' })
    const changed = text.replace(/^extra (.*)$/m, (_, extra: string) => {
      const bytes = Buffer.from(extra, 'base64')
      bytes[bytes.length - 3] = (bytes[bytes.length - 3] ?? 0) ^ 1
      return `extra ${bytes.toString('base64')}`
    })
    expect(() => verifyEntryProof(changed, [key])).toThrow(/response is not the one that was committed to/)
  })

  it('are for the privacy role with a purpose; whoever is refused has left no disclosure', async () => {
    const id = await chat('not for everybody')
    const body = { purpose: PURPOSE, open: ['prompt'] }
    for (const key of [TEST_KEYS.app, TEST_KEYS.auditor, TEST_KEYS.admin]) {
      const refused = await ask(id, body, key)
      expect(refused.status).toBe(403)
      expect(await refused.json()).toMatchObject({ error: { code: 'role_missing' } })
    }
    expect((await ask(id.replace(/^./, 'f'), body)).status).toBe(404)
    const wrong = [
      [{ open: ['prompt'] }, 'invalid_purpose'],
      [{ purpose: ' ', open: ['prompt'] }, 'invalid_purpose'],
      [{ purpose: PURPOSE }, 'invalid_openings'],
      [{ purpose: PURPOSE, open: [] }, 'invalid_openings'],
      [{ purpose: PURPOSE, open: ['envelope'] }, 'invalid_openings'],
      [{ purpose: PURPOSE, open: ['prompt', 'prompt'] }, 'invalid_openings'],
    ] as const
    for (const [bad, code] of wrong) {
      const response = await ask(id, bad)
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ error: { code } })
    }
    expect(await disclosuresOf(id)).toHaveLength(0)
  })

  it('come behind a disclosure that is durable, also where reading then fails', async () => {
    const id = await chat('to be damaged')
    await admin`UPDATE content SET sealed_prompt = set_byte(sealed_prompt, 40, get_byte(sealed_prompt, 40) # 1)
                WHERE entry_id = ${id}`
    const response = await ask(id, { purpose: PURPOSE, open: ['prompt'] })
    expect(response.status).toBe(500)
    expect(await response.json()).toMatchObject({ error: { code: 'content_damaged' } })
    expect(await disclosuresOf(id)).toHaveLength(1)
  })

  it('are left out where there is nothing to open, which the answer says, and nothing is disclosed', async () => {
    const id = await chat('no user')
    await admin`UPDATE content SET sealed_prompt = NULL WHERE entry_id = ${id}`
    const response = await ask(id, { purpose: PURPOSE, open: ['subject', 'prompt'] })
    expect(response.status).toBe(200)
    expect(response.headers.get('x-palimpsest-openings')).toBe('subject=absent, prompt=erased')
    expect(response.headers.get('x-palimpsest-disclosure-id')).toBeNull()
    const key = parseVkey(response.headers.get('x-palimpsest-verifier-key') ?? '')
    expect(verifyEntryProof(await response.text(), [key]).groups).toMatchObject({ subject: 'absent', prompt: 'sealed' })
    expect(await disclosuresOf(id)).toHaveLength(0)
  })
})
