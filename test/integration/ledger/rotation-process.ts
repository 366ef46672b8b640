// A rotation in a process of its own, which kills itself behind one of its steps: <database url> <folder> <step>.
import { openSampleLedger } from '../../../drill/sample-ledger.ts'
import { rotateLogKey } from '../../../src/adapters/postgres/ledger/rotate.ts'

const [databaseUrl = '', folder = '', last = ''] = process.argv.slice(2)
const { sql, logs, signer, sequencer } = await openSampleLedger({ databaseUrl, folder })
await rotateLogKey(
  {
    sql,
    logs,
    signer,
    sequence: () => sequencer.round(),
    gatewayVersion: 'test',
    overlapMs: last === 'old-key-retired' ? 0 : 3_600_000,
    now: Date.now,
    onStep(step) {
      if (step === last) process.kill(process.pid, 'SIGKILL')
    },
  },
  'acme',
)
throw new Error(`the step ${last} never came`)
