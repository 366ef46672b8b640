/**
 * One walk over everything in a body: text that is not Unicode, NUL, numbers that JSON cannot write, keys that change
 * an object's prototype, and nesting without end are refused before anything else looks at them.
 */
import { fail, isObject } from './validate-checks.ts'

/** Levels of arrays and objects, the body included. */
export const maxDepth = 64

/** OpenAI's own field names that may stand in a path; every other key was named by an app and is written `*`. */
const pathNames = new Set(
  (
    'messages model role content name text type image_url url detail input_audio data format file file_data file_id ' +
    'filename refusal tool_calls function arguments id tool_call_id tools tool_choice allowed_tools mode description ' +
    'parameters strict response_format json_schema schema stop user safety_identifier metadata prediction ' +
    'stream_options logit_bias seed prompt_cache_key annotations parsed parsed_arguments audio modalities ' +
    'frequency_penalty presence_penalty temperature top_p n max_tokens max_completion_tokens top_logprobs'
  ).split(' '),
)

type Fault = 'text' | 'number' | 'key' | 'depth'

interface Found {
  fault: Fault
  path: string
}

function isBadText(text: string): boolean {
  return !text.isWellFormed() || text.includes('\0')
}

const refusals: Record<Fault, { code: string; message: string }> = {
  depth: {
    code: 'nesting_too_deep',
    message: `The request is nested too deeply: at most ${maxDepth} levels are allowed.`,
  },
  number: { code: 'invalid_value', message: 'A number in the request is too large to be sent on.' },
  key: { code: 'invalid_value', message: "An object key in the request is '__proto__', which is not allowed." },
  text: {
    code: 'invalid_text',
    message: 'Text must be well-formed Unicode without NUL: a surrogate must have its pair.',
  },
}

/** @throws PalimpsestError `invalid_text`, `invalid_value` or `nesting_too_deep`, 400. */
export function validateText(body: unknown): void {
  if (!hasFault(body, 0)) return
  const found = locate(body, '', 0)
  if (found === null) return
  const { code, message } = refusals[found.fault]
  fail(code, found.path === '' || found.fault === 'depth' ? null : found.path, message)
}

function hasFault(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return isBadText(value)
  if (typeof value === 'number') return !Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return false
  if (depth >= maxDepth) return true
  if (Array.isArray(value)) {
    for (const item of value) if (hasFault(item, depth + 1)) return true
    return false
  }
  const object = value as Record<string, unknown>
  for (const key of Object.keys(object)) {
    if (key === '__proto__' || isBadText(key) || hasFault(object[key], depth + 1)) return true
  }
  return false
}

function faultOfKey(key: string): Fault | null {
  if (key === '__proto__') return 'key'
  return isBadText(key) ? 'text' : null
}

function locate(value: unknown, path: string, depth: number): Found | null {
  if (typeof value === 'string') return isBadText(value) ? { fault: 'text', path } : null
  if (typeof value === 'number') return Number.isFinite(value) ? null : { fault: 'number', path }
  if (typeof value !== 'object' || value === null) return null
  if (depth >= maxDepth) return { fault: 'depth', path }
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const found = locate(item, `${path}[${index}]`, depth + 1)
      if (found !== null) return found
    }
    return null
  }
  if (!isObject(value)) return null
  for (const key of Object.keys(value)) {
    const name = pathNames.has(key) ? key : '*'
    const below = path === '' ? name : `${path}.${name}`
    const fault = faultOfKey(key)
    const found = fault === null ? locate(value[key], below, depth + 1) : { fault, path: below }
    if (found !== null) return found
  }
  return null
}
