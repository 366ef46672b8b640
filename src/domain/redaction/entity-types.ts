/** Entity types of the recognisers whose values can be checked; names are Presidio's where it has them. */
export const FORMAT_ENTITIES = [
  'CREDIT_CARD',
  'EMAIL_ADDRESS',
  'IBAN_CODE',
  'IP_ADDRESS',
  'PHONE_NUMBER',
  'SECRET',
  'URL',
  'US_SSN',
] as const
