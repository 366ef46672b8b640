/** How many identifiers stand in each prompt. */
export const IDENTIFIERS = 9
/** End users that the requests come from, in turn. */
export const USERS = 100

const SYSTEM = 'You are the assistant of a support desk. Answer in the language of the letter, politely and briefly.'

export interface BenchPrompt {
  /** The request's body as JSON. */
  body: string
  /** One of the identifiers: the restored answer holds it, and what the model saw does not. */
  marker: string
}

/**
 * The n-th request: a letter of about 1 KB with nine identifiers that no other letter holds, so that neither recognition
 * nor placeholders come from a cache. The system message is the same in all of them, as it is in practice. Pure.
 */
export function promptOf(n: number, options: { stream?: boolean; model?: string } = {}): BenchPrompt {
  const marker = `ann.lee.${n}@example.org`
  const letter =
    `Dear support team, this is about order ${n}, which has not arrived after nineteen days. You can reach me at ` +
    `${marker} or, while I am travelling, at office.${n}@mail.example.com; in urgent cases call ${usPhone(n)} during ` +
    `the day or ${germanPhone(n)} in the evening. The payment was taken from my card ${card(n)} on the second of the ` +
    `month, and I would like to have it refunded to the account ${iban(n)} instead, because that card has been ` +
    `cancelled since. For the tax form you also asked for my social security number, which is ${ssn(n)}. The order was ` +
    `placed from ${ip(n)}, as your colleague found out, and the page that shows its state is ` +
    `https://shop.example.com/orders?customer=${100_000 + n}, which says that the parcel was handed over to the carrier, ` +
    'while the carrier says that it never got one. Please tell me who is right, and what I have to do so that the ' +
    'parcel is sent again or the money comes back. Thank you very much and kind regards.'
  return {
    marker,
    body: JSON.stringify({
      model: options.model ?? 'gpt-4o-mini',
      messages: [
        { role: 'system', content: SYSTEM },
        { role: 'user', content: letter },
      ],
      user: `user-${n % USERS}`,
      ...(options.stream && { stream: true }),
    }),
  }
}

function digits(n: number, length: number): string {
  return String(n % 10 ** length).padStart(length, '0')
}

function usPhone(n: number): string {
  return `+1 212 ${digits(200 + (n % 700), 3)} ${digits(n * 7, 4)}`
}

function germanPhone(n: number): string {
  return `+49 30 ${digits(2_000_000 + (n % 900_000), 7)}`
}

/** A card number with its check digit (Luhn, ISO/IEC 7812-1). */
function card(n: number): string {
  const body = `4000${digits(n * 13, 11)}`
  let sum = 0
  for (const [index, digit] of [...body].reverse().entries()) {
    const doubled = index % 2 === 0 ? Number(digit) * 2 : Number(digit)
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  const whole = `${body}${(10 - (sum % 10)) % 10}`
  return whole.replace(/(\d{4})(?=\d)/g, '$1 ')
}

/** A German IBAN with its check digits (ISO 13616). */
function iban(n: number): string {
  const account = `37040044${digits(n * 17, 10)}`
  const check = 98n - (BigInt(`${account}131400`) % 97n)
  return `DE${String(check).padStart(2, '0')}${account}`
}

function ssn(n: number): string {
  return `${digits(100 + (n % 500), 3)}-${digits(1 + (n % 98), 2)}-${digits(1 + (n % 9998), 4)}`
}

function ip(n: number): string {
  return `84.${17 + (n % 200)}.${(n >> 8) % 250}.${1 + (n % 250)}`
}
