import { stepWithoutData } from '../without-data.ts'
import { createCallModel } from './call-model.ts'
import type { RequestDeps } from './deps.ts'
import { createPrepare } from './prepare.ts'
import { createRecord } from './record.ts'
import { createRetryModel } from './retry-model.ts'
import type { RequestActivities } from './types.ts'

/** The activities of a request, over the ports they need. */
export function createRequestActivities(deps: RequestDeps): RequestActivities {
  return {
    prepare: guarded('prepare', createPrepare(deps)),
    callModel: guarded('callModel', createCallModel(deps)),
    retryModel: guarded('retryModel', createRetryModel(deps)),
    record: guarded('record', createRecord(deps)),
  }
}

/** What a step threw stays out of the history, and of the log. */
function guarded<I, O>(step: string, run: (input: I) => Promise<O>): (input: I) => Promise<O> {
  return stepWithoutData(run, `${step} failed and is tried again`)
}
