import { proxyActivities } from '@temporalio/workflow'
import type { KeyActivities, TenantRotation } from '../activities/keys/types.ts'

/** Input of `rotateKeys`; without any, what is due is rotated. */
export interface RotateKeysInput {
  /** Only this tenant. */
  tenant?: string
  /** True: the next epoch is opened whatever the age of the one in force. */
  openNow?: boolean
  /** True: retired epochs are destroyed at once, and with them every backup of the keystore made before now. */
  destroyNow?: boolean
}

// A KMS that is away is waited for; the next run of the Schedule goes on where this one gave up.
const keys = proxyActivities<KeyActivities>({
  startToCloseTimeout: '2 minutes',
  scheduleToCloseTimeout: '50 minutes',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
})
const { rewrapKeys } = proxyActivities<KeyActivities>({
  startToCloseTimeout: '50 minutes',
  scheduleToCloseTimeout: '50 minutes',
  heartbeatTimeout: '2 minutes',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
})

/**
 * Rotates the tenants' key-encryption keys: opens the next epoch where one is due, wraps every live key under it, and
 * destroys the epochs that have been retired long enough. On a Schedule, daily.
 */
export async function rotateKeys(input: RotateKeysInput = {}): Promise<TenantRotation[]> {
  const plan = await keys.planRotation()
  const done: TenantRotation[] = []
  for (const tenant of plan.tenants) {
    if (input.tenant !== undefined && input.tenant !== tenant) continue
    const opened = await keys.openEpoch({ tenant, olderThanMs: input.openNow ? 0 : plan.openAfterMs })
    const rewrapped = await rewrapKeys({ tenant })
    const ended = await keys.destroyEpochs({ tenant, retiredForMs: input.destroyNow ? 0 : plan.keepRetiredMs })
    done.push({ tenant, ...opened, ...rewrapped, ...ended })
  }
  return done
}
