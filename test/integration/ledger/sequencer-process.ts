// A sequencer in a process of its own, to be killed: <database url> <folder>.
import { openSampleLedger } from '../../../drill/sample-ledger.ts'

const [databaseUrl = '', folder = ''] = process.argv.slice(2)
const ledger = await openSampleLedger({ databaseUrl, folder })
process.stdout.write('ready\n')
for (;;) {
  await ledger.sequencer.round()
  await new Promise((resolve) => setTimeout(resolve, 2))
}
