import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import type { ApiDeps, ApiEnv } from '../../../src/api/deps.ts'
import { hints } from '../../../src/api/hints.ts'
import { hashKey } from '../../../src/config/keys.ts'
import { PalimpsestError } from '../../../src/errors.ts'
import { RestorePending } from '../../../src/ports/facts-query.ts'

const KEY = 'pk_admin_hints_0123456789abcdef'

/** The handler alone, with a log that cannot be read. */
function answeredWhere(error: Error) {
  const caller = { tenantId: 'acme', roles: ['admin'] }
  const deps = {
    config: { keys: new Map([[hashKey(KEY), caller]]), people: null },
    hints: { of: () => Promise.reject(error) },
  }
  const app = new Hono<ApiEnv>().route('/', hints(deps as unknown as ApiDeps))
  const told: unknown[] = []
  app.onError((thrown, c) => {
    told.push(thrown)
    return c.body(null, 500)
  })
  return async () => {
    await app.request('/v1/hints', { headers: { authorization: `Bearer ${KEY}` } })
    return told[0]
  }
}

describe('GET /v1/hints', () => {
  it('is answered 503 while archived days are being restored, with a sentence and when to come back', async () => {
    const told = await answeredWhere(new RestorePending(['archive/a', 'archive/b']))()
    expect(told).toBeInstanceOf(PalimpsestError)
    expect(told).toMatchObject({ code: 'archive_restore_pending', status: 503, retryAfterSeconds: 3600 })
    expect((told as Error).message).toMatch(/ask again later, or for fewer days/)
    // Names of objects are nobody's business who asks for hints.
    expect(JSON.stringify((told as PalimpsestError).toBody())).not.toContain('archive/a')
  })

  it('passes every other failure on as it is', async () => {
    const error = new Error('the database is away')
    expect(await answeredWhere(error)()).toBe(error)
  })
})
