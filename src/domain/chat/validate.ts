/**
 * An OpenAI chat completion request, checked before anything is stored.
 * Source: OpenAI API reference, "Create chat completion".
 */
import type { ChatRequest, Json, JsonObject } from './types.ts'
import {
  fail,
  isObject,
  missing,
  refuseUnknownFields,
  requireArray,
  requireBoolean,
  requireInteger,
  requireNumber,
  requireObject,
  requireOneOf,
  requirePattern,
  requireString,
} from './validate-checks.ts'
import { validateMessages } from './validate-messages.ts'
import { validateParts } from './validate-parts.ts'
import { validateText } from './validate-text.ts'
import { validateResponseFormat, validateToolChoice, validateTools } from './validate-tools.ts'

type Check = (value: Json, path: string) => void

const maxTokens = 100_000_000
const streamOptionFields = new Set(['include_usage', 'include_obfuscation'])
const cacheOptionFields = new Set(['mode', 'ttl'])
const predictionFields = new Set(['type', 'content'])
const effort = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']

function unsupported(hint: string): Check {
  return (_, path) => fail('unsupported_parameter', path, `'${path}' is not supported: ${hint}`)
}

/** Every top-level field and its check; a null counts as left out. */
const checks = new Map<string, Check>([
  [
    'model',
    (value, path) =>
      requirePattern(
        value,
        path,
        /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/,
        "a model's name of at most 128 letters, digits and . _ : / -",
      ),
  ],
  ['messages', () => undefined],
  ['frequency_penalty', (value, path) => requireNumber(value, path, -2, 2)],
  ['presence_penalty', (value, path) => requireNumber(value, path, -2, 2)],
  ['temperature', (value, path) => requireNumber(value, path, 0, 2)],
  ['top_p', (value, path) => requireNumber(value, path, 0, 1)],
  ['n', (value, path) => requireInteger(value, path, 1, 128)],
  ['seed', (value, path) => requireInteger(value, path, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)],
  ['max_tokens', (value, path) => requireInteger(value, path, 1, maxTokens)],
  ['max_completion_tokens', (value, path) => requireInteger(value, path, 1, maxTokens)],
  ['logprobs', requireBoolean],
  ['top_logprobs', (value, path) => requireInteger(value, path, 0, 20)],
  ['logit_bias', validateLogitBias],
  ['stop', validateStop],
  ['stream', requireBoolean],
  ['stream_options', validateStreamOptions],
  ['tools', validateTools],
  ['tool_choice', validateToolChoice],
  ['parallel_tool_calls', requireBoolean],
  ['response_format', validateResponseFormat],
  ['reasoning_effort', (value, path) => requireOneOf(value, path, effort)],
  ['verbosity', (value, path) => requireOneOf(value, path, ['low', 'medium', 'high'])],
  [
    'service_tier',
    (value, path) => requireOneOf(value, path, ['auto', 'default', 'flex', 'scale', 'priority', 'fast']),
  ],
  ['prediction', validatePrediction],
  ['user', (value, path) => requireString(value, path, { min: 1, max: 512 })],
  ['safety_identifier', (value, path) => requireString(value, path, { min: 1, max: 512 })],
  ['metadata', validateMetadata],
  ['store', validateStore],
  ['prompt_cache_key', (value, path) => requireString(value, path, { max: 512 })],
  ['prompt_cache_retention', (value, path) => requireOneOf(value, path, ['in_memory', '24h'])],
  ['prompt_cache_options', validateCacheOptions],
  ['modalities', validateModalities],
  ['audio', unsupported('sound cannot be scanned for personal data. Ask for text.')],
  [
    'web_search_options',
    unsupported('the provider would search the web with text of this request. Use a tool of your own.'),
  ],
  ['functions', unsupported("it is deprecated. Use 'tools'.")],
  ['function_call', unsupported("it is deprecated. Use 'tool_choice'.")],
  ['moderation', unsupported('leave it out.')],
])

/**
 * Fields that are checked and then left out, because what they hold is kept at the provider (`metadata`, `store`) or
 * names a person by the app's own word (`prompt_cache_key`, OpenAI's successor of `user`).
 */
export const droppedFields: ReadonlySet<string> = new Set(['metadata', 'store', 'prompt_cache_key'])

/**
 * Checks a parsed request body and gives it back without null fields, without `droppedFields` and without the copies
 * that clients keep in assistant messages. Strings, arrays and schemas in it are the ones passed in, not copies.
 *
 * Limits: 2,048 messages, 2,048 parts a message, 128 tools, 64 levels of nesting; the size of the body is the API's.
 *
 * @throws PalimpsestError 400 with OpenAI's code and `param`; no message holds anything of the request.
 */
export function validateChatRequest(body: unknown): ChatRequest {
  if (!isObject(body)) fail('invalid_type', null, 'The request body must be a JSON object.')
  validateText(body)
  const request: JsonObject = {}
  for (const key of Object.keys(body)) {
    const check = checks.get(key)
    if (check === undefined) {
      fail(
        'unknown_parameter',
        '*',
        `Unknown parameter in the request body. Known ones are: ${[...checks.keys()].join(', ')}.`,
      )
    }
    const value = body[key]
    if (value === null || value === undefined) continue
    check(value, key)
    if (!droppedFields.has(key)) request[key] = value
  }
  if (request.model === undefined) missing('model')
  request.messages = validateMessages(body.messages ?? undefined)
  validateTogether(request)
  return request as ChatRequest
}

/** The end user of a request: `user`, else `safety_identifier`, else null. */
export function endUserOf(request: ChatRequest): string | null {
  const user = request.user ?? request.safety_identifier ?? null
  return typeof user === 'string' ? user : null
}

function validateTogether(request: JsonObject): void {
  if (request.stream_options !== undefined && request.stream !== true) {
    fail('invalid_value', 'stream_options', "'stream_options' is only allowed when 'stream' is true.")
  }
  if (request.tools === undefined) {
    for (const field of ['tool_choice', 'parallel_tool_calls']) {
      if (request[field] !== undefined) fail('invalid_value', field, `'${field}' is only allowed with 'tools'.`)
    }
  }
  if (request.top_logprobs !== undefined && request.logprobs !== true) {
    fail('invalid_value', 'top_logprobs', "'top_logprobs' is only allowed when 'logprobs' is true.")
  }
  if (request.max_tokens !== undefined && request.max_completion_tokens !== undefined) {
    fail('invalid_value', 'max_tokens', "Set 'max_completion_tokens' or 'max_tokens', not both.")
  }
}

function validateLogitBias(value: Json, path: string): void {
  const bias = requireObject(value, path)
  const keys = Object.keys(bias)
  if (keys.length > 1024) fail('invalid_value', path, `'${path}' has too many entries: at most 1024 are allowed.`)
  for (const key of keys) {
    if (!/^\d{1,10}$/.test(key)) fail('invalid_value', `${path}.*`, `Keys of '${path}' must be token ids.`)
    requireNumber(bias[key], `${path}.*`, -100, 100)
  }
}

function validateStop(value: Json, path: string): void {
  if (typeof value === 'string') return
  if (!Array.isArray(value)) fail('invalid_type', path, `'${path}' must be a string or an array of strings.`)
  for (const [index, item] of requireArray(value, path, { max: 4 }).entries()) requireString(item, `${path}[${index}]`)
}

function validateStreamOptions(value: Json, path: string): void {
  const options = requireObject(value, path)
  refuseUnknownFields(options, streamOptionFields, path)
  for (const key of Object.keys(options)) if (options[key] !== null) requireBoolean(options[key], `${path}.${key}`)
}

function validateCacheOptions(value: Json, path: string): void {
  const options = requireObject(value, path)
  refuseUnknownFields(options, cacheOptionFields, path)
  if (options.mode !== undefined) requireOneOf(options.mode, `${path}.mode`, ['implicit', 'explicit'])
  if (options.ttl !== undefined) requireOneOf(options.ttl, `${path}.ttl`, ['30m'])
}

function validatePrediction(value: Json, path: string): void {
  const prediction = requireObject(value, path)
  refuseUnknownFields(prediction, predictionFields, path)
  requireOneOf(prediction.type, `${path}.type`, ['content'])
  if (prediction.content === undefined) missing(`${path}.content`)
  validateParts(prediction.content, `${path}.content`, 'system')
}

function validateMetadata(value: Json, path: string): void {
  const metadata = requireObject(value, path)
  const keys = Object.keys(metadata)
  if (keys.length > 16) fail('invalid_value', path, `'${path}' has too many entries: at most 16 are allowed.`)
  for (const key of keys) {
    if (key.length > 64) fail('invalid_value', `${path}.*`, `Keys of '${path}' may have at most 64 characters.`)
    requireString(metadata[key], `${path}.*`, { max: 512 })
  }
}

function validateStore(value: Json, path: string): void {
  if (requireBoolean(value, path)) {
    fail(
      'unsupported_value',
      path,
      "'store' must be false or left out: nothing is kept at a provider, the ledger here keeps the record.",
    )
  }
}

function validateModalities(value: Json, path: string): void {
  const list = requireArray(value, path, { min: 1, max: 2 })
  for (const [index, item] of list.entries()) {
    if (item === 'audio')
      fail('unsupported_value', `${path}[${index}]`, 'Sound cannot be scanned for personal data. Ask for text only.')
    requireOneOf(item, `${path}[${index}]`, ['text'])
  }
}
