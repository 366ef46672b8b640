import { type Decimal, decimalText, negated, parseDecimal } from '../../domain/cost/decimal.ts'

/** A CSV row by column: names in small letters, without blanks and underscores. */
export type InvoiceRecord = ReadonlyMap<string, string>

export interface ReadOptions {
  /** Days that count, `YYYY-MM-DD`; `below` is not among them. */
  from: string
  below: string
  /** Project, workspace or resource group whose lines count, by id or name; null: all. */
  account: string | null
  /** Of the row, counted from 1; null: there are none. */
  line?: number | null
}

/** Its message names places and names of columns, never a value. */
export class InvoiceUnreadable extends Error {}

/** The first of these columns that there is and that is not empty. */
export function fieldOf(record: InvoiceRecord, ...names: string[]): string | null {
  for (const name of names) {
    const value = record.get(name)
    if (value !== undefined && value !== '') return value
  }
  return null
}

/** A day of a date, a time, or seconds since the Unix epoch. */
export function dayOf(value: string | number | null, { line }: ReadOptions): string {
  const text = String(value ?? '')
  const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})/.exec(text)
  const day = american
    ? `${american[3]}-${american[1]?.padStart(2, '0')}-${american[2]?.padStart(2, '0')}`
    : /^\d{9,11}(\.\d+)?$/.test(text)
      ? new Date(Number(text) * 1000).toISOString().slice(0, 10)
      : text.slice(0, 10)
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(Date.parse(day))) throw unreadable('a day', line)
  return day
}

/** A count; null where there is none. */
export function countOf(value: unknown, { line }: ReadOptions): number | null {
  if (value === undefined || value === null || value === '') return null
  const count = Number(value)
  if (!Number.isSafeInteger(count) || count < 0) throw unreadable('a count of tokens', line)
  return count
}

/** An amount, exactly as the file has it; null where there is none. */
export function amountOf(value: unknown, { line }: ReadOptions): Decimal | null {
  if (value === undefined || value === null || value === '') return null
  const text = String(value)
  const isBelow = text.startsWith('-')
  try {
    const plain = /^-?\d{1,30}(\.\d{1,30})?$/.test(text) ? text.replace('-', '') : decimalText(Math.abs(numberOf(text)))
    const amount = parseDecimal(plain)
    return isBelow ? negated(amount) : amount
  } catch {
    throw unreadable('an amount', line)
  }
}

/** `1.5e-05`, as spreadsheets and JSON write small amounts. */
function numberOf(text: string): number {
  if (!/^-?\d+(\.\d+)?[eE][+-]?\d{1,2}$/.test(text)) throw new RangeError('not a number')
  return Number(text)
}

/** @throws InvoiceUnreadable unless it is US dollars, or not named. */
export function requireUsd(currency: string | null, { line }: ReadOptions): void {
  if (currency !== null && currency.toLowerCase() !== 'usd') throw unreadable('an amount in US dollars', line)
}

/** Whether a line is of the account and the days that count. */
export function counts(
  day: string,
  accounts: readonly (string | null)[],
  { from, below, account }: ReadOptions,
): boolean {
  return day >= from && day < below && (account === null || accounts.includes(account))
}

export function unreadable(what: string, line: number | null | undefined): InvoiceUnreadable {
  return new InvoiceUnreadable(`${what} is missing or not readable${line ? ` at line ${line}` : ''}`)
}

/** An object with fields. @throws InvoiceUnreadable */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new InvoiceUnreadable('its JSON has not the form of the API’s answer')
}

/** A list. @throws InvoiceUnreadable */
export function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw new InvoiceUnreadable('its JSON has not the form of the API’s answer')
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
