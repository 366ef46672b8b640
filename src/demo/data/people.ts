import { type DemoTool, TOOLS } from './organisation.ts'
import { sumOf } from './random.ts'

/** A person of a tenant: the tools they use, and until when they are there. */
export interface DemoUser {
  name: string
  tools: readonly DemoTool[]
  /** How much they ask, against the others. */
  weight: number
  /** Milliseconds since the Unix epoch at which they are erased; null: never. */
  erasedAt: number | null
}

export interface DemoTenant {
  id: string
  region: string
  users: readonly DemoUser[]
  crews: Crews
}

/** Who may use a tool for as long as nobody more of them is erased. */
export interface Crew {
  /** Milliseconds since the Unix epoch at which the next one is erased; the crew holds for what is before. */
  before: number
  users: readonly DemoUser[]
  /** Sum of their weights. */
  weight: number
}

/** By tool its crews, in order of time: who uses it, or where that is nobody any more, all who stay. */
export type Crews = ReadonlyMap<DemoTool, readonly Crew[]>

/** Found once for a tenant: looking through all people for each call cost more than the rest of its plan. */
export function crewsOf(users: readonly DemoUser[]): Crews {
  const staying = users.filter(({ erasedAt }) => erasedAt === null)
  const ends = [...new Set(users.map(({ erasedAt }) => erasedAt ?? Infinity)), Infinity].sort((a, b) => a - b)
  return new Map(
    TOOLS.map((tool) => {
      const own = users.filter(({ tools }) => tools.includes(tool))
      const crews = ends.map((before) => {
        const there = own.filter(({ erasedAt }) => (erasedAt ?? Infinity) >= before)
        const crew = there.length > 0 ? there : staying
        return { before, users: crew, weight: sumOf(crew, weightOf) }
      })
      return [tool, crews]
    }),
  )
}

export function weightOf({ weight }: DemoUser): number {
  return weight
}
