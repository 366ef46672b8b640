/** After whom illnesses are called. A pattern of words. */
export const EPONYMS =
  'Addison|Alzheimer|Asperger|Babinski|Barrett|Basedow|Bechterew|Behçet|Bell|Boeck|Burkitt|Colles|Crohn|Cushing|Dupuytren|Ewing|Gaucher|Graves|Hashimoto|Hirschsprung|Hodgkin|Huntington|Kaposi|Kawasaki|Meckel|M[ée]ni[èe]re|Paget|Parkinson|Perthes|Raynaud|Romberg|Scheuermann|Sj[öo]gren|Sudeck|Tinel|Tourette|Waddell|Wernicke|Whipple|Wilms|Wilson'
const EPONYM_NAME = new RegExp(`^(?:${EPONYMS})$`)
/** What such an illness is, behind the name and before it. */
const ILLNESS_BEHIND =
  /^(?:['’]s?|s)?[ -](?:disease|o?esophagus|palsy|lymphoma|sarcoma|contracture|phenomenon|thyroiditis|diverticulum|encephalopathy|fracture|tumou?r|signs?|reflex|test|spectrum|krankheit|syndrom|syndroom)(?!\p{L})/iu
const ILLNESS_BEFORE =
  /(?<!\p{L})(?:morbus|(?:maladie|syndrome|malattia|morbo|sindrome|enfermedad|síndrome|ziekte|syndroom|doença)(?: de| di| van)?|chorob[aęy]|zespół) $/iu

/** What a method, a law or an illness is called after its discoverer: `Gibbs sampling`, `Dijkstra's algorithm`. */
const EPONYM =
  /^(?:['’]s)? (?:algorithms?|theorem|lemma|conjecture|inequality|equations?|syndrome|sampling|sampler|heuristic|distribution|transform(?:ation)?|estimator|coefficient|prior|likelihood|heap|matrix|kernel)(?![\p{L}])|^ (?:tests?|effect|diagram|curve|constant|filter|disease|regression)(?![\p{L}])/u
/** Firms and products whose first word is also a name. */
const BRAND =
  /^(?:Ford|Renault|Fiat|Škoda|Skoda|Opel|Peugeot|Citro[eë]n|Dacia|Seat|Volkswagen|VW|Toyota|Honda|Nissan|Mazda|Audi|BMW|Volvo|Kia|Hyundai|Suzuki|Mitsubishi|Tesla|Porsche|Mercedes(?:-Benz)? (?:Sprinter|Vito|Benz|[A-Z]-)|Claude (?:Sonnet|Opus|Haiku|Code|Instant)|Goldman Sachs|Charles Schwab|Wells Fargo|Morgan Stanley|Merrill Lynch|Lehman Brothers|Johnson (?:Controls|& Johnson)|Marks & Spencer|Ernst & Young|Price ?Waterhouse|Lloyds|Barclays|Philip Morris|Jack Daniel|Estée Lauder|Louis Vuitton|Calvin Klein|Ralph Lauren|Hugo Boss|Hewlett|Harley|Dell|Siemens|Bosch|Mann[-–]Whitney|Kruskal[-–]Wallis|Kaplan[-–]Meier|Durbin[-–]Watson|Shapiro[-–]Wilk|Kolmogorov[-–]Smirnov|Bland[-–]Altman|Cohen['’]s (?:d|kappa)|Pearson['’]s r|Newton[-–]Raphson|Navier[-–]Stokes|Monte Carlo|Nelder[-–]Mead|Levenberg[-–]Marquardt|Douwe Egberts|Albert Heijn|Van Lanschot|Bonne Maman|Rosa Clará|Dona Benta|JP Morgan|J\.P\. Morgan|Eli Lilly|Johnson & Johnson|Procter & Gamble|Smith & Wesson|Black & Decker|Dun & Bradstreet|Kate Spade|Jack Wolfskin|Marc O['’]Polo|Tom Tailor|Dr\.? Martens|Yves Rocher|Yves Saint Laurent|Christian Dior|Christian Louboutin|Jean Paul Gaultier|Massimo Dutti|Jil Sander|Dr\.? Oetker|Tommy Hilfiger|Michael Kors|Tory Burch|Giorgio Armani|Emporio Armani|Alexander McQueen|Stella McCartney|Vivienne Westwood|Karl Lagerfeld|Eddie Bauer|Levi Strauss|Oscar Mayer|Ben & Jerry|Jack & Jones|Johnnie Walker|Jim Beam|Captain Morgan|José Cuervo|Jose Cuervo|Dom Pérignon|Earl Grey|Bloody Mary|Shirley Temple|Eggs Benedict|Beef Wellington|Beef Stroganoff|Caesar (?:salad|dressing)|Peach Melba|Victoria (?:sponge|line|station)|Margherita|Dr\.? Pepper|Jack Daniel|Marks and Spencer|Uncle Ben['’]s|Gill Sans|Lucida|Jinja|Bell Canada|Rolls[- ]Royce|Aston Martin|Rio Tinto|Hugo Boss|Victoria['’]s Secret|Saint Laurent|Wendy['’]s|Denny['’]s|Arby['’]s|Trader Joe|Lowe['’]s|Kohl['’]s|Macy['’]s|Nando['’]s|Sainsbury|John Deere|Massey Ferguson|Dyson|Leica|Steinway)(?![\p{L}])/u
/** The last word of what is no person: firms, offices, parts of firms. */
const BODY =
  / (?:Bank|Banking|Society|Group|Team|Department|Dept|Division|Desk|Office|Committee|Council|Board|Insurance|Logistics|Airport|University|College|Academy|Institute|Hospital|Clinic|Foundation|Holdings?|Partners|Industries|Systems|Solutions|Services|Software|Technologies|Airlines|Motors|Hotels?|Station|Stadium|Museum|Theatre|Avenue|Building|Project|[Ss]ervice|Finserv|Fincorp|Infotech|Enterprises|Traders|GmbH|AG|KG|Ltd|LLC|LLP|PLC|Inc|Corp|SpA|S\.A\.|SAS|BV|NV|Sp\.)\.?$/u
/** Offices and houses of other languages, before their names. */
const OFFICE =
  /^(?:Stadtkasse|Stadtwerke|Sparkasse|Volksbank|Finanzamt|Amtsgericht|Landgericht|Gemeinde|Universität|Klinikum|Mairie|Préfecture|Université|Hôpital|Banque|Banco|Universidad|Ayuntamiento|Hospital|Comune|Università|Ospedale|Banca|Gemeente|Universiteit|Ziekenhuis|Uniwersytet|Szpital|Universidade|Prefeitura|Câmara|Sala|Salle|Saal|Zaal|Villa|Hotel|Clinique|Lycée) /u
/** Before what is called after a person: rooms, streets, stations. */
const ROOM_BEFORE =
  /(?:\b(?:room|hall|suite|auditorium|building|raum|konferenzraum|saal|salle|sala|zaal|aula|gebäude|lycée|schule|school)) $/i

/** `Hart & Finch is …`: two persons are, one firm is. */
const ONE_FIRM_BEHIND =
  /^(?: & \p{Lu}[\p{L}'’-]{1,20})? (?:(?:is|was) (?:authori[sz]ed|regulated|registered|incorporated|owned|an? )|acts|provides|offers)/u
function isOneFirm(text: string, start: number, end: number): boolean {
  const behind = text.slice(end, end + 40)
  const isJoined =
    behind.startsWith(' & ') || /\p{Lu}[\p{L}'’-]{1,20} & $/u.test(text.slice(Math.max(0, start - 24), start))
  return isJoined && ONE_FIRM_BEHIND.test(behind)
}

/** Whether a name is that of a firm or a product that everybody knows. */
export function isBrand(name: string): boolean {
  return BRAND.test(name)
}

/** Whether a name is that of a method, a product, a firm or a room rather than of a person. Looks at 40 units around it. */
export function isOtherName(text: string, start: number, end: number): boolean {
  const name = text.slice(start, end)
  return (
    EPONYM.test(text.slice(end, end + 24)) ||
    (EPONYM_NAME.test(name) &&
      (ILLNESS_BEHIND.test(text.slice(end, end + 24)) ||
        ILLNESS_BEFORE.test(text.slice(Math.max(0, start - 20), start)))) ||
    isOneFirm(text, start, end) ||
    BRAND.test(name) ||
    BODY.test(name) ||
    OFFICE.test(name) ||
    ROOM_BEFORE.test(text.slice(Math.max(0, start - 20), start))
  )
}
