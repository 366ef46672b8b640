/** Kinds of street after the name, as in `High Street`; in any case where they are hardly anything else. */
export const ENGLISH_TYPES =
  'street|str|st|avenue|ave|av|boulevard|blvd|road|rd|lane|ln|drive|drv|dr|court|ct|place|pl|square|sq|terrace|ter|trail|trl|parkway|pkwy|circle|cir|highway|hwy|crescent|cres|close|way|alley|row|walk|mews|gardens|grove|hill|quay|wharf|plaza|pike|turnpike|expressway|freeway|esplanade|parade|mall|rise|vale|cove|ridge|bend|crossing|estate|estates|meadows?|springs?|nagar|marg|salai|chowk|bagh'
/** More of them, which need something else that tells: suffixes of USPS Publication 28, appendix C1, and British ones. */
export const UNSURE_ENGLISH_TYPES =
  'point|view|path|junction|loop|run|green|annex|arcade|bayou|beach|bluffs?|bottom|brae|branch|bridge|brooks?|burgs?|bypass|camp|canyon|cape|causeway|centers?|centres?|circles|cliffs?|club|common|corners?|course|courts|coves|creek|crest|crossroads?|curve|dale|dam|divide|drives|end|extensions?|falls?|farm|ferry|fields?|flats?|fords?|forest|forges?|forks?|fort|gateway|glens?|greens|groves|harbors?|haven|heights|hills|hollow|inlet|islands?|isle|junctions|keys?|knolls?|lakes?|land|landing|lights?|loaf|locks?|lodge|manors?|mead|mills?|mission|motorway|mounts?|mountains?|neck|oaklands|orchard|oval|overpass|park|parks|passage|pass|pines?|plains?|points|ports?|prairie|radial|ramp|ranch|rapids?|rest|ridges|rivers?|roads|route|rue|shoals?|shores?|skyway|spring|spurs?|squares|station|stravenue|streams?|streets|summit|throughway|trace|tracks?|trafficway|tunnel|underpass|unions?|valleys?|via|viaduct|views|villages?|ville|vista|walks|wall|wells?|wood|woods|yard'
export const SURE_ENGLISH_TYPES = 'street|avenue|ave|boulevard|blvd|road|rd|lane|drive|parkway|terrace|crescent|highway'

/** Kinds of street before the name, as in `rue de la Paix`. */
export const LEADING_TYPES =
  'heol|ffordd|stryd|l[ôo]n(?= )|povoado|s[íi]tio|fazenda|ch[áa]cara|lugar|vereda|corregimiento|finca|cortijo|caser[íi]o|ejido|c\\.da|cascina|lieu-dit|hameau|jr\\.|jirón|psje\\.?|av\\.|đường|phố|passeig|carrer|avinguda|plaça|loc\\.|localit[àa]|fraz\\.|frazione|rue|chaussée|voie|sentier|venelle|ruelle|villa|cité|résidence|lotissement|avenue|av|boulevard|bd|all[ée]es?|impasse|place|chemin|quai|cours|route|square|passage|faubourg|via|viale|v\\.le|piazza|p\\.zza|piazzale|corso|c\\.so|largo|vicolo|strada|contrada|calle|calleja|callejón|callejon|costanilla|escalinata|explanada|glorieta|polígono|prolongación|urbanización|urb\\.?|travesía|senda|sector|pasaje|pje\\.?|bajada|barrio|bulevar|rotonda|borgo|incrocio|salita|traversa|c/|avenida|avda?\\.?|plaza|pza\\.?|paseo|camino|carrera|cra\\.?|carretera|ctra\\.?|ronda|rambla|rua|r\\.(?= )|azinhaga|acesso|beco|caminho|escadas|ladeira|rotunda|viela|marginal|pra[çc]a|travessa|tv\\.|alameda|estrada|rodovia|ul\\.|ulic[ayię]|al\\.|alej[aei]|pl\\.|placu?|rondo|skwer|bulw\\.|bulwar|rynek|os\\.|osiedl[eua]|ulitsa|улица|ул\\.|проспект|пр-т|jalan|jl\\.|οδός'

/** Endings of names of streets in Germanic and northern languages, and words that stand for them. */
export const TRAILING_ENDINGS =
  'stra(?:ß|ss)en?|str\\.?|weg|gasse|platz|allee|damm|ufer|chaussee|steig|stieg|graben|markt|promenade|hof|ring|wall|berg|twiete|pfad|brücke|straat|laan|plein|gracht|kade|dijk|singel|steenweg|lei|dreef|vej|gade|allé|stræde|gatan|gata|vägen|väg|torget|gränd|veien|vei|katu|tie|polku|utca|útja|u\\.|út|körút|tér|náměstí|ulice|třída'
/** Beginnings of names of German streets that have no ending. */
export const GERMAN_LEADS =
  'Am|An der|An den|Auf der|Auf dem|Im|In der|In den|Unter den|Zum|Zur|Hinter der|Vor dem|Beim'

export const UNIT =
  '[0-9]{1,2}(?:r|n|t|è)[ ,]{1,2}[0-9]{1,2}[aª]|r/c(?: (?:dto|dt|esq)(?!\\p{L})\\.?)?|c/v|[IVX]{1,4}[/.] ?[0-9]{1,3}\\.?|[0-9]{1,2}\\.?[ºª°]\\.? ?(?:esq|dto|dt|fte|frente|izq|dcha|dir|[A-Z])?(?![A-Za-z])\\.?|[0-9]{1,2}\\.? ?(?:og|ug|hoog|etage|stock|piano|andar|piso|tr|tv|th|mf|sal|etg)(?![A-Za-z])\\.?|(?:piano|interno|appartamento|apartado|dcha|izda|ap|apt|sector|sectorul|apartment|appartement|appt|suite|ste|unit|flat|floor|fl|room|rm|bldg|building|block|zimmer|wohnung|whg|etage|étage|ét|bât|stiege|top|piso|puerta|pta|esc|escalera|planta|dpto|depto|int|interno|scala|palazzina|bus|lgh|m|lok|lokal|mieszkani[ae]|apto|andar|bloco|sala|bl|kl|lot|shop|level|lvl|tower|wing|hse|house no)(?!\\p{L})\\.? {0,2}#?(?:no\\.? ?)?[0-9A-Za-z][0-9A-Za-z/-]{0,5}(?:st|nd|rd|th)?(?: floor)?|#{1,2} ?[0-9]{1,5}[A-Za-z]?(?:-[0-9]{1,5}[A-Za-z]?)?|[0-9]{1,3}(?:st|nd|rd|th) floor|[0-9]{1,2}[ºª°]\\.? ?[A-Za-z0-9]{0,4}'

export const STATE =
  '(?:A[LKZR]|C[AOT]|D[EC]|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|N[EVHJMYCD]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[TA]|W[AVIY]|PR|GU|VI|AE|AP|AA|NSW|VIC|QLD|SA|WA|TAS|ACT|NT|AB|BC|MB|NB|NL|NS|ON|PE|QC|SK|YT)'
export const STATE_NAMES =
  'Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming|Ontario|Quebec|Québec|British Columbia|Alberta|Manitoba|Saskatchewan|Nova Scotia|New Brunswick|Victoria|New South Wales|Queensland|Tasmania|Maharashtra|Karnataka|Tamil Nadu|Newfoundland and Labrador|Newfoundland|Prince Edward Island|Yukon|Nunavut|Northwest Territories|Northern Territory|South Australia|Western Australia|Delhi|Gujarat|Kerala|Telangana'
export const COUNTRY =
  '(?:(?:the )?(?:United States(?: of America)?|USA|U\\.S\\.A\\.|United Kingdom|UK|England|Scotland|Wales|Northern Ireland|Ireland|Canada|Australia|New Zealand|India|Germany|Deutschland|France|Spain|España|Italy|Italia|Netherlands|Nederland|Belgium|België|Belgique|Luxembourg|Switzerland|Schweiz|Suisse|Austria|Österreich|Poland|Polska|Portugal|Brazil|Brasil|Mexico|México|Sweden|Norway|Denmark|Danmark|Finland|Iceland|Estonia|Latvia|Lithuania|Czech Republic|Czechia|Slovakia|Hungary|Romania|Bulgaria|Greece|Cyprus|Croatia|Slovenia|Serbia|Malta|Turkey|Israel|Japan|China|Singapore|South Africa|Uruguay|Argentina|Chile|Colombia|Peru|Philippines|Tunisia|Greenland|Kazakhstan|Ukraine|Russia|Vietnam|Thailand|Malaysia|Indonesia|South Korea|Hong Kong|Taiwan|United Arab Emirates|UAE|Egypt|Nigeria|Kenya|Ghana|Morocco|Saudi Arabia|Qatar|Pakistan|Bangladesh|Sri Lanka|Nepal|Ecuador|Bolivia|Venezuela|Costa Rica|Panama|Guatemala|Dominican Republic|Algeria|Senegal|Ethiopia|Uganda|Tanzania|Zimbabwe|Bosnia and Herzegovina|North Macedonia|Albania|Moldova|Belarus|Georgia|Armenia))'
export const UK_POSTCODE = '[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][ABD-HJLNP-UW-Z]{2}'
/** Such as the above with a mistake in it, and Irish ones. */
const LOOSE_POSTCODE =
  '[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][0-9A-Z]{2}|[A-Z]{1,2}[0-9][0-9A-Z]?[0-9](?:[A-Z][0-9A-Z]|[0-9][A-Z])|[A-Z][0-9][0-9A-Z] ?[0-9A-Z]{4}'
/** Signs of countries before a postcode, as on envelopes between them; Spain's has five digits. */
const COUNTRY_SIGN =
  '(?:A|AT|B|BE|CH|CY|CZ|D|DE|DK|EE|ES|F|FI|FR|GR|H|HR|HU|I|IT|L|LT|LU|LV|MT|N|NL|NO|P|PL|PT|RO|S|SE|SI|SK|E(?=-[0-9]{5}))-'
export const POSTCODE = `(?:(?:(?:CEP|C\\.P\\.|CP|CAP|PLZ):? )?(?:${COUNTRY_SIGN})?(?:S ?\\([0-9]{6}\\)|${UK_POSTCODE}|${LOOSE_POSTCODE}|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]|[0-9]{4,5}-[0-9]{3,4}|[0-9]{2}-[0-9]{3}|[0-9]{4} ?[A-Z]{2}|[0-9]{3} [0-9]{2,3}|[0-9]{4,6}))(?![0-9A-Za-z])`
/** What a town in Brazil has behind it: `Picos - PI`, `Salvador/BA`. */
export const BRAZILIAN_STATE = 'A[CLMP]|BA|CE|DF|ES|GO|M[AGST]|P[ABEIR]|R[JNORS]|S[CEP]|TO'
/** Words with a capital that follow an address and are no town. */
const NO_TOWN =
  'IBAN|BIC|SWIFT|Tel|Tel[eé][fp]\\p{L}*|T[ée]l\\p{L}*|Phone|Mobil\\p{L}*|Cell|Handy|Fax|E-?[Mm]ail|Mail|DOB|Born|Date|SSN|ITIN|NINO|PESEL|NIP|REGON|NIF|NIE|DNI|BSN|CPF|CNPJ|USt|VAT|Steuer|Tax|Passport|Order|Invoice|Ticket|Name|Contact|Please|Thanks|Regards|Dr|Mr|Mrs|Ms'
const TOWN_WORD = `(?!(?:${NO_TOWN})(?![\\p{L}\\p{N}]))(?:\\p{Lu}\\p{L}{0,2}\\.(?= )|\\p{Lu}[\\p{L}\\p{M}'’]{0,24})`
export const CITY = `${TOWN_WORD}(?:[ -](?:(?:de|del|la|le|les|los|las|el|am|an|der|den|upon|sur|on|of|do|da|dos|das|the|i|en|sous|lès|bei|ob|van|aan|di|nad|pod|na|over|under|next)[ -]){0,2}${TOWN_WORD}){0,4}(?: \\([^()\\n]{2,24}\\)| (?:a mare|lido|terme|sardo|veneto|umbro|ligure|laziale|calabro|salentino|lombardo)(?!\\p{L}))?(?: ?[-/,–] ?(?:${BRAZILIAN_STATE})(?![\\p{L}\\p{N}]))?`
/** Kinds of street that are ordinary words too. */
export const UNSURE_TYPES =
  'lugar|vereda|finca|ejido|phố|rynek|rondo|sector|barrio|villa|marginal|acesso|senda|bajada|traversa|cité|voie|via|place|route|square|passage|cours|strada|r\\.|av|bd'
/** Areas of British postcodes (Royal Mail's Postcode Address File). */
const UK_AREA =
  '(?:A[BL]|B[ABDHLNRST]?|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]?|F[KY]|G[LUY]?|H[ADGPRSUX]|I[GMPV]|JE|K[ATWY]|L[ADELNSU]?|M[EKL]?|N[EGNPRW]?|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]?|T[ADFNQRSW]|UB|W[ACDFNRSV]?|YO|ZE)'
/** A British postcode that stands alone, with its space. */
export const UK_POSTCODE_ALONE = `${UK_AREA}[0-9][0-9A-Z]? [0-9][ABD-HJLNP-UW-Z]{2}`
/** What houses with a name are called. */
export const HOUSE_KINDS =
  'House|Building|Court|Tower|Cottages?|Lodge|Villas?|Farm|Farmhouse|Rectory|Vicarage|Barn|Mill|Grange|Manor|Hall|Gables|Mansions?|Apartments|Chambers|Works|Priory|Stables|Bungalow'
