import { z } from 'zod'
import { MAX_IDENTIFIER_LENGTH, MAX_IDENTIFIERS } from '../../domain/erasure/request.ts'
import type { ErasureRequest } from '../../domain/erasure/types.ts'
import { ENTITY_TYPES } from '../../domain/redaction/entity-types.ts'
import { PalimpsestError } from '../../errors.ts'
import type { ApiDeps } from '../deps.ts'

const text = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((value) => value.isWellFormed() && !value.includes('\0') && value.trim() !== '')
const identifier = z.strictObject({
  type: z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/),
  value: text(MAX_IDENTIFIER_LENGTH),
})
const bodySchema = z.strictObject({
  user: text(MAX_IDENTIFIER_LENGTH).optional(),
  identifiers: z.array(identifier).max(MAX_IDENTIFIERS).optional(),
  identifier: identifier.optional(),
  reason: text(2000).optional(),
})

/** Largest body that asks for an erasure. */
export const MAX_ERASURE_BYTES = 256 * 1024

/**
 * Who is to be erased. @throws PalimpsestError `invalid_erasure` or `unknown_identifier_type`, 400; neither tells a value.
 */
export function parseErasureRequest(
  deps: Pick<ApiDeps, 'config' | 'anyEntityType'>,
  tenantId: string,
  body: unknown,
): ErasureRequest {
  const parsed = bodySchema.safeParse(body)
  if (!parsed.success) throw invalid(paramOf(parsed.error.issues[0]))
  const { user = null, identifier: single, reason = null } = parsed.data
  const identifiers = [...(parsed.data.identifiers ?? []), ...(single ? [single] : [])]
  if (user === null && identifiers.length === 0) throw invalid(null)
  const known = typesOf(deps, tenantId)
  const stranger = identifiers.findIndex(({ type }) => known !== null && !known.has(type))
  if (stranger >= 0) throw unknownType(`identifiers[${stranger}].type`)
  return { user, identifiers, reason }
}

/** The engine's types and the tenant's own; null: any. */
function typesOf({ config, anyEntityType }: Pick<ApiDeps, 'config' | 'anyEntityType'>, tenantId: string) {
  if (anyEntityType) return null
  const own = config.tenants.get(tenantId)?.redaction.recognition
  return new Set([...ENTITY_TYPES, ...[...(own?.deny ?? []), ...(own?.recognisers ?? [])].map((one) => one.entityType)])
}

/** The member at fault, by the names of this API alone: what a caller named is not repeated. */
function paramOf(issue: z.core.$ZodIssue | undefined): string | null {
  const path = issue?.path ?? []
  if (path.length === 0) return null
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i > 0 ? '.' : ''}${String(part)}`)).join('')
}

function invalid(param: string | null): PalimpsestError {
  return new PalimpsestError({
    code: 'invalid_erasure',
    status: 400,
    message: `Send "user", or "identifiers" as a list of {"type", "value"} (at most ${MAX_IDENTIFIERS}), or both; "reason" may be added. Texts have 1 to ${MAX_IDENTIFIER_LENGTH} characters, the reason up to 2000.`,
    param,
  })
}

function unknownType(param: string): PalimpsestError {
  return new PalimpsestError({
    code: 'unknown_identifier_type',
    status: 400,
    message: 'An identifier has one of the entity types of docs/pii.md, such as EMAIL_ADDRESS or PHONE_NUMBER.',
    param,
  })
}
