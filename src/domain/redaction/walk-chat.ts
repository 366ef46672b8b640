import type { ChatRequest, JsonObject } from '../chat/types.ts'
import type { CoverageGap, UnscannableKind } from './types.ts'
import { walkMessage } from './walk-message.ts'
import { walkChoice, walkFormat, walkFunctions, walkPrediction, walkTools } from './walk-options.ts'
import { type Slot, Walker } from './walker.ts'

export interface Walk {
  /** A copy of the request without the fields no model gets; only what slots write to is copied. */
  request: ChatRequest
  /** In the order in which placeholders are numbered: the messages, then everything else. */
  slots: Slot[]
  gaps: CoverageGap[]
}

export interface WalkOptions {
  allowUnscannable?: readonly UnscannableKind[]
}

/** They name a person or describe the call to a vendor's dashboard; no model needs them. */
const DROPPED = ['user', 'safety_identifier', 'prompt_cache_key', 'metadata'] as const

/** Read as a whole under their own names. */
const PLAIN = [
  'web_search_options',
  'audio',
  'logit_bias',
  'modalities',
  'stream_options',
  'service_tier',
  'reasoning_effort',
  'verbosity',
  'prompt_cache_retention',
  'temperature',
  'top_p',
  'n',
  'seed',
  'max_tokens',
  'max_completion_tokens',
  'presence_penalty',
  'frequency_penalty',
  'stream',
  'store',
  'logprobs',
  'top_logprobs',
  'parallel_tool_calls',
]

const KNOWN = new Set([
  ...PLAIN,
  'model',
  'messages',
  'tools',
  'functions',
  'tool_choice',
  'function_call',
  'response_format',
  'prediction',
  'stop',
])

/**
 * Finds every string and every key of a request that can reach a model.
 * @throws PalimpsestError `unscannable_content` (422) for a part that cannot be looked at, unless the policy lets it
 * through; `param` is its path.
 */
export function walkChat(chat: ChatRequest, options: WalkOptions = {}): Walk {
  const request = { ...chat }
  const walker = new Walker(options.allowUnscannable ?? [])
  for (const field of DROPPED) {
    if (request[field] === undefined) continue
    delete request[field]
    walker.gaps.push({ path: field, reason: 'dropped' })
  }
  request.messages = chat.messages.map((message, i) => walkMessage(walker, message, `messages[${i}]`))
  walkTools(walker, request)
  walkFunctions(walker, request)
  walkChoice(walker, request)
  walkFormat(walker, request)
  walkPrediction(walker, request)
  walkStop(walker, request)
  walker.name(request, 'model', 'model')
  for (const field of PLAIN) walker.structure(request, field, field)
  walker.rest(request, KNOWN, '*')
  return { request, slots: walker.slots, gaps: walker.gaps }
}

function walkStop(walker: Walker, request: JsonObject): void {
  const stop = request.stop
  if (!Array.isArray(stop)) {
    walker.text(request, 'stop', 'stop')
    return
  }
  const copy = [...stop]
  request.stop = copy
  copy.forEach((_, i) => {
    walker.text(copy, i, `stop[${i}]`)
  })
}
