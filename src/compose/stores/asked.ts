/** What `/readyz` asks, and what mends it where it does not answer. */
export interface Asked {
  name: string
  fix: string
  /** True: requests are served without it. */
  optional?: true | undefined
  ask(): Promise<unknown>
}
