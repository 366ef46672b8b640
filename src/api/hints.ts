import { Hono } from 'hono'
import type { Hint } from '../domain/hints/types.ts'
import { PalimpsestError } from '../errors.ts'
import { requireRole } from './authenticate.ts'
import type { ApiDeps, ApiEnv } from './deps.ts'
import { integer } from './ledger.ts'

const DAYS = 14
const MOST_DAYS = 366

/** Hints from the log: on what figures each rests, since when, and what to do. None rests on text. */
export function hints(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  app.get('/v1/hints', requireRole(deps, 'operator', 'auditor', 'admin'), async (c) => {
    const days = integer(c, 'days', DAYS, 1, MOST_DAYS)
    const found = await deps.hints.of(c.get('caller').tenantId, days).catch(pending)
    return c.json({ from: timeText(found.from), to: timeText(found.to), hints: found.hints.map(hintJson) })
  })
  return app
}

function hintJson({ since, until, ...hint }: Hint) {
  return { ...hint, since: timeText(since), until: until === null ? null : timeText(until) }
}

function timeText(at: number): string {
  return new Date(at).toISOString()
}

function pending(error: unknown): never {
  if ((error as { code?: unknown }).code !== 'archive_restore_pending') throw error
  throw new PalimpsestError({
    code: 'archive_restore_pending',
    status: 503,
    message: 'Archived days are being restored from a deeper class: ask again later, or for fewer days.',
    retryAfterSeconds: 3600,
    cause: error,
  })
}
