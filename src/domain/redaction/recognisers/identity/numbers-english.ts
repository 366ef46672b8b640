import { by, type NumberSpec, passesLuhn, weighs } from './number-spec.ts'

/** Personal, tax and health numbers of the United States, the United Kingdom, Ireland, Canada, Australia and others. */
export const ENGLISH_NUMBERS: readonly NumberSpec[] = [
  {
    entityType: 'US_ITIN',
    shape: /^9\d{2}(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])\d{4}$/,
    lengths: [9],
    context: /\bitin\b|tax[ -]?payer|tax[ -]?id|\btin\b/i,
    isValid: () => true,
    alone: /^\d{3}([ -])\d{2}\1\d{4}$/,
  },
  { entityType: 'US_EIN', shape: /^\d{9}$/, lengths: [9], context: /\bf?ein\b|employer id|federal tax id/i },
  {
    entityType: 'US_NPI',
    shape: /^[12]\d{9}$/,
    lengths: [10],
    context: /\bnpi\b|national provider/i,
    isValid: (compact) => passesLuhn(`80840${compact}`),
  },
  {
    entityType: 'US_MBI',
    shape: /^[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d[AC-HJKMNP-RT-Y]{2}\d{2}$/,
    lengths: [11],
    context: /\bmbi\b|medicare/i,
    isValid: () => true,
    alone: /^[0-9A-Z]{4}-[0-9A-Z]{3}-[0-9A-Z]{4}$/,
  },
  {
    entityType: 'MEDICAL_LICENSE',
    shape: /^[ABCDEFGHJKLMPRSTUX][A-Z9]\d{7}$/,
    lengths: [9],
    context: /\bdea\b|prescriber/i,
    isValid: (compact) => {
      const at = (i: number): number => Number(compact[i])
      return (at(2) + at(4) + at(6) + 2 * (at(3) + at(5) + at(7))) % 10 === at(8)
    },
  },
  {
    entityType: 'ABA_ROUTING_NUMBER',
    shape: /^\d{9}$/,
    lengths: [9],
    context: /routing|\baba\b|\brtn\b|transit/i,
    isValid: (compact) => weighs(compact, [3, 7, 1, 3, 7, 1, 3, 7, 1], 10),
  },
  {
    entityType: 'UK_NINO',
    shape: /^[A-CEGHJ-PRSTW-Z][A-CEGHJ-NPRSTW-Z]\d{6}[A-D]$/,
    lengths: [9],
    context: /\bnino?\b|national insurance|\bni (?:no|num)/i,
    isValid: by('GB', 'nino'),
    alone: /^[A-Za-z]{2}[ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[A-Da-d]$/,
  },
  {
    entityType: 'UK_NHS',
    shape: /^\d{10}$/,
    lengths: [10],
    context: /\bnhs\b|health service/i,
    isValid: (compact) => weighs(compact, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 11),
    alone: /^\d{3} \d{3} \d{4}$/,
  },
  { entityType: 'UK_UTR', shape: /^\d{10}$/, lengths: [10], context: /\butr\b|unique tax/i, isValid: by('GB', 'utr') },
  {
    entityType: 'UK_DRIVER_LICENSE',
    // With or without the issue number that the card prints behind it.
    shape: /^[A-Z9]{5}\d[0156]\d[0-3]\d\d[A-Z9]{2}[0-9A-Z]\d?[A-Z]{2}(?:\d{2})?$/,
    lengths: [16, 18],
    context: /driv|licen[cs]e|dvla/i,
    isValid: (compact) => /^[A-Z]/.test(compact),
    alone: /^[A-Z9]{5}[ -]?\d{6}[ -]?[A-Z9]{2}\d[A-Z]{2}(?: \d{2})?$/,
  },
  {
    entityType: 'IE_PPS',
    shape: /^\d{7}[A-W][A-IW]?$/,
    lengths: [8, 9],
    context: /\bpps|personal public/i,
    isValid: by('IE', 'pps'),
  },
  {
    entityType: 'CA_SIN',
    shape: /^\d{9}$/,
    lengths: [9],
    context: /\bsin\b|social insurance|\bnas\b/i,
    isValid: by('CA', 'sin'),
    alone: /^[1-9]\d{2}([ -])\d{3}\1\d{3}$/,
  },
  {
    entityType: 'CA_BN',
    shape: /^\d{9}(?:R[TPCMRZ]\d{4})?$/,
    lengths: [9, 15],
    context: /business (?:no|num)|\bgst\b/i,
  },
  {
    entityType: 'CA_HEALTH_CARD',
    shape: /^\d{9,10}(?:[A-Z]{2})?$/,
    lengths: [9, 10, 11, 12],
    context: /\bohip\b|\bphn\b|health (?:card|no|num|insurance)|\bramq\b/i,
  },
  {
    entityType: 'AU_TFN',
    shape: /^\d{8,9}$/,
    lengths: [8, 9],
    context: /\btfn\b|tax file/i,
    isValid: by('AU', 'tfn'),
  },
  {
    entityType: 'AU_ABN',
    shape: /^\d{11}$/,
    lengths: [11],
    context: /\babn\b|business num/i,
    isValid: by('AU', 'abn'),
    alone: /^\d{2} \d{3} \d{3} \d{3}$/,
  },
  { entityType: 'AU_ACN', shape: /^\d{9}$/, lengths: [9], context: /\bacn\b/i, isValid: by('AU', 'acn') },
  {
    entityType: 'AU_MEDICARE',
    shape: /^[2-6]\d{9,10}$/,
    lengths: [10, 11],
    context: /medicare/i,
    isValid: (compact) => {
      const sum = [1, 3, 7, 9, 1, 3, 7, 9].reduce((total, weight, i) => total + weight * Number(compact[i]), 0)
      return sum % 10 === Number(compact[8])
    },
    alone: /^\d{4} \d{5} \d(?: \d)?$/,
  },
  {
    entityType: 'NZ_IRD',
    shape: /^\d{8,9}$/,
    lengths: [8, 9],
    context: /\bird\b|inland revenue/i,
    isValid: by('NZ', 'ird'),
  },
  {
    entityType: 'IN_AADHAAR',
    shape: /^[2-9]\d{11}$/,
    lengths: [12],
    context: /aadha?ar|\buid(?:ai)?\b|आधार/i,
    isValid: by('IN', 'aadhaar'),
    alone: /^\d{4}([ -])\d{4}\1\d{4}$/,
  },
  {
    entityType: 'IN_PAN',
    shape: /^[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]$/,
    lengths: [10],
    context: /\bpan\b|permanent account|income tax/i,
    isValid: () => true,
    alone: /^[A-Z]{5}\d{4}[A-Z]$/,
  },
  {
    entityType: 'IN_GSTIN',
    shape: /^[0-3]\d[A-Z]{5}\d{4}[A-Z][0-9A-Z]Z[0-9A-Z]$/,
    lengths: [15],
    context: /\bgst/i,
    isValid: by('IN', 'gstin'),
    alone: /^[0-9A-Z]{15}$/,
  },
  { entityType: 'IN_VOTER', shape: /^[A-Z]{3}\d{7}$/, lengths: [10], context: /voter|\bepic\b|elector/i },
  {
    entityType: 'ZA_ID',
    shape: /^\d{2}[01]\d[0-3]\d{8}$/,
    lengths: [13],
    context: /\b(?:sa|rsa|south african) id\b|identity (?:no|num)|\bid (?:no|num)/i,
    isValid: passesLuhn,
  },
  {
    entityType: 'SG_NRIC_FIN',
    shape: /^[STFGM]\d{7}[A-Z]$/,
    lengths: [9],
    context: /\bnric\b|\bfin\b|identity/i,
    isValid: isNric,
    alone: /^[STFGM]\d{7}[A-Z]$/,
  },
]

/** Immigration & Checkpoints Authority: weights 2 7 6 5 4 3 2, an offset by series, a table of letters by series. */
function isNric(compact: string): boolean {
  const series = compact[0] ?? ''
  const offset = series === 'T' || series === 'G' ? 4 : series === 'M' ? 3 : 0
  const sum = [2, 7, 6, 5, 4, 3, 2].reduce((total, weight, i) => total + weight * Number(compact[i + 1]), offset)
  const letters = series === 'S' || series === 'T' ? 'JZIHGFEDCBA' : series === 'M' ? 'KLJNPQRTUWX' : 'XWUTRQPNMLK'
  const index = series === 'M' ? 10 - (sum % 11) : sum % 11
  return letters[index] === compact[8]
}
