/** The shape of `databases`: what a model's SQL may be run on. */
import { z } from 'zod'
import { modelName, name, tenantId } from './schema-names.ts'

const qualified = z
  .string()
  .regex(/^[^."\p{C}]{1,63}\.[^."\p{C}]{1,63}$/u, 'must be a name with its schema, such as reporting.orders')
const whole = (most: number) => z.int('must be a whole number').min(1, 'must be at least 1').max(most)

const database = z.strictObject({
  name,
  url: z
    .string()
    .refine(
      (value) => URL.canParse(value) && /^postgres(ql)?:$/.test(new URL(value).protocol),
      'must be an address that begins with postgres://, of a login of its own',
    ),
  views: z.array(qualified).min(1).max(500),
  functions: z.array(qualified).max(500).optional(),
  tenants: z.array(tenantId).min(1).optional(),
  model: modelName.optional(),
  limits: z
    .strictObject({
      max_cost: whole(1e12).optional(),
      max_plan_rows: whole(1e12).optional(),
      max_rows: whole(100_000).optional(),
      max_bytes: whole(64 * 1024 * 1024).optional(),
      max_memory_bytes: whole(1e12).optional(),
      statement_timeout_ms: whole(300_000).optional(),
      lock_timeout_ms: whole(60_000).optional(),
      connections: whole(64).optional(),
    })
    .optional(),
})

export const databases = z.array(database).max(100)

export type DatabasesFile = z.infer<typeof databases>
