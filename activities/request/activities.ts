import { ApplicationFailure, CancelledFailure } from '@temporalio/activity'
import { withoutStack } from '../without-data.ts'
import { createCallModel } from './call-model.ts'
import type { RequestDeps } from './deps.ts'
import { createPrepare } from './prepare.ts'
import { createRecord } from './record.ts'
import { createRetryModel } from './retry-model.ts'
import type { RequestActivities } from './types.ts'

/** The activities of a request, over the ports they need. */
export function createRequestActivities(deps: RequestDeps): RequestActivities {
  return {
    prepare: withoutData('prepare', createPrepare(deps)),
    callModel: withoutData('callModel', createCallModel(deps)),
    retryModel: withoutData('retryModel', createRetryModel(deps)),
    record: withoutData('record', createRecord(deps)),
  }
}

/**
 * A failure stands in the workflow's history and in the log, and an error's message may hold data of a request (a database
 * quotes the value it refuses): only its name and code go on, and no stack.
 */
function withoutData<I, O>(step: string, run: (input: I) => Promise<O>): (input: I) => Promise<O> {
  return async (input) => {
    try {
      return await run(input)
    } catch (error) {
      if (error instanceof ApplicationFailure || error instanceof CancelledFailure) throw withoutStack(error)
      const name = error instanceof Error ? error.name : 'unknown'
      const code = String((error as { code?: unknown } | null)?.code ?? '')
      throw withoutStack(
        ApplicationFailure.create({
          type: /^\w{1,64}$/.test(code) ? `${name}:${code}` : name,
          message: `${step} failed and is tried again`,
        }),
      )
    }
  }
}
