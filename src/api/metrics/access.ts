import { BoundedLabel } from './bounded-label.ts'
import type { Makers } from './makers.ts'

export interface AccessMetrics {
  /** Somebody came back from the identity provider. @param outcome `signed_in`, or the code of the error */
  signInEnded(outcome: string): void
}

const MOST_OUTCOMES = 30

/** Who comes by the door. */
export function accessMetrics({ counter }: Makers): AccessMetrics {
  const signIns = counter(
    'sign_ins_total',
    'Sign-ins with a browser, by outcome: signed_in or the code of the error.',
    ['outcome'],
  )
  const outcomes = new BoundedLabel(MOST_OUTCOMES)
  return { signInEnded: (outcome) => signIns.inc({ outcome: outcomes.of(outcome) }) }
}
