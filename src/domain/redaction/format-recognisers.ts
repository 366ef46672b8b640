import type { Recogniser } from './recogniser.ts'
import { creditCard } from './recognisers/credit-card.ts'
import { email } from './recognisers/email.ts'
import { iban } from './recognisers/iban.ts'
import { ipAddress } from './recognisers/ip-address.ts'
import { phoneNumber } from './recognisers/phone-number.ts'
import { secret } from './recognisers/secret.ts'
import { url } from './recognisers/url.ts'
import { usSsn } from './recognisers/us-ssn.ts'

/** Recognisers whose values can be checked. */
export const FORMAT_RECOGNISERS: readonly Recogniser[] = [
  email,
  phoneNumber,
  creditCard,
  iban,
  usSsn,
  ipAddress,
  url,
  secret,
]
