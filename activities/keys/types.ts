/** What a rotation of one tenant has done: numbers only. They stand in the history. */
export interface TenantRotation {
  tenant: string
  /** The epoch that wraps new keys now. */
  epoch: number
  opened: boolean
  /** Keys and secrets wrapped anew. */
  moved: number
  /** Keys that were found under an epoch that is gone: nothing opens them. */
  lost: number
  /** Epochs destroyed in the KMS. */
  destroyed: number[]
  /** Epochs that should be destroyed and wrap something still. */
  blocked: number[]
}

export interface RotationPlan {
  tenants: string[]
  /** Milliseconds after which an epoch is followed by the next. */
  openAfterMs: number
  /** Milliseconds that a retired epoch is kept for backups of the keystore. */
  keepRetiredMs: number
}

export interface KeyActivities {
  planRotation(): Promise<RotationPlan>
  openEpoch(input: { tenant: string; olderThanMs: number }): Promise<{ epoch: number; opened: boolean }>
  rewrapKeys(input: { tenant: string }): Promise<{ moved: number; lost: number }>
  destroyEpochs(input: { tenant: string; retiredForMs: number }): Promise<{ destroyed: number[]; blocked: number[] }>
}
