/** A problem, with its place. */
export interface Problem {
  /** `unjudged`: why it could not be judged. */
  kind: 'changed' | 'removed' | 'inserted' | 'moved' | 'lost' | 'unjudged'
  log: string | null
  leaf: number | null
  entry: string | null
  what: string
}

export interface Result {
  /** 0 holds, 1 does not hold, 2 could not be judged. */
  exit: 0 | 1 | 2
  trusted: boolean
  signers: string[]
  logs: ({ origin: string } & Record<string, number | string>)[]
  /** The first one first. */
  problems: Problem[]
  notes: string[]
  not_proved: string[]
}

/** What is inside a pack. */
export interface PackFiles {
  names: string[]
  /** The bytes of a member. Throws where there is none of this name. */
  open(name: string): AsyncIterable<Uint8Array>
}

/** An entry that was checked, with the groups' bytes that were shown of it. Bytes are strings of the characters 0 to 255. */
export interface OpenedEntry {
  envelope: Record<string, string | number | boolean | string[] | null>
  openings: Record<string, string>
}

/** The members of a folder or a zip file, and of a proof its text. */
export function openPath(target: string): Promise<PackFiles | string>
export function verifyPath(
  target: string,
  options?: { trust?: string[]; anchors?: string | null; show?: (leaf: number, entry: OpenedEntry) => unknown },
): Promise<Result>
/** What is not proved where a pack has time stamps. */
export const STAMPS: string
export function words(result: Result): string

/** What the rules are made of, for tests. Bytes are strings of the characters 0 to 255. */
export interface Key {
  text: string
  name: string
  id: string
  witness: boolean
  key: string
}
/** Whether an Ed25519 signature holds. */
export function verifies(key: string, message: string, signature: string): boolean
interface Signed {
  signers: string[]
  signed: (Key & { time: number | null })[]
}
export function parseKey(text: string): Key
export function openNote(note: string, keys: Key[]): Signed & { text: string }
export function openCheckpoint(note: string, keys: Key[]): { origin: string; size: number; root: string; logKey?: Key }
export function leafHash(leaf: string): string
/** Adds a leaf's hash to the complete subtrees of a tree of `index` leaves. */
export function append(tree: string[], index: number, hash: string): void
export function rootOf(tree: string[]): string
/** Null where the path has another length. */
export function rootOfPath(index: number, size: number, hash: string, path: string[]): string | null
export function openEnvelope(bytes: string): OpenedEntry['envelope']
/** What the record of an entry says that fits its commitments, and its leaf. */
export function openEntry(record: string): OpenedEntry & { leaf: string }
