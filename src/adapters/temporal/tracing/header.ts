import { defaultPayloadConverter, type Headers } from '@temporalio/common'

/** The Temporal header that carries a W3C `traceparent` from a start to its workflow, and on to its steps. */
const HEADER = 'traceparent'

/** The span above; null where there is none. */
export function readHeader(headers: Headers): string | null {
  const payload = headers[HEADER]
  if (!payload) return null
  const text: unknown = defaultPayloadConverter.fromPayload(payload)
  return typeof text === 'string' ? text : null
}

export function withHeader(headers: Headers, traceparent: string): Headers {
  return { ...headers, [HEADER]: defaultPayloadConverter.toPayload(traceparent) }
}
