import { readFileSync } from 'node:fs'

/** Reads a vector file; the caller states its shape. */
export function readVectors(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../vectors/ledger/${name}`, import.meta.url), 'utf8'))
}

export function bytes(hex: string): Buffer {
  return Buffer.from(hex, 'hex')
}

/** The stable code of what `run` throws, or `ok`. */
export function codeOf(run: () => unknown): string {
  try {
    run()
    return 'ok'
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : `unexpected: ${String(error)}`
  }
}
