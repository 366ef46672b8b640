/**
 * What a provider says of its answer and what stands in clear in the entry and in the workflow's history. A provider may
 * write anything there, so only what has the form of a fact goes on.
 */
const MODEL_NAME = /^[A-Za-z0-9][A-Za-z0-9._:/+-]{0,127}$/
/** Digits in a row; dates have eight, telephone and card numbers more. */
const MAX_DIGITS = 8
const FINISH_REASONS = new Set(['stop', 'length', 'tool_calls', 'content_filter', 'function_call'])

/** The model that answered, or null where its name has not the form of one. */
export function modelFact(name: string): string | null {
  const longest = Math.max(0, ...(name.match(/\d+/g) ?? []).map((digits) => digits.length))
  return MODEL_NAME.test(name) && longest <= MAX_DIGITS ? name : null
}

/** Why the answer ended, of OpenAI's list; any other reason is `other`. */
export function finishFact(reason: string | undefined): string | null {
  if (reason === undefined) return null
  return FINISH_REASONS.has(reason) ? reason : 'other'
}
