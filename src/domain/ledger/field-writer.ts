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

/**
 * Writes canonical fields: `u16 number ‖ u8 type ‖ u32 length ‖ bytes`, big-endian, numbers counted from 1 in the order
 * of the calls. Callers check values first; this only encodes.
 */
export class FieldWriter {
  private buffer: Buffer
  private used: number
  private number = 0

  constructor(start: Uint8Array, capacity = 1024) {
    this.buffer = Buffer.allocUnsafe(start.length + capacity)
    this.buffer.set(start)
    this.used = start.length
  }

  writeNull(): void {
    this.header(TYPE_TAGS.null, 0)
  }

  writeInt(value: bigint, tag: typeof TYPE_TAGS.int | typeof TYPE_TAGS.timestamp): void {
    this.header(tag, 8)
    this.used = this.buffer.writeBigInt64BE(value, this.used)
  }

  writeBool(value: boolean): void {
    this.header(TYPE_TAGS.bool, 1)
    this.used = this.buffer.writeUInt8(value ? 1 : 0, this.used)
  }

  writeText(value: string, tag: typeof TYPE_TAGS.text | typeof TYPE_TAGS.decimal = TYPE_TAGS.text): void {
    const length = Buffer.byteLength(value, 'utf8')
    this.header(tag, length)
    this.used += this.buffer.write(value, this.used, 'utf8')
  }

  writeBytes(value: Uint8Array, tag: typeof TYPE_TAGS.bytes | typeof TYPE_TAGS.uuid = TYPE_TAGS.bytes): void {
    this.header(tag, value.length)
    this.buffer.set(value, this.used)
    this.used += value.length
  }

  /** `u32 count`, then `u32 length ‖ bytes` for each text. */
  writeTexts(values: readonly string[]): void {
    const texts = values.map((value) => Buffer.from(value, 'utf8'))
    this.header(
      TYPE_TAGS.textArray,
      texts.reduce((sum, text) => sum + 4 + text.length, 4),
    )
    this.used = this.buffer.writeUInt32BE(texts.length, this.used)
    for (const text of texts) {
      this.used = this.buffer.writeUInt32BE(text.length, this.used)
      this.buffer.set(text, this.used)
      this.used += text.length
    }
  }

  /** The bytes written so far. The writer must not be used afterwards. */
  finish(): Buffer {
    return this.buffer.subarray(0, this.used)
  }

  private header(tag: Tag, length: number): void {
    this.reserve(HEADER_BYTES + length)
    this.number += 1
    this.used = this.buffer.writeUInt16BE(this.number, this.used)
    this.used = this.buffer.writeUInt8(tag, this.used)
    this.used = this.buffer.writeUInt32BE(length, this.used)
  }

  private reserve(more: number): void {
    if (this.used + more <= this.buffer.length) return
    const grown = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.used + more))
    grown.set(this.buffer.subarray(0, this.used))
    this.buffer = grown
  }
}
