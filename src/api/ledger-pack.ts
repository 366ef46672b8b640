import { Hono } from 'hono'
import { requireRole } from './authenticate.ts'
import type { ApiDeps, ApiEnv } from './deps.ts'
import { integer } from './ledger.ts'

/**
 * The tenant's evidence as a zip file that a verifier checks offline: all of it, or with `from` and `to` the leaves of the
 * log in force between two checkpoints. No text is in it. It is written while it is made, so a client that stops reading
 * stops it; one that is cut short has no directory and is no pack.
 */
export function ledgerPack(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  app.get('/v1/ledger/pack', requireRole(deps, 'auditor', 'privacy', 'admin'), (c) => {
    const ranged = c.req.query('from') !== undefined || c.req.query('to') !== undefined
    const from = integer(c, 'from', 0, 0)
    const range = ranged ? { from, to: integer(c, 'to', Number.MAX_SAFE_INTEGER, from) } : null
    const pack = deps.evidence.pack(c.get('caller').tenantId, { range, open: null, wholeStore: false })
    return c.body(ReadableStream.from(pack) as ReadableStream<Uint8Array<ArrayBuffer>>, 200, {
      'content-type': 'application/zip',
      'content-disposition': 'attachment; filename="ledger.zip"',
    })
  })
  return app
}
