const GROUP = /\B(?=(\d{3})+(?!\d))/g

/** A number, or its decimal text, with its thousands apart. */
export function spokenNumber(value: number | string): string {
  const [, sign = '', whole = '', rest = ''] = /^(-?)(\d+)(\..*)?$/.exec(String(value)) ?? []
  return whole === '' ? String(value) : `${sign}${whole.replace(GROUP, ',')}${rest}`
}

/** An amount with two places at least, and no more than it has. */
export function spokenMoney(value: string): string {
  const [whole = '0', places = ''] = value.split('.')
  return `${spokenNumber(whole)}.${places.replace(/0+$/, '').padEnd(2, '0')}`
}

/** Milliseconds since the Unix epoch, e.g. `2026-11-28 13:05:09 UTC`. */
export function spokenTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** e.g. `28 November 2026`, in UTC. */
export function spokenDay(at: number): string {
  const date = new Date(at)
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`
}

const MONTHS = 'January February March April May June July August September October November December'.split(' ')
