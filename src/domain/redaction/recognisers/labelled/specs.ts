/** A kind of number that only a word before it tells. */
export interface LabelledSpec {
  entityType: string
  /** A pattern of words. */
  label: string
  /** The value without separators, in capitals. */
  shape: RegExp
  score: number
}

/** The form of a movement reference number of customs (Regulation (EU) 2015/2447, annex B), which is shortened as medical records are. */
export const CUSTOMS_NUMBER = '[0-9]{2}[A-Z]{2}[A-Z0-9]{14}'

const NUMBER = '(?:[ .]*(?:number|num|no|nr|#|id|n[°º]))'

/** What identity documents and the numbers of persons are called in other countries, and papers of foreigners. */
const ID_WORDS = [
  'kra(?: pin)?|nrc(?: no\\.?)?|utr,? followed by the letter k',
  '(?<!(?:order|ticket|invoice|item|product|case|session|request|transaction|device|asset|batch|build|job|process|customer|message|event|file|page|record) )id(?:entity|entification)?[ -]?(?:card )?(?:number|no|nr|num)',
  'uan|idnr|rrn|hkid|nik|ktp|my ?kad|(?:my)?kad pengenalan|cnic|nid|nin|bvn|tckn|snils|инн|снилс|паспорт|паспорта|omang|edrpou|cuil',
  'emirates id|iqama|civil id|ghana card|huduma|voter id|state id|curp',
  't[íi]tulo de eleitor|c\\.c\\.(?: no\\.?)?|tarjeta de identidad|carn[ée] de identidad',
  'green card|a-?number|alien (?:registration )?(?:number|no)|uscis(?: number)?|permanent resident(?: card)?|residen(?:ce|t) (?:permit|card)|known traveler|aufenthaltstitel|titre de s[ée]jour|permesso di soggiorno|verblijfs(?:vergunning|document)|karta pobytu|(?:t[íi]tulo|autoriza[çc][ãa]o) de resid[êe]ncia|tarjeta de residencia',
  'card (?:no|number)|perso(?:nalausweis)?-?(?:nr|nummer)|(?:sozial)?vers.?-?nr|allocataire(?: caf)?|tsi|tess\\.? ?san\\.?|doc\\.? ?(?:id|identit[àa])\\.?|id-?kaart|bi(?= n)|nss|imss|n\\.?[ºo°] (?:de )?soporte|soporte(?=: ?$)|cip|tarjeta sanitaria|c\\.?i\\.?(?= n)|(?:n°|num[ée]ro) (?:d.)?[ée]tranger|(?:e?id-?)?kaart-?(?:nr|nummer)|ausweis-?dokument|dow(?:[oó]d|\\.) osob(?:isty|\\.)?|identiteitsbewijs|identit[àa]|tessera',
].join('|')

/** Documents, accounts, patients, policies and vehicles, by what eight languages call their numbers. */
export const LABELLED_SPECS: readonly LabelledSpec[] = [
  {
    entityType: 'PASSPORT',
    label:
      '(?:pass(?:port|eport|aporte)|pasaporte|passeport|reisepass(?:nummer|nr)?|pass\\.?-?(?:nummer|nr)|paszp\\.?|pp(?=: ?$)|paspoort(?:nummer)?|paszport(?:u)?|passaporto)s?|(?:mein|dein|sein|ihr|unser)\\p{L}{0,2} pass|p\\.?p\\.? (?:no|number)|ppt|pspt|travel doc(?:ument)?(?: no)?|visa (?:no|number)|nr paszportu|visum(?:nummer|nr)|num[ée]ro de visa',
    shape: /^(?=(?:.*\d){5})[A-Z0-9]{6,12}$|^(?=(?:.*\d){2})(?=.*[A-Z])[A-Z0-9]{9}$/,
    score: 0.9,
  },
  {
    entityType: 'DRIVER_LICENSE',
    label: `driver'?s?'?[ -]licen[cs]e|(?:my|your|his|her|their) dl|dl(?=[ :#]{1,3}$|[ :#]{0,3}\\([a-z]{2}\\)[ :#]{1,3}$)|oln|fs-?(?:nr|nummer)|nr pj|lic\\.?|licencia(?: \\([^()\n]{1,12}\\))?|pat(?:ente)?\\.?(?: cat\\.? ?[a-e]{1,2})|driv(?:er|ing)[^\\n.;]{0,40}[ (]licen[cs]e|driving[ -]licen[cs]e|drivers? lic\\.?|d\\.?l\\.?${NUMBER}|licen[cs]e${NUMBER}|dln|f[üu]hrerschein-?(?:nummer|nr)?|permis(?: de conduire)?|num[ée]ro de permis|(?:permiso|carn[ée]t?|licencia) de conducir|carteira de (?:motorista|habilita[çc][ãa]o)|cnh|patente(?: di guida)?|rijbewijs(?:nummer)?|praw[ao] jazdy|carta de condu[cç][ãa]o`,
    shape: /^(?=(?:.*\d){4})[A-Z0-9]{5,19}$/,
    score: 0.88,
  },
  {
    entityType: 'US_SSN',
    label: `ssns?|social security(?: card)?(?:${NUMBER})?|soc\\.? sec\\.?|(?:my|his|her|their|your|the) social|social`,
    shape: /^\d{9}$/,
    score: 0.86,
  },
  {
    entityType: 'ID_CARD',
    label: `(?:n\\.?[ºo°] de |n[úu]mero de )?utente|national[ -]?id(?:entity|entification)?(?: card)?|identity (?:card|document|number|no)|id[ -]card|government id|personalausweis(?:nummer)?|ausweis(?:nummer|nr)?|carte (?:nationale )?d.identit[ée]|cni|carta (?:d.|di )identit[àa]|cart[ãa]o de cidad[ãa]o|documento de identidade|identiteitskaart|dow[oó]d(?:u)?(?: osobisty)?|bilhete de identidade|documento de identidad|c[ée]dula(?: de ciudadan[íi]a)?|dni|tax(?:payer)?(?: identification)?${NUMBER}|tin|steuer-?id|${ID_WORDS}`,
    shape: /^(?=(?:.*\d){5})[A-Z0-9]{6,20}$|^(?=(?:.*\d){2})(?=.*[A-Z])[A-Z0-9]{9,10}$/,
    score: 0.86,
  },
  {
    entityType: 'BANK_ACCOUNT',
    label: `(?:bank |checking |savings |current |deposit |direct deposit )?(?:account|acct|acc)s?(?:${NUMBER}|(?=[ .:#]{0,3}(?:is[ :]{1,2})?$))|rek\\.|kto-?(?:nr)?\\.|depot-?(?:nr|nummer)|dda|nr rach\\.|cta\\.? cte\\.?|cuenta (?:de ahorros?|corriente|vista|rut)(?: (?:en |del? )?\\p{L}{3,16}){0,3}|(?:bank|checking|savings|current|deposit) (?:account|acct)s?|accounts?:? (?:checking|chequing|savings)|(?:chequing|savings)(?=[ :#]{1,3}$)|a/c(?:${NUMBER})?|acc(?:oun)?t?s? with (?:us|you|them)|(?:from|to|into) (?:my |the )?(?:checking|savings|chequing)|pay(?:able)? (?:in)?to|sort[ -]?code:? [0-9]{2}[- ]?[0-9]{2}[- ]?[0-9]{2},?(?: and)?(?: account| acc| a/c)?(?: no\\.?| number)?|konto(?:nummer|nr)?|compte(?: bancaire)?|cuenta(?: bancaria| corriente)?|conto(?: corrente)?|(?:bank)?rekening(?:nummer|nr)?|rachun(?:ek|ku|kiem)(?: bankow\\p{L}+)?|nr konta|konta|conta(?:[ -](?:corrente|poupan[çc]a|banc[áa]ria))?|c/c|cta|rib|ccc|nib|nuban|cbu|cvu|clabe|num[ée]ro de compte|n[úu]mero de (?:cuenta|conta)|numero (?:di )?conto|(?:bank|plus|post)giro`,
    shape: /^\d{7,26}[A-Z]?$|^[A-Z]{1,2}\d{8,16}$|^\d{10}[A-Z0-9]{11}\d{2}$/,
    score: 0.86,
  },
  {
    // As short as they are behind the number of an Australian bank.
    entityType: 'BANK_ACCOUNT',
    label: 'bsb:? {0,2}[0-9]{3}[- ]?[0-9]{3},? {1,3}(?:acct?|a/c|account)(?: no\\.?| number)?',
    shape: /^\d{5,10}$/,
    score: 0.86,
  },
  {
    // Short ones with a check digit of their own.
    entityType: 'BANK_ACCOUNT',
    label: 'c/c|conta(?:[ -](?:corrente|poupan[çc]a))?(?: [ée])?|ag[êe]ncia|ag\\.|clearing(?:-?(?:nummer|nr))?',
    shape: /^\d{3,8}[0-9X]$/,
    score: 0.8,
  },
  {
    entityType: 'BANK_ROUTING',
    label:
      'sort[ -]?code|s/c|bankleitzahl|blz|bsb|ifsc|(?<!in )transit|institution|branch code|bank code|routing|rtng|rtn|aba|abi|cab|code banque|code guichet',
    shape: /^\d{5,9}$|^[A-Z]{4}0[A-Z0-9]{6}$/,
    score: 0.88,
  },
  {
    entityType: 'MEDICAL_RECORD_NUMBER',
    label: `mrn|hosp(?:ital)?\\.?${NUMBER}|nhi|chi${NUMBER}|u\\.?r\\.?${NUMBER}|pat\\.?-?(?:nr|id)|mr ?#|enc(?:ounter)?${NUMBER}|aufnahme-?(?:nr|nummer)|(?:n\\.?|nr|numero) cartella|nosologico|(?:nr )?kartoteki|sns|pt\\.?${NUMBER}|chart(?=[ :#\\t]{1,12}$)|(?:medical|dental|concession) card|(?:dva|patient|medical) file${NUMBER}|dva|crn|nr ks\\.?(?: g[łl]\\.?)?|n.? de sip|health card|medicaid(?:${NUMBER})?|cart[ãa]o (?:nacional de sa[úu]de|sus)|carteirinha|cns|m\\.r\\.n|pat(?:i[ëe]nt)?nr|cli[ëe]nt(?:en)?n(?:umme)?r|n\\.?[ºo°] (?:de )?historia|nr (?:karty|ksi[ęe]gi)|karta nr|processo cl[íi]nico|med(?:ical)?\\.? rec(?:ord)?s?|patient${NUMBER}|patient (?:file|record|chart)|chart${NUMBER}|hospital${NUMBER}|health record|emr|(?:patienten|fall|akten)-?(?:nummer|nr|id)|(?:num[ée]ro|n°|n[°o]) (?:de )?(?:patient|dossier(?: (?:de )?patient)?)|ipp|nhc|(?:id|codice) paziente|dossiernummer|(?:n[úu]mero|n\\.?º) de processo(?: cl[íi]nico)?|dossier m[ée]dical|historia cl[íi]nica|cartella clinica|pati[ëe]ntnummer|historii choroby|prontu[áa]rio`,
    // Customs shorten theirs as well.
    shape: new RegExp(`^(?!${CUSTOMS_NUMBER}$)(?=(?:.*\\d){4})[A-Z0-9]{4,18}$`),
    score: 0.88,
  },
  {
    // Of patients in Scotland, Ontario and Québec, each with a form of its own.
    entityType: 'MEDICAL_RECORD_NUMBER',
    label: 'chi|hcn|nam|ramq',
    shape: /^\d{10}(?:[A-Z]{2})?$|^[A-Z]{4}\d{8}$/,
    score: 0.86,
  },
  {
    entityType: 'INSURANCE_NUMBER',
    label: `(?:insurance |health |life |auto |home )?(?<!(?:security|ssl|tls|scaling|backup|retention|iam|access|cache|network|lifecycle|password)[ _-])polic(?:y|e)(?:${NUMBER}| (?:document|schedule|certificate))?|rx (?:member|id)|ins(?:urance)?\\.? id|subscr\\.? ?(?:no|id)|pol\\.? ?${NUMBER}|policy ref|kv-?(?:nr|nummer)|afiliado|afiliad[oa] n|zorgpas|relatien(?:umme)?r|membership|(?:haftpflicht|lebens|unfall)-?police|vers\\.?-?(?:nr|nummer|schein)|vs-?nr|adh[ée]rent|contrat (?:auto|moto|habitation|sant[ée]|vie|mrh|multirisque|pr[ée]voyance|mutuelle)|polis-?n(?:umme)?r\\.?(?: zorg\\p{L}{0,12}\\.?)?|lid(?:maatschaps)?-?n(?:umme)?r|mutualiteit|membership${NUMBER}|n[uú]mero de (?:p[óo]liza|ap[óo]lice)|numer polisy|(?:numero|n\\.) (?:di )?polizza|policyholder${NUMBER}?|insurance (?:policy|number|id|no)|(?:member|subscriber|insured|group|beneficiary|enrollee)[ -]?(?:id|number|no|#)|(?:(?:kranken|renten|sozial)?versicherungs|police|policen|versicherten)(?:schein)?-?(?:nummer|nr)|(?:num[ée]ro|n°|n[°o]) de (?:contrat|police)|krankenkassen-?(?:nummer|nr)|num[ée]ro (?:de contrat |de police )?d.assur[ée]|contrat d.assurance|num[ée]ro de (?:contrat|police)|police d.assurance|p[óo]liza|polizza|(?:num[ée]ro|n°|n[°o]) d.adh[ée]rent|ap[óo]lice (?:de )?(?:sa[úu]de|seguro|vida)|tessera sanitaria|polis(?:nummer|y|a)?|ap[óo]lice`,
    shape:
      /^(?!(?:DIN|ISO|EN|IEC)\d)(?:(?=(?:.*\d){5})[A-Z0-9]{5,20}|(?=[A-Z0-9]*[A-Z])(?=(?:.*\d){4})[A-Z0-9]{6,18})$/,
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
    label: `licen[cs]e plates?|rego|kennz\\.|kz\\.|kent\\.|tag ?#|kontrollschild|nummernschild|nummerplaat|num[ée]ro d.immatriculation|plaque min[ée]ralogique|number plates?|plates?${NUMBER}?|licen[cs]e tag|(?:vehicle |car )?registration(?: plate|${NUMBER})?|(?:vehicle |car )reg${NUMBER}?|reg${NUMBER}|kennzeichen|immatricul\\p{L}+|plaque(?: d.immatriculation)?|matr[íi]cula|targa(?:ta|to)?|kenteken|rejestracyjn\\p{L}+|nr rej|tablic\\p{L}*|placa`,
    shape: /^(?=.*\d)(?=.*[A-Z])[A-Z0-9]{4,9}$/,
    score: 0.86,
  },
]
