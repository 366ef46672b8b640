import type { Candidate, Recogniser } from '../../recogniser.ts'
import { asWords } from '../context-words.ts'
import { numberRuns, type WrittenNumber } from '../identity/number-groups.ts'
import { anyLabel, LABEL_BEFORE, label } from './label.ts'

interface LabelledSpec {
  entityType: string
  /** A pattern of words. */
  label: string
  /** The value without separators, in capitals. */
  shape: RegExp
  score: number
}

const NUMBER = '(?:[ .]*(?:number|num|no|nr|#|id|n[°º]))'

/** What only a word before it tells. */
const SPECS = [
  {
    entityType: 'PASSPORT',
    label:
      '(?:pass(?:port|eport|aporte)|pasaporte|passeport|reisepass(?:nummer|nr)?|pass(?:nummer|nr)|paspoort(?:nummer)?|paszport(?:u)?|passaporto)s?',
    shape: /^(?=(?:.*\d){5})[A-Z0-9]{6,12}$|^(?=(?:.*\d){2})(?=.*[A-Z])[A-Z0-9]{9}$/,
    score: 0.9,
  },
  {
    entityType: 'DRIVER_LICENSE',
    label: `driver'?s?'?[ -]licen[cs]e|(?:my|your|his|her|their) dl|driv(?:er|ing)[^\\n.;]{0,40}[ (]licen[cs]e|driving[ -]licen[cs]e|drivers? lic\\.?|d\\.?l\\.?${NUMBER}|licen[cs]e${NUMBER}|dln|f[üu]hrerschein(?:nummer|nr)?|permis(?: de conduire)?|num[ée]ro de permis|(?:permiso|carn[ée]t?|licencia) de conducir|carteira de (?:motorista|habilita[çc][ãa]o)|cnh|patente(?: di guida)?|rijbewijs(?:nummer)?|praw[ao] jazdy|carta de condu[cç][ãa]o`,
    shape: /^(?=(?:.*\d){4})[A-Z0-9]{5,19}$/,
    score: 0.88,
  },
  {
    entityType: 'US_SSN',
    label: `ssns?|social security(?: card)?(?:${NUMBER})?|soc\\.? sec\\.?|(?:my|his|her|their|your|the) social`,
    shape: /^\d{9}$/,
    score: 0.86,
  },
  {
    entityType: 'ID_CARD',
    label: `(?:n\\.?[ºo°] de |n[úu]mero de )?utente|national[ -]?id(?:entity|entification)?(?: card)?|identity (?:card|document|number|no)|id[ -]card|government id|personalausweis(?:nummer)?|ausweis(?:nummer|nr)?|carte (?:nationale )?d.identit[ée]|cni|carta (?:d.|di )identit[àa]|cart[ãa]o de cidad[ãa]o|documento de identidade|identiteitskaart|dow[oó]d(?:u)?(?: osobisty)?|bilhete de identidade|documento de identidad|c[ée]dula(?: de ciudadan[íi]a)?|dni|tax(?:payer)?(?: identification)?${NUMBER}|tin|steuer-?id`,
    shape: /^(?=(?:.*\d){5})[A-Z0-9]{6,15}$/,
    score: 0.86,
  },
  {
    entityType: 'BANK_ACCOUNT',
    label: `(?:bank |checking |savings |current |deposit |direct deposit )?(?:account|acct|acc)s?(?:${NUMBER}|(?=[ :#]{0,3}$))|(?:bank|checking|savings|current|deposit) (?:account|acct)s?|a/c(?:${NUMBER})?|acc(?:oun)?t?s? with (?:us|you|them)|(?:from|to|into) (?:my |the )?(?:checking|savings|chequing)|pay(?:able)? (?:in)?to|sort[ -]?code:? [0-9]{2}[- ]?[0-9]{2}[- ]?[0-9]{2},?(?: and)?(?: account| acc| a/c)?(?: no\\.?| number)?|konto(?:nummer|nr)?|compte(?: bancaire)?|cuenta(?: bancaria| corriente)?|conto(?: corrente)?|(?:bank)?rekening(?:nummer|nr)?|rachun(?:ek|ku|kiem)(?: bankow\\p{L}+)?|nr konta|konta|conta(?: corrente| banc[áa]ria)?`,
    shape: /^\d{7,26}$/,
    score: 0.86,
  },
  {
    entityType: 'BANK_ROUTING',
    label: 'sort[ -]?code|s/c|bankleitzahl|blz|bsb|ifsc|transit|institution|branch code|bank code|routing',
    shape: /^\d{5,9}$|^[A-Z]{4}0[A-Z0-9]{6}$/,
    score: 0.88,
  },
  {
    entityType: 'MEDICAL_RECORD_NUMBER',
    label: `mrn|m\\.r\\.n|pat(?:i[ëe]nt)?nr|cli[ëe]nt(?:en)?n(?:umme)?r|n\\.?[ºo°] (?:de )?historia|nr (?:karty|ksi[ęe]gi)|processo|karta nr|processo cl[íi]nico|med(?:ical)?\\.? rec(?:ord)?s?|patient${NUMBER}|patient (?:file|record|chart)|chart${NUMBER}|hospital${NUMBER}|health record|emr|(?:patienten|fall|akten)-?(?:nummer|nr|id)|(?:num[ée]ro|n°|n[°o]) (?:de )?(?:patient|dossier(?: (?:de )?patient)?)|ipp|nhc|(?:id|codice) paziente|dossiernummer|(?:n[úu]mero|n\\.?º) de processo(?: cl[íi]nico)?|dossier m[ée]dical|historia cl[íi]nica|cartella clinica|pati[ëe]ntnummer|historii choroby|prontu[áa]rio`,
    shape: /^(?=(?:.*\d){4})[A-Z0-9]{4,16}$/,
    score: 0.88,
  },
  {
    entityType: 'INSURANCE_NUMBER',
    label: `(?:insurance |health |life |auto |home )?policy${NUMBER}?|policyholder${NUMBER}?|insurance (?:policy|number|id|no)|(?:member|subscriber|group|beneficiary|enrollee)[ -]?(?:id|number|no|#)|(?:(?:kranken|renten|sozial)?versicherungs|police|policen|versicherten)(?:schein)?-?(?:nummer|nr)|(?:num[ée]ro|n°|n[°o]) de (?:contrat|police)|krankenkassen-?(?:nummer|nr)|num[ée]ro (?:de contrat |de police )?d.assur[ée]|contrat d.assurance|num[ée]ro de (?:contrat|police)|police d.assurance|p[óo]liza|polizza|(?:num[ée]ro|n°|n[°o]) d.adh[ée]rent|ap[óo]lice (?:de )?(?:sa[úu]de|seguro|vida)|tessera sanitaria|polis(?:nummer|y|a)?|ap[óo]lice`,
    shape: /^(?=(?:.*\d){5})[A-Z0-9]{5,20}$|^(?=[A-Z0-9]*[A-Z])(?=(?:.*\d){4})[A-Z0-9]{6,18}$/,
    score: 0.86,
  },
  {
    entityType: 'VIN',
    label:
      'vin|vehicle identification|chassis|fahrgestell(?:nummer|nr)?|fin|telaio|ch[âa]ssis|bastidor|nr nadwozia|chassisnummer',
    shape: /^[A-HJ-NPR-Z0-9]{17}$/,
    score: 0.9,
  },
  {
    entityType: 'LICENSE_PLATE',
    label: `licen[cs]e plates?|number plates?|plates?${NUMBER}?|licen[cs]e tag|(?:vehicle |car )?registration(?: plate|${NUMBER})?|(?:vehicle |car )reg${NUMBER}?|reg${NUMBER}|kennzeichen|immatricul\\p{L}+|plaque(?: d.immatriculation)?|matr[íi]cula|targa(?:ta|to)?|kenteken|rejestracyjn\\p{L}+|nr rej|tablic\\p{L}*|placa`,
    shape: /^(?=.*\d)(?=.*[A-Z])[A-Z0-9]{4,9}$/,
    score: 0.86,
  },
] satisfies LabelledSpec[]

const KINDS = SPECS.map((spec) => ({ ...spec, before: label(spec.label) }))
const ANY_LABEL = anyLabel(SPECS.map((spec) => spec.label))

/** Numbers of documents, accounts, patients, policies and vehicles right after a word that says what they are. */
export const labelledNumber: Recogniser = {
  name: 'labelled-number',
  entityTypes: SPECS.map((spec) => spec.entityType),
  find(text) {
    const found: Candidate[] = []
    for (const run of numberRuns(text)) {
      if (!ANY_LABEL.test(asWords(text.slice(Math.max(0, run.start - LABEL_BEFORE), run.lastStart)))) continue
      let labels = labelsBefore(-1)
      for (const number of run.numbers) {
        // Numbers that start at the same place have the same words before them.
        if (labels.start !== number.start) labels = labelsBefore(number.start)
        const kind = kindBefore(text, number, labels)
        if (kind === null) continue
        const { start, end } = number
        found.push({ entityType: kind.entityType, start, end, score: kind.score, evidence: 'format' })
      }
    }
    return longest(found)
  },
}

type LabelledKind = (typeof KINDS)[number]

/** What stands before a place, and which kinds it names as far as it was asked. */
interface LabelsBefore {
  start: number
  before: string | null
  named: Map<LabelledKind, boolean>
}

function labelsBefore(start: number): LabelsBefore {
  return { start, before: null, named: new Map() }
}

function kindBefore(text: string, number: WrittenNumber, labels: LabelsBefore): LabelledKind | null {
  let isFirst = true
  for (const kind of KINDS) {
    if (!kind.shape.test(number.compact)) continue
    if (isFirst && !isWritten(number.raw)) return null
    isFirst = false
    if (isNamed(text, kind, labels) && fits(kind, number)) return kind
  }
  return null
}

function isNamed(text: string, kind: LabelledKind, labels: LabelsBefore): boolean {
  const known = labels.named.get(kind)
  if (known !== undefined) return known
  labels.before ??= asWords(text.slice(Math.max(0, labels.start - LABEL_BEFORE), labels.start))
  const named = kind.before.test(labels.before)
  labels.named.set(kind, named)
  return named
}

/** A word after the number belongs to it in plates and VINs only. */
function fits(kind: LabelledKind, { raw }: WrittenNumber): boolean {
  return kind.entityType === 'LICENSE_PLATE' || kind.entityType === 'VIN' || !/[ .][A-Za-z]+$/.test(raw)
}

/** A date or a word with a number after it is no number of a document. */
function isWritten(raw: string): boolean {
  if (/^(?:19|20)\d{2}[-./]\d{1,2}[-./]\d{1,2}$|^\d{1,2}[-./]\d{1,2}[-./](?:19|20)\d{2}$/.test(raw)) return false
  return !/(?:^|[ .-])[a-z]{2,}(?:[ .-]|$)/.test(raw)
}

/** Of numbers that overlap, the longest one. */
function longest(found: readonly Candidate[]): Candidate[] {
  const kept: Candidate[] = []
  for (const one of [...found].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = kept.at(-1)
    if (last === undefined || one.start >= last.end) kept.push(one)
  }
  return kept
}
