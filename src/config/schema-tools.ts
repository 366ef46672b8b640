/** The shape of a tool's policy. */
import { z } from 'zod'
import { art6Bases, art9Bases } from '../domain/routing/lawful-basis.ts'
import { modelPattern, name, region } from './schema-names.ts'

/** The longest answer that a model is asked for, in tokens. */
export const answerTokens = z.int().min(1).max(1_000_000)

/** @param parts what redaction and retention of a tool may say. */
export function toolSchema<R extends z.ZodType, K extends z.ZodType>(parts: { redaction: R; retention: K }) {
  return z.strictObject({
    redaction: parts.redaction.optional(),
    retention: parts.retention.optional(),
    risk: z.enum(['standard', 'high']).optional(),
    record: z.enum(['sync', 'async']).optional(),
    interactive: z.boolean().optional(),
    hipaa: z.boolean().optional(),
    models: z.array(modelPattern).min(1).optional(),
    region: region.optional(),
    purpose: name.optional(),
    lawful_basis: z.enum(art6Bases).optional(),
    special_category_basis: z.enum(art9Bases).optional(),
    restore_arguments: z.boolean().optional(),
    max_answer_tokens: answerTokens.optional(),
  })
}
