import { isGivenName } from '../list-names.ts'
import { personLabel } from './person-labels.ts'
import { isThingLabel } from './thing-labels.ts'
import { isTownName } from './towns.ts'

/** Legal forms of firms, and what firms are called by. */
const FIRM_BEHIND =
  /^(?:,? (?:&|and|und|et|y|e|en|i) (?:Co|Söhne|Sons|Fils|Hijos|Figli|Zonen|Synowie|Filhos|Partners?|Associates|Brothers|Daughters|Cie)(?!\p{L})| (?:Frères|Hermanos|Fratelli|Brothers|Bros|Gebrüder|Gebroeders|Irmãos|Bracia)(?!\p{L})|(?: (?:[\p{Lu}&+][\p{L}\p{M}'’.&-]{0,20}|de|del|della|di|la|el|dos|das|von|van|and|y|e)){0,4},? (?:GmbH|AG|KG|OHG|UG|e\.?V\.?|e\. ?K\.|mbH|SE|Ltd|LLP|LLC|PLC|plc|Inc|Corp|Co|Pty|SA|SAS|SARL|S\.A\.R\.L|EURL|SCI|SNC|S\.A|S\.L|SL|S\.L\.U|SLU|S\.r\.l|Srl|SRL|S\.p\.A|SpA|S\.n\.c|S\.a\.s|B\.V|BV|N\.V|NV|VOF|V\.O\.F|Sp\. z ?o\. ?o|Sp\. ?j|S\.A|Lda|Ltda|S\/A|EIRELI|ME|AB|AS|A\/S|Oy|ApS|Kft|s\.r\.o|d\.o\.o|Holding|Holdings|Group|Gruppe|Groupe|Grupo|Gruppo|Logistics|Logistik|Logistiek|Logistique|Transport|Transporte|Transportes|Trasporti|Bank|Insurance|Versicherung(?:en)?|Assurances|Seguros|Assicurazioni|Verzekeringen|Solicitors|Orthodontics|Dental|Pharma|Pharmacy|Pharmaceuticals|Motors|Industries|Systems|Technologies|Software|Consulting|Ventures|Capital|Airlines|Airways|Hotels?|Resorts?|Farms?|Foods|Brewery|Bakery|Books|Press|Media|Studios?|Paints|Logística|Impianti|Costruzioni|Construcciones|Bau|Immobilien)(?![\p{L}]))/u
/** What stands between two names of a firm. */
const AND_BEHIND = /^ & (\p{Lu}[\p{L}'’-]{1,20})/u
const AND_BEFORE = /(\p{Lu}[\p{L}'’-]{1,20}) & $/u
/** A version or a number of a series: `Hugo 0.121`, `Mary 2,`. */
const NUMBER_BEHIND =
  /^ v?[0-9]{1,3}(?:\.[0-9]{1,4}){1,3}(?![0-9])|^ (?:II|III|IV|VII?|VIII)(?![\p{L}.])(?=[,.;]? [a-z])/u
/** What is one of many, or a ship's. */
const DETERMINED =
  /(?:^|[^\p{L}])(?:the|an?|this|each|every|aboard)(?: (?:old|new|big|little|first|last|next|other))? ["“'‘]?$/u
/** Portuguese puts `a` before a woman's name; Spanish and Italian have it for whom something is done to. */
const ARTICLE_BEFORE = /(?:^|[^\p{L}])a $/u
const ROMANCE =
  /[áíóúñãõàèìòù¿¡]|(?<!\p{L})(?:da|na|que|os|com|uma?|pelo|pela|só|começa|vai|el|los|las|un|una|del|al|con|por|para|mi|su|se|il|gli|di|che|non|ho|ha|si|della|dal|mio|mia|pide|chiede|pede)(?!\p{L})/u
const SHIP_BEFORE =
  /(?<![\p{L}\p{N}])(?:MV|M\/V|MS|MSC|MY|SS|RMS|HMS|USS|HMCS|USNS|RV|FV|SV|S\/Y|[Hh]urricane|[Ss]torm|[Tt]yphoon|[Cc]yclone|[Mm]ount|Mt|[Ll]ake|[Rr]iver|[Pp]ort|Fort|Cape|[Ii]sle of|[Cc]ity of|[Tt]own of|[Cc]ounty|Camp|Saint|Sint|Santa|San|São|Sankt|St|Ste|Sainte|[Kk]ing|[Qq]ueen|[Ee]mperor|[Ee]mpress|[Pp]ope) ["“'‘]?$/u
/** Where something is, and hardly ever somebody. */
const PLACE_BEFORE =
  /(?:^|[^\p{L}])(?:(?:based|located|born|lives?|living|held|opened|delivered|office|branch|warehouse|depot|store|shop|flights?|train|trip|travel|sailed|shipped) (?:in|to|from|at)|nat[oa] a|in|via|near|nach|bei|en|em|naar|te|w|we|koło|vers|chez|presso|cerca de|près de) ["“'‘]?$/iu
const WORD_BEFORE = /(?<![\p{L}\p{N}])(\p{L}{3,16}) ["“„«'‘]?$/u
const LABEL_BEFORE = /(?<![\p{L}\p{N}])(\p{L}{2,16})["'”]?[ \t]{0,2}[:=|][ \t]{0,3}["'“]?$/u
const WORD_BEHIND = /^["”»'’]? (\p{Ll}{3,16})(?![\p{L}])/u

/**
 * Whether what surrounds a name says that it is that of a firm, a ship, a place, a version or a thing. For names of which little
 * else is known; looks at 90 units around it.
 */
export function isThing(text: string, start: number, end: number): boolean {
  const behind = text.slice(end, end + 90)
  const before = text.slice(Math.max(0, start - 40), start)
  const name = text.slice(start, end)
  if (FIRM_BEHIND.test(behind) || NUMBER_BEHIND.test(behind) || SHIP_BEFORE.test(before)) return true
  const isOne = !name.includes(' ')
  if (isOne && isTownName(name)) return true
  // A word for `my` at the start of a sentence.
  if (/^(?:Mia|Tua|Sua|Ma|Mi)$/.test(name) && personLabel(WORD_BEHIND.exec(behind)?.[1] ?? '') !== null) return true
  if (isOne && isOfFirm(name, before, behind)) return true
  if (isOne && (isDetermined(before, behind) || PLACE_BEFORE.test(before)) && !/^['’]s? /.test(behind)) return true
  const label = LABEL_BEFORE.exec(before)?.[1]
  if (label !== undefined && isThingLabel(label.toLowerCase())) return true
  const word = WORD_BEFORE.exec(before)?.[1]
  if (word !== undefined && isThingLabel(word.toLowerCase())) return true
  const next = isOne ? WORD_BEHIND.exec(behind)?.[1] : undefined
  return next !== undefined && isThingLabel(next)
}

function isDetermined(before: string, behind: string): boolean {
  if (!DETERMINED.test(before)) return false
  return !(ARTICLE_BEFORE.test(before) && ROMANCE.test(`${before}|${behind.slice(0, 40)}`))
}

/** `Marks & Spencer`; two given names are a couple. */
function isOfFirm(name: string, before: string, behind: string): boolean {
  const other = AND_BEHIND.exec(behind)?.[1] ?? AND_BEFORE.exec(before)?.[1]
  return other !== undefined && (other === name || !(isGivenName(name) && isGivenName(other)))
}
