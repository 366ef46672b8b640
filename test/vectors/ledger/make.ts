import { writeFileSync } from 'node:fs'
import { argv } from 'node:process'
import { entryVectors } from './make-entries.ts'
import { logVectors, makeLog } from './make-log.ts'
import { merkleVectors } from './make-merkle.ts'
import { noteVectors } from './make-notes.ts'
import { proofVectors } from './make-proofs.ts'
import { rotationVectors } from './make-rotations.ts'
import { timeStampVectors } from './make-time-stamps.ts'

/** Every vector file but the RFCs' own, by name. A file that exists may get rows; a row that exists never changes. */
export async function makeVectors(): Promise<Record<string, unknown>> {
  const log = makeLog()
  return {
    'merkle.json': await merkleVectors(),
    'entries.json': entryVectors(),
    'log.json': { ...(await logVectors(log)), proofs: await proofVectors(log) },
    'notes.json': await noteVectors(),
    'time-stamps.json': await timeStampVectors(),
    'rotations.json': await rotationVectors(),
  }
}

if (argv[1] === import.meta.filename && argv[2] === '--write') {
  for (const [name, value] of Object.entries(await makeVectors())) {
    writeFileSync(new URL(name, import.meta.url), `${JSON.stringify(value, null, 2)}\n`)
  }
}
