import { equalBytes } from '../../src/domain/ledger/bytes.ts'
import { jcs } from '../../src/domain/ledger/json.ts'
import { totalsThatDiffer } from '../../src/domain/retention/control-totals.ts'
import { PalimpsestError } from '../../src/errors.ts'
import type { MadePeriod, PeriodPart, ReadPeriod } from '../../src/ports/period-files.ts'

/**
 * Compares what the files say that came back from the store with what the database says.
 * @throws PalimpsestError `archive_mismatch`: it names what differs, never the data.
 */
export function comparePeriod(made: MadePeriod, read: ReadPeriod): void {
  const differing = differencesOf(made, read)
  const [first] = differing
  if (first === undefined) return
  const more = differing.length > 1 ? ` and ${differing.length - 1} more` : ''
  throw new PalimpsestError({
    code: 'archive_mismatch',
    status: 409,
    message: `What came back from the store is not what the database holds: ${first}${more}. Nothing was recorded or dropped.`,
  })
}

/** What differs, in words without data; none: they say the same. */
export function differencesOf(made: MadePeriod, read: ReadPeriod): string[] {
  const differing = totalsThatDiffer(made.totals, read.totals).map((name) => `the total ${name}`)
  if (!equalBytes(made.root, read.root)) differing.push('the Merkle root')
  if (jcs(made.leaves) !== jcs(read.leaves)) differing.push('the leaves')
  for (const { part, rows, digests } of made.files) differing.push(...partThatDiffers(part, { rows, digests }, read))
  if (read.broken !== null) differing.push(`the commitment or leaf of entry ${read.broken}`)
  return differing
}

function partThatDiffers(
  part: PeriodPart,
  made: { rows: number; digests: Readonly<Record<string, string>> },
  read: ReadPeriod,
): string[] {
  const found = read.digests[part] ?? {}
  const columns = Object.entries(made.digests).filter(([name, digest]) => found[name] !== digest)
  const rows = read.rows[part] === made.rows ? [] : [`the rows of ${part}`]
  return [...rows, ...columns.map(([name]) => `the column ${name} of ${part}`)]
}
