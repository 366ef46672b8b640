import { createHash } from 'node:crypto'

export interface Canary {
  /** Where it was planted. */
  label: string
  value: string
}

export interface Finding {
  label: string
  /** How it was written where it was found. */
  encoding: string
  place: string
}

interface Needle {
  label: string
  encoding: string
  bytes: Buffer
}

/** Shorter needles would be found by chance in gigabytes of random bytes. */
const MIN_BYTES = 8

/** Rows show bytes in hex, where one character of sixteen has to meet: eight digits were found in them by chance. */
const MIN_DIGITS = 11

const FOLD = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 65 && byte <= 90 ? byte + 32 : byte))

/**
 * Finds values in bytes however they are written: as they are, in any case, escaped for JSON or a URL, in hex, in base64
 * at its three alignments, in UTF-16 of both orders, digits alone, and hashed without a key. One pass over the bytes.
 */
export class CanaryScanner {
  private readonly starts = new Uint8Array(1 << 21)
  private readonly needles = new Map<number, Needle[]>()

  constructor(canaries: readonly Canary[]) {
    for (const canary of canaries) for (const needle of needlesOf(canary)) this.add(needle)
  }

  /** Each canary and encoding once. */
  scan(bytes: Uint8Array, place: string): Finding[] {
    const found = new Map<string, Finding>()
    const { starts } = this
    const end = bytes.length - 2
    let key = (at(bytes, 0) << 8) | at(bytes, 1)
    for (let start = 0; start < end; start++) {
      key = ((key << 8) | at(bytes, start + 2)) & 0xffffff
      if (((starts[key >> 3] ?? 0) & (1 << (key & 7))) === 0) continue
      for (const needle of this.needles.get(key) ?? []) {
        if (!startsWith(bytes, start, needle.bytes)) continue
        const { label, encoding } = needle
        found.set(`${label} ${encoding}`, { label, encoding, place })
      }
    }
    return [...found.values()]
  }

  scanText(text: string, place: string): Finding[] {
    return this.scan(Buffer.from(text, 'utf8'), place)
  }

  private add(needle: Needle): void {
    if (needle.bytes.length < MIN_BYTES) throw new Error(`the canary ${needle.label} is too short`)
    const bytes = needle.bytes.map((byte) => FOLD[byte] ?? byte) as Buffer
    const key = (at(bytes, 0) << 16) | (at(bytes, 1) << 8) | at(bytes, 2)
    this.starts[key >> 3] = (this.starts[key >> 3] ?? 0) | (1 << (key & 7))
    const list = this.needles.get(key) ?? []
    list.push({ ...needle, bytes })
    this.needles.set(key, list)
  }
}

function at(bytes: Uint8Array, index: number): number {
  return FOLD[bytes[index] ?? 0] ?? 0
}

function startsWith(bytes: Uint8Array, start: number, needle: Buffer): boolean {
  if (start + needle.length > bytes.length) return false
  for (let index = 3; index < needle.length; index++) if (at(bytes, start + index) !== needle[index]) return false
  return true
}

function needlesOf({ label, value }: Canary): Needle[] {
  const utf8 = Buffer.from(value, 'utf8')
  const utf16 = Buffer.from(value, 'utf16le')
  const ways: [string, Buffer][] = [
    ['plain', utf8],
    ['URL', Buffer.from(encodeURIComponent(value))],
    ['form', Buffer.from(new URLSearchParams({ v: value }).toString().slice(2))],
    ['JSON', Buffer.from(JSON.stringify(value).slice(1, -1))],
    ['hex', Buffer.from(utf8.toString('hex'))],
    ['UTF-16LE', utf16],
    ['UTF-16BE', Buffer.from(utf16).swap16()],
    ...base64(utf8),
    ...hashes(utf8),
  ]
  const digits = value.replaceAll(/\D/g, '')
  if (digits.length >= MIN_DIGITS) ways.push(['digits', Buffer.from(digits)])
  const distinct = new Map<string, Needle>()
  for (const [encoding, bytes] of ways) {
    const written = bytes.toString('latin1').toLowerCase()
    if (!distinct.has(written)) distinct.set(written, { label, encoding, bytes })
  }
  return [...distinct.values()]
}

/** What stays the same of a value's base64 whatever stands around it, at each of the three alignments. */
function base64(value: Buffer): [string, Buffer][] {
  return [0, 1, 2].flatMap((shift) => {
    const whole = Buffer.concat([Buffer.alloc(shift), value])
    const skipped = Math.ceil((shift * 8) / 6)
    const kept = Math.floor((whole.length * 8) / 6)
    const text = whole.toString('base64').slice(skipped, kept)
    const url = text.replaceAll('+', '-').replaceAll('/', '_')
    return [
      [`base64 +${shift}`, Buffer.from(text)],
      [`base64url +${shift}`, Buffer.from(url)],
    ] as [string, Buffer][]
  })
}

/** A hash without a key can be computed again by anybody who guesses the value. */
function hashes(value: Buffer): [string, Buffer][] {
  return ['sha256', 'sha1', 'md5'].flatMap((name) => {
    const digest = createHash(name).update(value).digest()
    return [
      [name, digest.subarray(0, 16)],
      [`${name} in hex`, Buffer.from(digest.toString('hex').slice(0, 32))],
      [`${name} in base64`, Buffer.from(digest.toString('base64').slice(0, 20))],
    ] as [string, Buffer][]
  })
}
