export interface LockHolder {
  pid: number
  startTime: string
  note: string
}
export type LockAttempt = { holder: null; release(): void } | { holder: LockHolder }
export function processStartTime(pid: number): string | null
export function isHolderAlive(holder: LockHolder | null): boolean
export function tryLock(directory: string, note?: string): LockAttempt
export function waitLock(
  directory: string,
  options: { timeoutMs: number; note?: string; onWait?: (holder: LockHolder) => void },
): Promise<{ holder: null; release(): void }>
