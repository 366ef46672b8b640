import type { LawfulBasis } from '../../domain/routing/lawful-basis.ts'
import type { ProviderName } from '../../domain/routing/types.ts'

/** A made-up tool: who uses it, for what, how often personal data stands in its requests. */
export interface DemoTool {
  name: string
  app: string
  team: string
  /** Share of all requests, against the others. */
  weight: number
  features: readonly string[]
  /** Probability that personal data is found in a request, and what of it, by weight. */
  pii: number
  finds: Readonly<Record<string, number>>
  /** Tokens: medians of a log-normal distribution. */
  promptTokens: number
  responseTokens: number
  isHipaa: boolean
  purpose: string
  lawfulBasis: LawfulBasis
  /** A batch at night, nobody's request: without a user. */
  isNightly: boolean
  /** Where it is asked of a region other than the tenant's, with a probability. */
  otherRegion: { region: string; probability: number } | null
  texts: readonly { asks: string; hears: string }[]
}

const PEOPLE = { PERSON: 10, EMAIL_ADDRESS: 5, PHONE_NUMBER: 3 }
const OFFICE = { isHipaa: false, isNightly: false, otherRegion: null, lawfulBasis: 'legitimate_interests' } as const

export const TOOLS: readonly DemoTool[] = [
  {
    ...OFFICE,
    name: 'support_reply',
    app: 'helpdesk',
    team: 'care',
    weight: 34,
    features: ['draft', 'summarise', 'translate'],
    pii: 0.62,
    finds: { ...PEOPLE, CREDIT_CARD: 0.4, STREET_ADDRESS: 1 },
    promptTokens: 620,
    responseTokens: 210,
    purpose: 'answering customers',
    lawfulBasis: 'contract',
    otherRegion: { region: 'eu', probability: 0.12 },
    texts: [
      {
        asks: 'Draft a reply to [PERSON_1] ([EMAIL_ADDRESS_1]): the second parcel has not come, the order is paid.',
        hears: 'Dear [PERSON_1], thank you for writing. Your second parcel left our depot this morning.',
      },
      {
        asks: 'Summarise this call with [PERSON_1], who rang from [PHONE_NUMBER_1] about a broken screen.',
        hears: '[PERSON_1] asks for a repair under guarantee. Next step: send the prepaid label.',
      },
    ],
  },
  {
    ...OFFICE,
    name: 'code_assistant',
    app: 'devtools',
    team: 'engineering',
    weight: 26,
    features: ['complete', 'review', 'explain', 'test'],
    pii: 0.03,
    finds: { EMAIL_ADDRESS: 3, SECRET: 2, IP_ADDRESS: 1 },
    promptTokens: 2400,
    responseTokens: 480,
    purpose: 'writing software',
    texts: [
      {
        asks: 'Review this change: it moves the retry out of the loop and logs the address [EMAIL_ADDRESS_1].',
        hears: 'The retry now runs once more than before. The address should not be logged.',
      },
    ],
  },
  {
    ...OFFICE,
    name: 'hr_helpdesk',
    app: 'people',
    team: 'people',
    weight: 9,
    features: ['leave', 'payroll', 'contracts'],
    pii: 0.81,
    finds: { ...PEOPLE, US_SSN: 1, IBAN_CODE: 1, DATE_OF_BIRTH: 2 },
    promptTokens: 540,
    responseTokens: 260,
    purpose: 'answering employees',
    lawfulBasis: 'contract',
    texts: [
      {
        asks: 'How many days of leave has [PERSON_1] left? Her number is [PHONE_NUMBER_1].',
        hears: '[PERSON_1] has eleven days left, five of which lapse in March.',
      },
    ],
  },
  {
    ...OFFICE,
    name: 'contract_review',
    app: 'contracts',
    team: 'legal',
    weight: 6,
    features: ['clauses', 'compare', 'risks'],
    pii: 0.57,
    finds: { PERSON: 10, STREET_ADDRESS: 4, IBAN_CODE: 2, EMAIL_ADDRESS: 2 },
    promptTokens: 9200,
    responseTokens: 900,
    purpose: 'reviewing contracts',
    otherRegion: { region: 'eu', probability: 0.3 },
    texts: [
      {
        asks: 'List the clauses in which [PERSON_1] of [STREET_ADDRESS_1] is liable without a limit.',
        hears: 'Clauses 7.2 and 11 have no limit. Clause 7.2 is unusual for a supplier of this size.',
      },
    ],
  },
  {
    ...OFFICE,
    name: 'meeting_notes',
    app: 'office',
    team: 'operations',
    weight: 11,
    features: ['minutes', 'actions'],
    pii: 0.46,
    finds: { PERSON: 10, EMAIL_ADDRESS: 1 },
    promptTokens: 5200,
    responseTokens: 620,
    purpose: 'keeping minutes',
    texts: [
      {
        asks: 'Minutes, please: [PERSON_1] moves the launch by a week, [PERSON_2] tells the suppliers.',
        hears: 'Decision: the launch moves by a week. Action: [PERSON_2] tells the suppliers by Friday.',
      },
    ],
  },
  {
    ...OFFICE,
    name: 'product_copy',
    app: 'newsroom',
    team: 'marketing',
    weight: 7,
    features: ['draft', 'shorten', 'translate'],
    pii: 0.01,
    finds: { PERSON: 1 },
    promptTokens: 380,
    responseTokens: 520,
    purpose: 'writing product texts',
    texts: [
      {
        asks: 'Three lines on a kettle that boils half a litre in a minute.',
        hears: 'Half a litre, one minute, no drama. The kettle that is done before you have found a cup.',
      },
    ],
  },
  {
    ...OFFICE,
    name: 'clinical_summary',
    app: 'clinic',
    team: 'occupational health',
    weight: 3,
    features: ['summary', 'letter'],
    pii: 0.93,
    finds: { PERSON: 10, DATE_OF_BIRTH: 6, MEDICAL_RECORD_NUMBER: 4, PHONE_NUMBER: 2 },
    promptTokens: 1900,
    responseTokens: 420,
    isHipaa: true,
    purpose: 'occupational health care',
    lawfulBasis: 'legal_obligation',
    texts: [
      {
        asks: 'Summarise for the company doctor: [PERSON_1], born [DATE_OF_BIRTH_1], record [MEDICAL_RECORD_NUMBER_1].',
        hears: '[PERSON_1] may work full days from the 14th. No lifting above ten kilograms until May.',
      },
    ],
  },
  {
    ...OFFICE,
    name: 'nightly_tagging',
    app: 'pipelines',
    team: 'data',
    weight: 8,
    features: ['tickets', 'reviews'],
    pii: 0.19,
    finds: { ...PEOPLE },
    promptTokens: 850,
    responseTokens: 40,
    isNightly: true,
    purpose: 'sorting tickets',
    texts: [
      {
        asks: 'Tag this ticket: delivery, invoice, fault, praise or other. Write to [EMAIL_ADDRESS_1].',
        hears: 'delivery',
      },
    ],
  },
]

/** A model of the year: which part of it, from 0 to 1, it was taken up and given up in. */
export interface DemoModel {
  provider: ProviderName
  model: string
  /** Milliseconds until the first token, and tokens a second. */
  ttftMs: number
  tokensPerSecond: number
}

export const MODELS = {
  large: { provider: 'openai', model: 'gpt-4o', ttftMs: 480, tokensPerSecond: 70 },
  small: { provider: 'openai', model: 'gpt-4o-mini', ttftMs: 350, tokensPerSecond: 95 },
  newLarge: { provider: 'openai', model: 'gpt-4.1', ttftMs: 450, tokensPerSecond: 85 },
  newSmall: { provider: 'openai', model: 'gpt-4.1-mini', ttftMs: 330, tokensPerSecond: 110 },
  claude: { provider: 'anthropic', model: 'claude-sonnet-4-5', ttftMs: 700, tokensPerSecond: 62 },
  haiku: { provider: 'anthropic', model: 'claude-haiku-4-5', ttftMs: 380, tokensPerSecond: 120 },
  covered: { provider: 'azure', model: 'gpt-4o', ttftMs: 560, tokensPerSecond: 60 },
  local: { provider: 'ollama-local', model: 'llama3.1:8b', ttftMs: 900, tokensPerSecond: 28 },
} as const satisfies Record<string, DemoModel>

/** Which models a tool is asked with at a time of the year, by weight. */
export function modelsOf(tool: DemoTool, yearPart: number): readonly { model: DemoModel; weight: number }[] {
  // A new model is taken up over about two months.
  const taken = 1 / (1 + Math.exp(-(yearPart - 0.45) * 26))
  if (tool.isHipaa) return [{ model: MODELS.covered, weight: 1 }]
  const big = tool.promptTokens > 2000 ? 0.7 : 0.25
  return [
    { model: MODELS.large, weight: big * (1 - taken) },
    { model: MODELS.small, weight: (1 - big) * (1 - taken) },
    { model: MODELS.newLarge, weight: big * 0.6 * taken },
    { model: MODELS.newSmall, weight: (1 - big) * taken },
    { model: MODELS.claude, weight: big * 0.4 * taken + 0.04 },
    { model: MODELS.haiku, weight: 0.05 },
  ]
}

const FIRST =
  'Amina Ben Chiara David Elif Farid Greta Hugo Ines Jonas Kaja Liam Mara Noor Oskar Petra Rosa Sven Tara Yusuf'
const LAST =
  'Adler Baumann Costa Dubois Eriksen Farkas Garcia Hansen Ivanova Jensen Kowalski Lindt Moreau Novak Okafor Peters Rossi Silva Tanaka Weber'

/** The user ids of an organisation, the same for the same count: `amina.adler`, and with a number once names run out. */
export function userNames(count: number): string[] {
  const [first, last] = [FIRST.split(' '), LAST.split(' ')]
  return Array.from({ length: count }, (_, index) => {
    const name = `${first[index % first.length]}.${last[Math.floor(index / first.length + index) % last.length]}`
    const round = Math.floor(index / (first.length * last.length))
    return `${name.toLowerCase()}${round === 0 ? '' : round + 1}`
  })
}
