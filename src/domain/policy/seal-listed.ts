import { jcs } from '../ledger/json.ts'
import type { SealedNote } from '../requests/act-entry.ts'
import { openText, sealText } from '../requests/sealing.ts'
import type { DataKey } from '../sealing/seal.ts'
import type { ListedValues } from './listed-values.ts'

/** The entry that puts a policy in force. */
export interface PolicyRow {
  id: string
  tenantId: string
}

/** The pseudonym that the key of a policy's values is made for: it belongs to nobody. */
export function policyKeyHolder({ id }: Pick<PolicyRow, 'id'>): string {
  return `policy_${id}`
}

/** Seals a policy's listed values for the content of its entry, with the nonce of their commitment inside. */
export function sealListed(
  row: PolicyRow,
  dataKey: DataKey,
  values: ListedValues,
  random: (length: number) => Uint8Array,
): SealedNote {
  return sealText(placeOf(row), dataKey, 'prompt', jcs({ values }), random)
}

/** What `sealListed` sealed. @throws UnsealError */
export function openListed(row: PolicyRow, dataKey: DataKey, sealed: Uint8Array): ListedValues {
  return (JSON.parse(openText(placeOf(row), dataKey, 'prompt', sealed)) as { values: ListedValues }).values
}

function placeOf({ id, tenantId }: PolicyRow) {
  return { requestId: id, subjectPseudonym: '', context: { tenantId } }
}
