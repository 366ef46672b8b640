import { createHash } from 'node:crypto'

/** Chance that comes out the same for the same seed, on every machine. For made-up data only, never for a secret. */
export class Chance {
  private a: number
  private b: number
  private c: number
  private d = 1

  /** Another name gives an independent series. */
  constructor(seed: string, name: string) {
    const start = createHash('sha256').update(`${seed}\0${name}`, 'utf8').digest()
    this.a = start.readInt32BE(0)
    this.b = start.readInt32BE(4)
    this.c = start.readInt32BE(8)
  }

  /** Uniform in [0, 1): sfc32 (Chris Doty-Humphrey, PractRand). */
  next(): number {
    const sum = (this.a + this.b + this.d) | 0
    this.d = (this.d + 1) | 0
    this.a = this.b ^ (this.b >>> 9)
    this.b = (this.c + (this.c << 3)) | 0
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum
    return (sum >>> 0) / 2 ** 32
  }

  /** A whole number from `from` to below `below`. */
  whole(from: number, below: number): number {
    return from + Math.floor(this.next() * (below - from))
  }

  isBelow(probability: number): boolean {
    return this.next() < probability
  }

  of<T>(list: readonly T[]): T {
    return list[this.whole(0, list.length)] as T
  }

  /** One of a list, each as likely as its weight. @param total the sum of the weights, where it is known. */
  weighted<T>(list: readonly T[], weightOf: (item: T) => number, total = sumOf(list, weightOf)): T {
    let left = this.next() * total
    for (const item of list) {
      left -= weightOf(item)
      if (left < 0) return item
    }
    return list.at(-1) as T
  }

  /** Log-normal around a median; `spread` is the standard deviation of the logarithm. */
  logNormal(median: number, spread: number): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next())
    return median * Math.exp(spread * normal)
  }

  bytes(length: number): Buffer {
    const out = Buffer.allocUnsafe(length)
    for (let at = 0; at < length; at++) out[at] = this.whole(0, 256)
    return out
  }
}

export function sumOf<T>(list: readonly T[], numberOf: (item: T) => number): number {
  return list.reduce((sum, item) => sum + numberOf(item), 0)
}
