import type { Home } from '../config/home.ts'

/** One thing that was looked at. */
export interface Check {
  name: string
  ok: boolean
  /** False: only one of several ways, or a convenience; it does not make the whole fail. */
  required: boolean
  /** What was found, in a sentence without secrets. */
  detail: string
  /** What to do; null when there is nothing to do. */
  fix: string | null
}

export interface DoctorReport {
  /** True when every required check holds. */
  ok: boolean
  checks: Check[]
}

/** What the checks look at. */
export interface Examined {
  env: Readonly<Record<string, string | undefined>>
  home: Home
  /** The project's own folder. */
  projectRoot: string
}

/** One check. What it throws becomes a failed check of its name. */
export interface Examination {
  name: string
  required: boolean
  /** Null: it does not apply here. */
  run(examined: Examined): Promise<Omit<Check, 'name' | 'required'> | null>
}

export function fine(detail: string): Omit<Check, 'name' | 'required'> {
  return { ok: true, detail, fix: null }
}

export function wrong(detail: string, fix: string): Omit<Check, 'name' | 'required'> {
  return { ok: false, detail, fix }
}

/** A variable that is set; an empty one counts as not set. */
export function given(examined: Examined, name: string): string | null {
  const value = examined.env[name]
  return value === undefined || value === '' ? null : value
}
