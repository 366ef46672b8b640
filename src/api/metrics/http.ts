import { BoundedLabel } from './bounded-label.ts'
import type { Makers } from './makers.ts'

/** More than the gateway has codes. */
const MOST_CODES = 200

export interface HttpMetrics {
  answered(status: number, seconds: number, resource: string): void
  /** A request was answered by an error of this stable code. */
  failed(resource: string, code: string): void
}

export function httpMetrics({ counter, histogram }: Makers): HttpMetrics {
  const requests = counter('http_requests_total', 'HTTP requests by resource and status.', ['resource', 'status'])
  const errors = counter('http_errors_total', 'Errors that callers were told, by resource and code.', [
    'resource',
    'code',
  ])
  const seconds = histogram(
    'http_request_seconds',
    'Seconds from a request to the head of its answer, by resource.',
    ['resource'],
    [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  )
  const codes = new BoundedLabel(MOST_CODES)
  return {
    answered(status, elapsed, resource) {
      requests.inc({ resource, status: String(status) })
      seconds.observe({ resource }, elapsed)
    },
    failed: (resource, code) => errors.inc({ resource, code: codes.of(code) }),
  }
}
