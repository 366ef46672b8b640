import { PalimpsestError } from '../../errors.ts'
import type { RouteRefusal } from './types.ts'

/** The error a caller gets for a refused route. */
export function refusalError(refusal: RouteRefusal): PalimpsestError {
  return new PalimpsestError({
    code: refusal.code,
    status: refusal.status,
    message: refusal.message,
    param: refusal.param,
  })
}
