/** Message content: a string, or a list of parts. What a part holds is scanned, or refused, by redaction later. */
import type { JsonObject } from './types.ts'
import {
  fail,
  refuseUnknownFields,
  requireArray,
  requireObject,
  requireOneOf,
  requireString,
} from './validate-checks.ts'

export const maxParts = 2048

const partsOfRole: Record<string, readonly string[]> = {
  developer: ['text'],
  system: ['text'],
  user: ['text', 'image_url', 'input_audio', 'file'],
  assistant: ['text', 'refusal'],
  tool: ['text'],
}
const partFields: Record<string, ReadonlySet<string>> = {
  text: new Set(['type', 'text', 'prompt_cache_breakpoint']),
  refusal: new Set(['type', 'refusal']),
  image_url: new Set(['type', 'image_url', 'prompt_cache_breakpoint']),
  input_audio: new Set(['type', 'input_audio', 'prompt_cache_breakpoint']),
  file: new Set(['type', 'file', 'prompt_cache_breakpoint']),
}
const imageFields = new Set(['url', 'detail'])
const audioFields = new Set(['data', 'format'])
const fileFields = new Set(['file_data', 'file_id', 'filename'])
const breakpointFields = new Set(['mode', 'ttl'])

export function validateParts(content: unknown, path: string, role: string): void {
  if (typeof content === 'string') return
  if (!Array.isArray(content)) fail('invalid_type', path, `'${path}' must be a string or an array of content parts.`)
  const parts = requireArray(content, path, { min: 1, max: maxParts })
  for (let index = 0; index < parts.length; index++) {
    const at = `${path}[${index}]`
    const part = requireObject(parts[index], at)
    const type = requireOneOf(part.type, `${at}.type`, partsOfRole[role] ?? [])
    refuseUnknownFields(part, partFields[type] ?? new Set(), at)
    validatePart(part, type, at)
    if (part.prompt_cache_breakpoint !== undefined && part.prompt_cache_breakpoint !== null) {
      validateBreakpoint(part.prompt_cache_breakpoint, `${at}.prompt_cache_breakpoint`)
    }
  }
}

function validatePart(part: JsonObject, type: string, at: string): void {
  if (type === 'text') requireString(part.text, `${at}.text`)
  if (type === 'refusal') requireString(part.refusal, `${at}.refusal`)
  if (type === 'image_url') {
    const image = requireObject(part.image_url, `${at}.image_url`)
    refuseUnknownFields(image, imageFields, `${at}.image_url`)
    requireString(image.url, `${at}.image_url.url`, { min: 1 })
    if (image.detail !== undefined)
      requireOneOf(image.detail, `${at}.image_url.detail`, ['auto', 'low', 'high', 'original'])
  }
  if (type === 'input_audio') {
    const audio = requireObject(part.input_audio, `${at}.input_audio`)
    refuseUnknownFields(audio, audioFields, `${at}.input_audio`)
    requireString(audio.data, `${at}.input_audio.data`, { min: 1 })
    requireOneOf(audio.format, `${at}.input_audio.format`, ['wav', 'mp3'])
  }
  if (type === 'file') {
    const file = requireObject(part.file, `${at}.file`)
    refuseUnknownFields(file, fileFields, `${at}.file`)
    for (const field of fileFields) if (file[field] !== undefined) requireString(file[field], `${at}.file.${field}`)
  }
}

function validateBreakpoint(value: unknown, path: string): void {
  const breakpoint = requireObject(value, path)
  refuseUnknownFields(breakpoint, breakpointFields, path)
  requireOneOf(breakpoint.mode, `${path}.mode`, ['explicit'])
  if (breakpoint.ttl !== undefined) requireOneOf(breakpoint.ttl, `${path}.ttl`, ['30m', '12h'])
}
