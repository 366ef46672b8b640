import { writeUuid } from '../ids/uuidv7.ts'

/** Type bytes of a canonical field. */
export const TYPE_TAGS = {
  null: 0,
  int: 1,
  timestamp: 2,
  bool: 3,
  text: 4,
  uuid: 5,
  bytes: 6,
  decimal: 7,
  textArray: 8,
} as const

type Tag = (typeof TYPE_TAGS)[keyof typeof TYPE_TAGS]

const HEADER_BYTES = 7
const UUID_BYTES = 16
const CAPACITY = 16_384
/** A larger buffer is not kept. */
const MOST_SPARE = 65_536
/** UTF-8 bytes of one UTF-16 code unit, at most. */
const MAX_UTF8_BYTES = 3

/** The buffer that the next writer takes: a new one for each envelope cost a tenth of an append. */
let spare: Buffer | null = null

/**
 * Writes canonical fields: `u16 number ‖ u8 type ‖ u32 length ‖ bytes`, big-endian, numbers counted from 1 in the order
 * of the calls. Callers check values first; this only encodes.
 */
export class FieldWriter {
  private buffer: Buffer
  private used: number
  private number = 0

  constructor(start: Uint8Array) {
    this.buffer = spare ?? Buffer.allocUnsafe(CAPACITY)
    spare = null
    this.buffer.set(start)
    this.used = start.length
  }

  writeNull(): void {
    this.header(TYPE_TAGS.null, 0)
  }

  /** Takes 0 to 2^53 − 1, which is the same in u64 and i64. */
  writeInt(value: number, tag: typeof TYPE_TAGS.int | typeof TYPE_TAGS.timestamp): void {
    this.header(tag, 8)
    this.writeUint(Math.floor(value / 2 ** 32), 4)
    this.writeUint(value % 2 ** 32, 4)
  }

  writeBool(value: boolean): void {
    this.header(TYPE_TAGS.bool, 1)
    this.buffer[this.used++] = value ? 1 : 0
  }

  writeText(value: string, tag: typeof TYPE_TAGS.text | typeof TYPE_TAGS.decimal = TYPE_TAGS.text): void {
    this.reserve(HEADER_BYTES + value.length * MAX_UTF8_BYTES)
    const length = this.buffer.write(value, this.used + HEADER_BYTES, 'utf8')
    this.header(tag, length)
    this.used += length
  }

  writeBytes(value: Uint8Array): void {
    this.header(TYPE_TAGS.bytes, value.length)
    this.buffer.set(value, this.used)
    this.used += value.length
  }

  writeUuid(text: string): void {
    this.header(TYPE_TAGS.uuid, UUID_BYTES)
    writeUuid(this.buffer, this.used, text)
    this.used += UUID_BYTES
  }

  /** `u32 count`, then `u32 length ‖ bytes` for each text. */
  writeTexts(values: readonly string[]): void {
    const texts = values.map((value) => Buffer.from(value, 'utf8'))
    this.header(
      TYPE_TAGS.textArray,
      texts.reduce((sum, text) => sum + 4 + text.length, 4),
    )
    this.writeUint(texts.length, 4)
    for (const text of texts) {
      this.writeUint(text.length, 4)
      this.buffer.set(text, this.used)
      this.used += text.length
    }
  }

  /** The bytes written so far. The writer must not be used afterwards. */
  finish(): Buffer {
    const bytes = Buffer.from(this.buffer.subarray(0, this.used))
    if (this.buffer.length <= MOST_SPARE) spare = this.buffer
    return bytes
  }

  private header(tag: Tag, length: number): void {
    this.reserve(HEADER_BYTES + length)
    this.number += 1
    this.writeUint(this.number, 2)
    this.buffer[this.used++] = tag
    this.writeUint(length, 4)
  }

  /** Byte by byte: the checks of Buffer's own methods took half of the time of an envelope. */
  private writeUint(value: number, bytes: 2 | 4): void {
    for (let shift = 8 * (bytes - 1); shift >= 0; shift -= 8) this.buffer[this.used++] = value >>> shift
  }

  private reserve(more: number): void {
    if (this.used + more <= this.buffer.length) return
    const grown = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.used + more))
    grown.set(this.buffer.subarray(0, this.used))
    this.buffer = grown
  }
}
