import { LENGTHENING, MAX_LENGTHENED } from './allowed-names.ts'
import { Refused, type Tree } from './types.ts'

type Place = number | null

/**
 * `repeat` and its like make a gigabyte of one letter; `format` does with a width, and so do `repeat` of `repeat` and a text that
 * takes the place of each letter of another.
 */
export class Lengths {
  #repeated = 1

  /** @throws Refused `sql_too_large` where a call could make a text of any length */
  checkCall(name: string, fields: Tree, at: Place): void {
    const args = Array.isArray(fields.args) ? (fields.args as Tree[]) : []
    const place = LENGTHENING[name]
    if (place !== undefined) {
      const most = numberOf(args[place])
      if (most === null || most > MAX_LENGTHENED) throw tooLong(name, at)
      if (name === 'repeat') this.#repeated *= Math.max(1, most)
      if (this.#repeated > MAX_LENGTHENED) throw tooLong(name, at)
    }
    if (name === 'format' && !isPlainFormat(args[0])) {
      throw new Refused('sql_too_large', 'format needs a pattern that is written out, with widths below 1000.', at)
    }
    if (args.length > 2 && FILLED.has(name) && (textOf(args[2])?.length ?? 0) > MAX_LENGTHENED) {
      const words = `${name} needs a shorter text to put in: ${MAX_LENGTHENED} characters at most.`
      throw new Refused('sql_too_large', words, at)
    }
  }

  /** `char(n)` and `bit(n)` fill up. @throws Refused `sql_too_large` */
  checkType(name: string, { typmods }: Tree, at: Place): void {
    if (!FILLING.has(name) || !Array.isArray(typmods)) return
    const most = numberOf(typmods[0] as Tree)
    if (most === null || most > MAX_LENGTHENED) throw tooLong(name, at)
  }
}

const FILLING = new Set(['bpchar', 'char', 'bit'])
const FILLED = new Set(['replace', 'regexp_replace'])

function tooLong(name: string, at: Place): Refused {
  const words = `${name} needs a length that is written as a number, or as least(…, number), and all of them together at most ${MAX_LENGTHENED}.`
  return new Refused('sql_too_large', words, at)
}

/** The most that a number can be: one that is written out, or the least of several of which one is. Null: any. */
export function numberOf(node: Tree | undefined): number | null {
  const least = node?.MinMaxExpr as Tree | undefined
  if (least?.op === 'IS_LEAST') {
    const known = (least.args as Tree[]).map(numberOf).filter((most) => most !== null)
    return known.length === 0 ? null : Math.min(...known)
  }
  const constant = node?.A_Const as Tree | undefined
  const number = constant?.ival as Tree | undefined
  if (!number || constant?.isnull === true) return null
  const { ival = 0 } = number
  return typeof ival === 'number' ? ival : null
}

/** Of a text that is written out. */
export function textOf(node: Tree | undefined): string | null {
  const text = ((node?.A_Const as Tree | undefined)?.sval as Tree | undefined)?.sval
  return typeof text === 'string' ? text : null
}

function isPlainFormat(node: Tree | undefined): boolean {
  const text = textOf(node)
  return text !== null && !/\d{4}|\*/.test(text)
}
