import type { Disclosed } from './invariants/types.ts'
import { KEYS, type Tenant } from './stack/config.ts'

/** Reads recorded text as the privacy role does; null where there is none. */
export function discloserOf(url: string): (tenant: Tenant, requestId: string) => Promise<Disclosed | null> {
  return async (tenant, requestId) => {
    const response = await fetch(`${url}/v1/requests/${requestId}/disclosures`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEYS[tenant].privacy}`, 'content-type': 'application/json' },
      body: JSON.stringify({ purpose: 'comparing what was delivered with what is recorded' }),
    })
    if (response.status === 410) {
      await response.text()
      return null
    }
    if (!response.ok) throw new Error(`a disclosure of ${requestId} was answered ${response.status}`)
    return (await response.json()) as Disclosed
  }
}
