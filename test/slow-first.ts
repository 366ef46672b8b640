import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * What takes minutes, the slowest first: begun last, one of them would run alone at the end. Those that kill processes do not run
 * beside each other: each needs a gateway that gets on.
 */
const SLOW = [
  'e2e/faults/random-kills',
  'e2e/reports/',
  'integration/archive/s3-',
  'e2e/faults/one-gateway',
  'integration/archive/',
  'e2e/faults/two-gateways',
  'integration/erasure/',
  'e2e/',
  'integration/',
]

export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const found = SLOW.findIndex((folder) => moduleId.includes(`/test/${folder}`))
      return found === -1 ? SLOW.length : found
    }
    return (await super.sort(files)).sort((a, b) => place(a) - place(b))
  }
}
