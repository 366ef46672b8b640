import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Folders whose files take minutes, the slowest first: begun last, one of them would run alone at the end. */
const SLOW = ['e2e/faults/', 'e2e/reports/', 'integration/archive/', 'integration/erasure/', 'e2e/', 'integration/']

export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const found = SLOW.findIndex((folder) => moduleId.includes(`/test/${folder}`))
      return found === -1 ? SLOW.length : found
    }
    return (await super.sort(files)).sort((a, b) => place(a) - place(b))
  }
}
