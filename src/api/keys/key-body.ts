import { z } from 'zod'
import { buildLimits } from '../../config/limits.ts'
import { limits } from '../../config/schema-limits.ts'
import { modelPattern, name, region, role, toolPattern } from '../../config/schema-names.ts'
import type { KeyGrant } from '../../domain/access/key-entry.ts'
import { PalimpsestError } from '../../errors.ts'
import type { ApiKeyRecord } from '../../ports/api-keys.ts'

const DAY_SECONDS = 86_400
const MAX_OVERLAP_SECONDS = 30 * DAY_SECONDS

const instant = z.iso.datetime({ offset: true })
const keySchema = z.strictObject({
  roles: z.array(role).min(1).max(5),
  app: name.optional(),
  team: name.optional(),
  tools: z.array(toolPattern).min(1).max(100).optional(),
  models: z.array(modelPattern).min(1).max(100).optional(),
  regions: z.array(region).min(1).max(100).optional(),
  limits: limits.optional(),
  expires_at: instant.optional(),
})
const rotationSchema = z.strictObject({
  overlap_seconds: z.int().min(0).max(MAX_OVERLAP_SECONDS).optional(),
  expires_at: instant.optional(),
})

/** What a new key is for. @throws PalimpsestError `invalid_key`, 400 */
export function readKeyBody(body: unknown, now: number): KeyGrant {
  const parsed = keySchema.safeParse(body)
  if (!parsed.success) throw invalidKey(paramOf(parsed.error))
  const { roles, app = 'default', team = null, tools = null, models = null, regions = null } = parsed.data
  const scope = { tools, models, regions }
  const own = parsed.data.limits
  const expiresAt = expiryOf(parsed.data.expires_at, now)
  return { roles: [...new Set(roles)], app, team, scope, limits: own ? buildLimits(own) : null, expiresAt }
}

/**
 * How long the old key lives on, in milliseconds, and what its successor is for: the same, for as long as the old one was made for,
 * unless another end is named. @throws PalimpsestError `invalid_rotation`, 400
 */
export function readRotationBody(
  body: unknown,
  old: ApiKeyRecord,
  now: number,
): { overlapMs: number; grant: KeyGrant } {
  const parsed = rotationSchema.safeParse(body)
  if (!parsed.success) throw invalidRotation(paramOf(parsed.error))
  const { overlap_seconds: overlap = DAY_SECONDS, expires_at: named } = parsed.data
  const sameLife = old.expiresAt === null ? null : now + (old.expiresAt - old.createdAt)
  const expiresAt = named === undefined ? sameLife : expiryOf(named, now)
  const { roles, app, team, scope, limits: own } = old
  return { overlapMs: overlap * 1000, grant: { roles, app, team, scope, limits: own, expiresAt } }
}

function expiryOf(named: string | undefined, now: number): number | null {
  if (named === undefined) return null
  const at = Date.parse(named)
  if (at <= now) throw invalidKey('expires_at')
  return at
}

/** OpenAI's fields have their names; what somebody made up has none. */
function paramOf({ issues: [issue] }: z.ZodError): string | null {
  const [field, ...rest] = issue?.path ?? []
  return typeof field === 'string' ? [field, ...rest].map(String).join('.') : null
}

function invalidKey(param: string | null): PalimpsestError {
  return new PalimpsestError({
    code: 'invalid_key',
    status: 400,
    message:
      'Send {"roles": ["app"]} with, as needed, "app", "team", "tools", "models", "regions", "limits" and "expires_at", a time to come ' +
      '(RFC 3339); docs/access.md says what each may be.',
    param,
  })
}

function invalidRotation(param: string | null): PalimpsestError {
  return new PalimpsestError({
    code: 'invalid_rotation',
    status: 400,
    message: `Send {} or {"overlap_seconds": …, "expires_at": "…"}: 0 to ${MAX_OVERLAP_SECONDS} seconds, and a time to come (RFC 3339).`,
    param,
  })
}
