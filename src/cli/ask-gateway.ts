import { homeLayout, readRunFile } from '../config/home.ts'
import type { Io } from './io.ts'

/** A gateway, and the key that it is asked with. */
export interface Target {
  url: string
  key: string
}

/** What to say where there is none. */
export const NO_TARGET =
  'Start the gateway, or name it with --url and set PALIMPSEST_API_KEY to a key of the role privacy.'

export const NO_OPERATOR =
  'Start the gateway, or name it with --url and set PALIMPSEST_API_KEY to a key of the role operator or admin.'

/** The gateway that is named, or the one that runs in this home; null: there is none, or no key for it. */
export function targetOf(given: string | undefined, io: Io): Target | null {
  return targetWith('privacy', given, io)
}

/** The same for what operators do. @param key in place of PALIMPSEST_API_KEY, where that is for something else. */
export function operatorTargetOf(given: string | undefined, io: Io, key?: string): Target | null {
  return targetWith('admin', given, io, key)
}

/** The same for what apps ask. */
export function appTargetOf(given: string | undefined, io: Io): Target | null {
  return targetWith('app', given, io)
}

/** The same for what auditors ask. */
export function auditorTargetOf(given: string | undefined, io: Io): Target | null {
  return targetWith('auditor', given, io)
}

function targetWith(
  role: 'privacy' | 'admin' | 'auditor' | 'app',
  given: string | undefined,
  io: Io,
  named?: string,
): Target | null {
  const running = readRunFile(homeLayout(io.env, process.cwd()))
  const url = given ?? running?.apiUrl
  // The development keys are for the gateway of this home alone.
  const key = named || io.env.PALIMPSEST_API_KEY || (given === undefined ? running?.keys[role] : undefined)
  return url && key ? { url: url.replace(/\/+$/, ''), key } : null
}

/** A gateway that is away, or does not do what it was asked. */
export class NotAnswered extends Error {
  readonly isAway: boolean

  constructor(message: string, isAway: boolean) {
    super(message)
    this.isAway = isAway
  }
}

/** Asks for JSON: with a body by POST, else by GET unless told otherwise. @throws NotAnswered */
export async function ask(
  { url, key }: Target,
  path: string,
  body?: object,
  method?: 'DELETE' | 'PUT',
  headers: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  let response: Response
  try {
    response = await fetch(`${url}${path}`, {
      headers: { ...headers, authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
      method: method ?? (body ? 'POST' : 'GET'),
      ...(body && { body: JSON.stringify(body) }),
    })
  } catch {
    throw new NotAnswered(`${url} cannot be reached.`, true)
  }
  const answer: unknown = await response.json().catch(() => null)
  if (response.ok) return answer
  const { error } = (answer ?? {}) as { error?: { message: string; code: string } }
  const told = error ? `${error.message} (${error.code})` : `${url} answered ${response.status}.`
  throw new NotAnswered(told, response.status >= 500)
}
