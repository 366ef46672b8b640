/** What is said of numbers that belong to somebody, by the type a number gets; each a pattern of words in small letters. */
const OWN: Readonly<Record<string, string>> = {
  LICENSE_PLATE:
    'reg(?:istration|o)?|(?:number |licen[cs]e )?plates?|(?:kfz-?|auto)?kennz(?:eichen|\\.)|kfz\\p{L}*|plaque|immat\\p{L}*|matr[íi]cula|placas?|targ(?:a|hetta)|kenteken\\p{L}*|rejestracy\\p{L}*|tablic\\p{L}*|chapa',
  PASSPORT:
    '(?:reise)?pass(?:port|eport|aporte|aporto|nummer|-?nr)?|pass(?:port)?s\\.?|pasaporte|passeport|passaporte|paspoort\\p{L}*|paszport\\p{L}*|paszp|p\\.?p|ppt|pspt|travel doc(?:ument)?|visum\\p{L}*|visa',
  DRIVER_LICENSE:
    'licen[cs]es?(?! (?:key|server|file|agreement|plate))|licen[cs]ia|lic|c?d\\.?l|cdl|dln|f[üu]hrerschein\\p{L}*|fahrerlaubnis\\p{L}*|permis|permiso|carn[ée]t?|patente|rijbewijs\\p{L}*|praw[aoe]m? jazdy|pr\\.? ?jazdy|carta de condu[çc][ãa]o|cnh|habilita[çc][ãa]o',
  MEDICAL_RECORD_NUMBER:
    'patients?|pt|pat|hosp(?:ital)?|chart|mrn|uhid|medical(?: record| file)?|med\\.? ?rec|clinic|nhs|chi|h&c|ihi|gms|health(?:care)?|medicare|medicaid|patient\\p{L}+|krankenakte\\p{L}*|patientes?|hospitalisation|ipp|paciente|histori(?:a|al)|n?hª|h\\.?c|nhc|cartilla|sip|nuhsa|paziente|cartella|nosologico|codice sanitario|pati[ëe]nt\\p{L}*|pacjent\\p{L}*|ksi[ęe]g[ai]\\p{L}*|ks|histori[ai] choroby|kart[aęy] (?:pacjenta|choroby)|kartotek\\p{L}*|utente|prontu[áa]rio|(?:processo|proc\\.) cl[íi]nico|carteirinha|sns|sus|cns',
  INSURANCE_NUMBER:
    'polic(?:y|ies)|pol|members?|membership|mbr|subscriber|insured|insurance|insurer|policyholder|beneficiary|dependant|dependent|enrollee|medical aid|(?:\\p{L}{2,16})?versicher\\p{L}*|\\p{L}{0,20}police(?:n?-?(?:nummer|nr))?(?! (?:ref|rep|log|case|crime|inc|file|cad|off|stat))|mitglied\\p{L}*|vers|versnr|(?:kranken|ersatz)kasse\\p{L}*|kv|vn|assur[ée]e?s?|assurance|adh[ée]rente?|mutuelle|soci[ée]taire|b[ée]n[ée]ficiaire|allocataire|carte vitale|ehic|ghic|tsi|soci[oa]|s[óo]ci[oa]|ekuz|affili[ée]e?|p[óo]liza|asegurad[oa]|afiliad[oa]|mutualista|beneficiari[oa]|seguro|aseguradora|mutua|polizza|assicurat[oa]|assicurazione|contraente|iscritt[oa]|\\p{L}{0,8}polis\\p{L}*|\\p{L}{0,8}verzeker\\p{L}*|lid(?:nummer|maatschap\\p{L}*|-?nr)|mutualiteit|ziekenfonds|ubezpiecz\\p{L}*|cz[łl]onk\\p{L}*|legitymac\\p{L}*|ap[óo]lice|segurad[oa]|benefici[áa]ri[oa]|seguradora|plano de sa[úu]de|conv[êe]nio',
  ID_CARD:
    'national|citizen|pupil|upn|student|sch[üu]ler\\p{L}*|matrikel\\p{L}*|uczni\\p{L}*|student\\p{L}*|donor|blue badge|share code|bus pass|prisoner|inmate|birth cert(?:ificate)?|marriage cert(?:ificate)?|death cert(?:ificate)?|entry no|pensioner|scheme|service number|va file|alien|green card|sterbeurkunde|geburtsurkunde|acte de naissance|acta de nacimiento|atto di nascita|geboorteakte|akt urodzenia|certid[ãa]o de nascimento|disability|schwerbehind\\p{L}*|disabile|discapacidad|invalidit[ée]|niepe[łl]nosprawn\\p{L}*|identi(?:ty|t[éà]|tà|ficaci[óo]n|dade)|identit\\p{L}*|social|ssn|soc|nino|nin|bvn|c[ée]dula|dni|nie|cccd|cmnd|curp|cui[lt]|rut|nrc|aadha?ar|nric|hkid|mykad|pps(?:n|no)?|residen(?:t|ce|cia|za)|permit|voter|pension(?:s\\p{L}*)?|rentenversicherung\\p{L}*|rvnr|sozial\\p{L}*|sv-?(?:nr|nummer)?|ahv\\p{L}*|steuer-?(?:id|nr|nummer|identifikation\\p{L}*)|\\p{L}{0,14}ausweis\\p{L}*|perso|aufenthalt\\p{L}*|s[ée]cu(?:rit[ée] sociale)?|\\p{L}{0,12}insee|c\\.i|documento|codice fiscale|cod\\.? ?fisc|tessera|bsn|burgerservice\\p{L}*|sofi\\p{L}*|rijksregister\\p{L}*|insz|niss|vreemdeling\\p{L}*|v-nummer|dow|dowod\\p{L}*|dow[oó]d\\p{L}*|pesel|bilhete|cart[ãa]o de cidad[ãa]o|contribuinte|cpf|rg|pix\\p{L}*|nis|pis|t[íi]tulo de eleitor|tax(?:payer)?',
}

/** What is said of numbers that belong to a deal, a thing or a desk. */
const OF_BUSINESS =
  'orders?|po|trk|trck|chq|cheque|check no|clm|agreement|col(?:egiado)?|(?:asset|service|laptop|device) tags?|chip|message id|pir|cmr|mcrn|gmc|pin no|volo|zam|reports?|log no|rows?|council tax|tax code|tax year|bsb|blz|ifsc|aba|oid|purchase|invoices?|tickets?|track(?:ing)?|parcel|package|ship(?:ment|ping)|consignment|deliver(?:y|ies)|cases?|claims?|refs?|reference|bookings?|reservation|pnr|conf(?:irmation)?|flight|sku|serial|s/n|imei|model|parts?|build|version|release|batch|lot|job|docket|incident|inc|requests?|req|rooms?|ext(?:ension)?|gate|bay|unit|meters?|mprn|group|grp|staff|employee|emp|badge|customers?|clients?|account|acct|a/c|loan|quot(?:e|ation)|file(?:name)?|page|issue|pull|pr|commit|hash|run|session|trace|span|transaction|txn?|payments?|receipt|voucher|coupon|asset|devices?|machine|container|vessel|imo|train|bus|route|line|zip|postcode|box|suite|apt|flat|floor|date|year|time|since|total|amount|sum|price|cost|fee|premium|weight|height|dose|cpt|icd|ndc|loinc|snomed|drg|npi|items?|products?|articles?|ean|gtin|court|crime|garda|pulse|fax|tel|phone|mobile|cell|extn|iban|bic|swift|sort|routing|vat|ein|registry|company|firm|bestell\\p{L}*|auftrag\\p{L}*|rechnung\\p{L}*|sendung\\p{L}*|vorgang\\p{L}*|fall(?:-?nr|-?nummer|akte)?|aktenzeichen|az|buchung\\p{L}*|kunden?(?:-?nr|-?nummer|konto)?|personal(?:-?nr|-?nummer)|artikel\\p{L}*|serien\\p{L}*|schaden\\p{L}*|lieferschein\\p{L}*|referenz\\p{L}*|zähler\\p{L}*|zimmer|betrag|konto\\p{L}*|commande|factures?|suivi|colis|exp[ée]dition|dossier|sinistre|r[ée]f[ée]?r?(?:ence)?|r[ée]servation|vol|devis|matricule|s[ée]rie|bon|billet|affaire|requ[êe]te|siret|siren|montant|compte|pedido|factura|seguimiento|env[íi]o|expediente|siniestro|referencia|reserva|vuelo|presupuesto|cliente|empleado|art[íi]culo|lote|albar[áa]n|recibo|parte|caso|folio|importe|cuenta|gu[íi]a|ordine|fattur[ae]|spedizione|pratich?[ae]|sinistro|riferimento|rif|prenotazione|volo|preventivo|articolo|lotto|ddt|bolla|protocollo|causa|importo|conto|bigliett[oi]|bestelling\\p{L}*|factu[u]?r\\p{L}*|zending\\p{L}*|zaak\\p{L}*|schade\\p{L}*|dossier\\p{L}+|kenmerk|boeking\\p{L}*|vlucht|offerte|klant\\p{L}*|personeels\\p{L}*|serienummer|pakket|bedrag|order\\p{L}+|rekening\\p{L}*|zam[oó]wieni\\p{L}*|faktur\\p{L}*|przesy[łl]\\p{L}*|spraw\\p{L}*|szkod\\p{L}*|sygn\\p{L}*|zg[łl]oszeni\\p{L}*|rezerwac\\p{L}*|ofert\\p{L}*|klient\\p{L}*|artyku[łl]\\p{L}*|parti[ai]|paczk\\p{L}*|kwot\\p{L}*|bilet\\p{L}*|regon|krs|encomenda|fatura|rastreio|envio|processo|refer[êe]ncia|voo|or[çc]amento|funcion[áa]rio|artigo|protocolo|chamado|valor|conta|nota fiscal|boleto'

/** Said of a number of somebody where somebody or an insurance is near, of anything elsewhere. */
const WEAK =
  'id|ids|identifier|cards?|karte[n]?(?:-?nr|-?nummer)?|carte|tarjeta|karta|kart[yę]|kaart|contract\\p{L}*|contrat|contrato|contratto|vertrag\\p{L}*|vertr|umow\\p{L}*'

/** Vehicles: what stands right behind one is its plate. */
const VEHICLE =
  'cars?|vans?|trucks?|lorry|vehicle|ute|(?:motor)?bikes?|motorcycle|scooter|trailer|moto(?:cicleta|rrad|cykl\\p{L}*)?|autos?|wagen|pkw|lkw|roller|anhänger|voiture|v[ée]hicule|camion(?:nette)?|remorque|coche|camioneta|carro|furgoneta|furg[óo]n|turismo|tractora|remolque|unidad|macchina|autovettura|furgone|voertuig|busje|bestelbus|aanhanger|samoch[oó]d\\p{L}*|ci[aą]gnik\\p{L}*|naczep\\p{L}*|au(?:to|cie|ta)|przyczep\\p{L}*|viatura|autom[óo]vel|carrinha|ve[íi]culo|stellplatz|parking|parked'

const TYPES = [...Object.keys(OWN), 'VEHICLE']
const ANY = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:${[...Object.values(OWN), VEHICLE, WEAK, OF_BUSINESS].map((words) => `(${words})`).join('|')})(?![\\p{L}\\p{N}]|-[0-9])`,
  'giu',
)

/** What is written in capitals right before a number of somebody, and is a word or nothing in small letters. */
const CAPITALS =
  /(?<![\p{L}\p{N}])(?:(TI|CC|CE|NUIP|CIN?|CNI|ICN?|NIC|NID|NIK|KTP|DUI|DPI|INE|CURP|RFC|PAN|EID|UID|OIB|JMBG|CNP|EGN|AMKA|TCKN|HKID|ARC|RRN|TFN|IRD|SIN|NI|NINO|UTR|PPSN?|BSN|NISS|INSZ|NRN|SVNR|AHV|SSN|ITIN|UAN|CPF|RG|NIF|DNI|NIE|NIN|BVN|TRN|TIN|PIN)|(PHN|OHIP|HCN|NHI|MBI|IHI|DVA|UHID|ABHA|MRN|HN|URN|H&C|GMS|DMP|IPP|NHC|SIP)|(KVNR|KV|VSNR|VN|VU|MBR|POL))(?:[ -]?(?:no|nr|n[°º]|number|#))?[.:]{0,2} ?["'(]?$/u

/** The type of a number by the shortened word in capitals right before it; null where none stands there. */
export function labelInCapitals(before: string): string | null {
  const match = CAPITALS.exec(before)
  if (match === null) return null
  if (match[1] !== undefined) return 'ID_CARD'
  return match[2] !== undefined ? 'MEDICAL_RECORD_NUMBER' : 'INSURANCE_NUMBER'
}

export interface NumberLabel {
  /** Null: of no person. `VEHICLE`: of the plate of one. */
  entityType: string | null
  /** Counts only where somebody is named beside it. */
  isWeak: boolean
  start: number
  end: number
}

/** Between a vehicle and its plate; empty in the head of a column. */
const BEHIND_VEHICLE = /^[ :(,"'–-]{0,4}$/u

/** Says of which paper, behind the word for whose it is: `member ref`, `Patientenakte Referenz`. */
const OF_PAPER =
  /^(?:refs?|reference|referen[zt]\p{L}*|r[ée]f[ée]rence|referencia|riferimento|refer[êe]ncia|file|id|ids|identifier|cards?|account|a\/c)$/iu

/** The last word of a text that says what a number behind it is of; null where none does. Linear on two hundred units. */
export function lastLabel(words: string): NumberLabel | null {
  let last: NumberLabel | null = null
  for (const match of words.matchAll(ANY)) {
    const label = labelOf(match)
    if (label.entityType === 'VEHICLE' && !BEHIND_VEHICLE.test(words.slice(label.end))) continue
    const isOwned: boolean = last !== null && !last.isWeak && last.entityType !== null && label.start - last.end < 3
    last = last !== null && isOwned && OF_PAPER.test(match[0]) ? withEnd(last, label.end) : label
  }
  return last
}

function withEnd(label: NumberLabel, end: number): NumberLabel {
  return { ...label, end }
}

function labelOf(match: RegExpExecArray): NumberLabel {
  const kind = match.slice(1).findIndex((group) => group !== undefined)
  const isWeak = kind === TYPES.length
  const entityType = isWeak ? 'ID_CARD' : (TYPES[kind] ?? null)
  return { entityType, isWeak, start: match.index, end: match.index + match[0].length }
}

/** Whether a word is nothing but a label, so that it is no part of the number behind it. */
export function isLabelWord(word: string): boolean {
  if (labelInCapitals(word) !== null) return true
  const label = lastLabel(word)
  return label !== null && label.start === 0 && label.end === word.length
}
