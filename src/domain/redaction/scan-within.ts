const LEAST_MS = 20_000
/** Four times what a megabyte takes on a core that is free. */
const MS_PER_MB = 24_000

/** Milliseconds that looking through a text of `units` UTF-16 units may take, other long ones before it included. */
export function scanWithinMs(units: number): number {
  return LEAST_MS + Math.ceil((units / 1e6) * MS_PER_MB)
}
