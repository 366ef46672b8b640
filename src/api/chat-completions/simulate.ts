import { z } from 'zod'
import type { RequestContext } from '../../domain/requests/types.ts'
import { PalimpsestError } from '../../errors.ts'

const schema = z.strictObject({
  delay_ms: z.number().int().min(0).max(600_000).optional(),
  status: z.number().int().min(400).max(599).optional(),
  retry_after_s: z.number().min(0).max(3600).optional(),
  chunk: z.number().int().min(1).max(10_000).optional(),
})

/** `X-Simulate`: what the simulated model is told to do. Heard in development only. */
export function parseSimulate(header: string | undefined, development: boolean): RequestContext['simulate'] {
  if (header === undefined || !development) return undefined
  try {
    return schema.parse(JSON.parse(header)) as RequestContext['simulate']
  } catch (cause) {
    throw new PalimpsestError({
      code: 'invalid_header',
      status: 400,
      message: 'X-Simulate must be a JSON object with delay_ms, status, retry_after_s or chunk.',
      param: 'X-Simulate',
      cause,
    })
  }
}
