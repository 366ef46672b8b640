import type { ListedValues } from '../../domain/policy/listed-values.ts'
import { type PolicyRow, policyKeyHolder, sealListed } from '../../domain/policy/seal-listed.ts'
import type { SealedNote } from '../../domain/requests/act-entry.ts'
import type { KeyService } from '../../ports/key-service.ts'

/** Seals what a policy lists for its entry, under a key that is made for it; null: it lists nothing. */
export async function sealValues(
  keys: Pick<KeyService, 'createDataKey'>,
  row: PolicyRow,
  values: ListedValues,
  random: (length: number) => Uint8Array,
): Promise<SealedNote | null> {
  if (Object.keys(values).length === 0) return null
  return sealListed(row, await keys.createDataKey(row.tenantId, policyKeyHolder(row)), values, random)
}
