import { ModelError } from '../../../ports/model-provider.ts'

export type Shape = { [key: string]: unknown }

/** A JSON object, else malformed. */
export function object(value: unknown): Shape {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Shape
  throw new ModelError('malformed')
}

/** A JSON array, else malformed. */
export function array(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  throw new ModelError('malformed')
}

/** A string, else malformed. */
export function string(value: unknown): string {
  if (typeof value === 'string') return value
  throw new ModelError('malformed')
}

/** A whole number from 0 up, else malformed. */
export function count(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new ModelError('malformed')
}

/** A count that may be missing or null, which is 0. */
export function optionalCount(value: unknown): number {
  return value === undefined || value === null ? 0 : count(value)
}

/** Null for a missing or null value, the string otherwise. */
export function optionalString(value: unknown): string | null {
  return value === undefined || value === null ? null : string(value)
}
