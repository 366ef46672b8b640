/** What a verb of the command line reads and writes. */
export interface Io {
  env: Readonly<Record<string, string | undefined>>
  /** A line on standard output. */
  write(line: string): void
  /** A line on standard error. */
  warn(line: string): void
}
