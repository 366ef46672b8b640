/**
 * Checks of single values, with the codes OpenAI's own API answers. Messages and paths name OpenAI's fields and
 * indexes only, never a value of the request.
 */
import { PalimpsestError } from '../../errors.ts'
import type { JsonObject } from './types.ts'

/** @throws PalimpsestError with status 400, always. */
export function fail(code: string, param: string | null, message: string): never {
  throw new PalimpsestError({ code, status: 400, param, message })
}

export function missing(path: string): never {
  return fail('missing_required_parameter', path, `Missing required parameter: '${path}'.`)
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function requireObject(value: unknown, path: string): JsonObject {
  if (value === undefined) missing(path)
  if (!isObject(value)) fail('invalid_type', path, `'${path}' must be an object.`)
  return value
}

export interface Size {
  min?: number
  max?: number
}

/** Size in UTF-16 code units. */
export function requireString(value: unknown, path: string, size: Size = {}): string {
  if (value === undefined) missing(path)
  if (typeof value !== 'string') fail('invalid_type', path, `'${path}' must be a string.`)
  if (value.length < (size.min ?? 0)) fail('empty_string', path, `'${path}' must not be empty.`)
  if (size.max !== undefined && value.length > size.max) {
    fail('string_above_max_length', path, `'${path}' is too long: at most ${size.max} characters are allowed.`)
  }
  return value
}

export function requireArray(value: unknown, path: string, size: Size = {}): unknown[] {
  if (value === undefined) missing(path)
  if (!Array.isArray(value)) fail('invalid_type', path, `'${path}' must be an array.`)
  if (value.length < (size.min ?? 0)) fail('empty_array', path, `'${path}' must have at least ${size.min} element.`)
  if (size.max !== undefined && value.length > size.max) {
    fail('array_above_max_length', path, `'${path}' is too long: at most ${size.max} elements are allowed.`)
  }
  return value
}

export function requireOneOf(value: unknown, path: string, allowed: readonly string[]): string {
  const text = requireString(value, path)
  if (!allowed.includes(text)) {
    fail('invalid_value', path, `'${path}' must be one of ${allowed.map((word) => `'${word}'`).join(', ')}.`)
  }
  return text
}

export function requirePattern(value: unknown, path: string, pattern: RegExp, words: string): string {
  const text = requireString(value, path)
  if (!pattern.test(text)) fail('invalid_value', path, `'${path}' must be ${words}.`)
  return text
}

export function requireBoolean(value: unknown, path: string): boolean {
  if (typeof value !== 'boolean') fail('invalid_type', path, `'${path}' must be true or false.`)
  return value
}

export function requireNumber(value: unknown, path: string, min: number, max: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) fail('invalid_type', path, `'${path}' must be a number.`)
  if (value < min) fail('decimal_below_min_value', path, `'${path}' must not be less than ${min}.`)
  if (value > max) fail('decimal_above_max_value', path, `'${path}' must not be greater than ${max}.`)
  return value
}

export function requireInteger(value: unknown, path: string, min: number, max: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    fail('invalid_type', path, `'${path}' must be a whole number.`)
  }
  if (value < min) fail('integer_below_min_value', path, `'${path}' must not be less than ${min}.`)
  if (value > max) fail('integer_above_max_value', path, `'${path}' must not be greater than ${max}.`)
  return value
}

/** Refuses a field that is not in `known`. The field was named by the app, so the path says `*`. */
export function refuseUnknownFields(object: JsonObject, known: ReadonlySet<string>, path: string): void {
  for (const key in object) {
    if (known.has(key)) continue
    fail(
      'unknown_parameter',
      path === '' ? '*' : `${path}.*`,
      `Unknown parameter in ${path === '' ? 'the request body' : `'${path}'`}. Known ones are: ${[...known].join(', ')}.`,
    )
  }
}

/** What function and schema names look like at OpenAI. */
export const functionNamePattern = /^[A-Za-z0-9_-]{1,64}$/
export const functionNameWords = '1 to 64 letters, digits, underscores or dashes'
