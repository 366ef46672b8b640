import type { Canary } from '../../support/canary-scanner.ts'

export type Shape = 'mail' | 'phone' | 'card' | 'secret' | 'word'

export interface PlantedCanary extends Canary {
  /** The engine knows it, or it names the person: the provider must not see it either. */
  hiddenFromProvider: boolean
}

/** Makes canaries, each of its own, and remembers where they were planted. */
export class Garden {
  readonly planted: PlantedCanary[] = []
  private number = 0

  /** A value of a shape; all shapes but `word` are recognised by the engine. */
  grow(label: string, shape: Shape, from: 'app' | 'provider' = 'app'): string {
    const value = SHAPES[shape](++this.number)
    this.planted.push({ label: `${label} (${shape})`, value, hiddenFromProvider: shape !== 'word' && from === 'app' })
    return value
  }

  /** Something that names a person and that no engine has to recognise. */
  growIdentity(label: string): string {
    const value = SHAPES.word(++this.number)
    this.planted.push({ label, value, hiddenFromProvider: true })
    return value
  }
}

const SHAPES: Record<Shape, (number: number) => string> = {
  mail: (number) => `zq.canary${number}@mail${number}.example.com`,
  phone: (number) => `+1 415 556 ${String(1000 + number)}`,
  card: (number) => card(`4539${String(number).padStart(4, '0')}0070707`),
  secret: (number) => `ghp_${`zQ${number}Kx7`.padEnd(36, 'wPv5Rt9')}`,
  word: (number) => `Quillfeather${number}Zqx`,
}

/** With its check digit (ISO/IEC 7812-1, annex B). */
function card(digits: string): string {
  const sum = [...digits].reverse().reduce((total, digit, place) => {
    const value = Number(digit) * (place % 2 === 0 ? 2 : 1)
    return total + (value > 9 ? value - 9 : value)
  }, 0)
  return `${digits}${(10 - (sum % 10)) % 10}`
}
