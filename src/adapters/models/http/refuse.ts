import { PalimpsestError } from '../../../errors.ts'

/**
 * A request that is right but that this vendor has no way to carry out. Nothing was sent.
 *
 * @throws PalimpsestError 400 `unsupported_parameter` or `unsupported_value`
 */
export function refuse(param: string, message: string, code = 'unsupported_parameter'): never {
  throw new PalimpsestError({ code, status: 400, message, param })
}

export function refuseValue(param: string, message: string): never {
  return refuse(param, message, 'unsupported_value')
}
