import type { Recogniser } from './recogniser.ts'
import { account } from './recognisers/account/account.ts'
import { postalAddress } from './recognisers/address/postal-address.ts'
import { bankNumber } from './recognisers/bank-number.ts'
import { bic } from './recognisers/bic.ts'
import { creditCard } from './recognisers/credit-card.ts'
import { cryptoAddress } from './recognisers/crypto-address.ts'
import { date } from './recognisers/date.ts'
import { email } from './recognisers/email.ts'
import { fieldValue } from './recognisers/field-value.ts'
import { healthMessage } from './recognisers/health-message.ts'
import { iban } from './recognisers/iban.ts'
import { identityNumber } from './recognisers/identity/identity-number.ts'
import { ipAddress } from './recognisers/ip-address.ts'
import { labelledNumber } from './recognisers/labelled/labelled-number.ts'
import { macAddress } from './recognisers/mac-address.ts'
import { phoneNumber } from './recognisers/phone-number.ts'
import { secret } from './recognisers/secret.ts'
import { spelledEmail } from './recognisers/spelled-email.ts'
import { spokenDate } from './recognisers/spoken-date.ts'
import { spokenNumber } from './recognisers/spoken-number.ts'
import { tableCell } from './recognisers/table-cell.ts'
import { travelMessage } from './recognisers/travel-message.ts'
import { url } from './recognisers/url.ts'
import { usSsn } from './recognisers/us-ssn.ts'
import { vehiclePlate } from './recognisers/vehicle-plate.ts'
import { vin } from './recognisers/vin.ts'

/** Recognisers whose values have a shape, check digits, or a word before them that says what they are. */
export const FORMAT_RECOGNISERS: readonly Recogniser[] = [
  email,
  spelledEmail,
  phoneNumber,
  spokenNumber,
  creditCard,
  iban,
  bic,
  bankNumber,
  usSsn,
  identityNumber,
  labelledNumber,
  postalAddress,
  date,
  spokenDate,
  vin,
  vehiclePlate,
  ipAddress,
  macAddress,
  cryptoAddress,
  url,
  secret,
  account,
  healthMessage,
  travelMessage,
  fieldValue,
  tableCell,
]
