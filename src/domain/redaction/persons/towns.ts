/** Towns that hardly anybody is called after, in small letters, by what the engine's languages call them. */
const TOWNS = new Set(
  `amsterdam rotterdam utrecht eindhoven tilburg groningen almere breda nijmegen enschede haarlem arnhem amersfoort
zaanstad apeldoorn hoofddorp maastricht dordrecht zoetermeer zwolle deventer delft alkmaar heerlen venlo leeuwarden
hilversum assen emmen gouda roosendaal helmond antwerpen antwerp gent ghent brugge bruges leuven mechelen hasselt
namur liège luik charleroi mons kortrijk oostende brussel bruxelles brussels hamburg münchen munich köln cologne
frankfurt stuttgart düsseldorf leipzig dortmund bremen dresden hannover nürnberg nuremberg duisburg bochum wuppertal
bielefeld bonn münster karlsruhe mannheim augsburg wiesbaden gelsenkirchen mönchengladbach braunschweig chemnitz
aachen magdeburg freiburg krefeld lübeck oberhausen erfurt mainz rostock kassel saarbrücken mülheim potsdam
ludwigshafen oldenburg leverkusen osnabrück solingen heidelberg herne neuss darmstadt paderborn regensburg
ingolstadt würzburg fürth wolfsburg offenbach heilbronn pforzheim göttingen bottrop recklinghausen reutlingen
bremerhaven koblenz jena remscheid erlangen moers siegen hildesheim salzgitter cottbus wien vienna linz salzburg
innsbruck klagenfurt villach bregenz zürich zurich genf genève geneva basel bern lausanne winterthur luzern lucerne
lugano fribourg marseille lyon toulouse nantes strasbourg montpellier bordeaux lille rennes reims toulon grenoble
dijon nîmes villeurbanne clermont-ferrand brest limoges amiens perpignan besançon orléans rouen mulhouse argenteuil
montreuil roubaix tourcoing avignon dunkerque poitiers annecy bayonne cannes antibes calais colmar troyes chambéry
lorient quimper vannes saint-malo saint-étienne le-havre madrid barcelona valencia sevilla seville zaragoza málaga
malaga palma bilbao alicante valladolid vigo gijón granada oviedo badalona cartagena terrassa sabadell móstoles
pamplona almería albacete castellón logroño badajoz salamanca huelva lleida tarragona cádiz jaén ourense girona
cáceres melilla ceuta pontevedra teruel huesca roma rome milano napoli naples torino turin palermo genova genoa
bologna firenze catania venezia venice verona messina padova padua trieste brescia parma taranto modena cagliari
livorno foggia rimini salerno ferrara sassari giugliano monza bergamo siracusa pescara trento forlì vicenza bolzano
novara piacenza ancona arezzo udine cesena lecce pesaro alessandria barletta siena lucca varese cremona mantova
cuneo asti matera perugia warszawa warsaw kraków krakow cracow łódź lodz wrocław wroclaw poznań poznan gdańsk gdansk
szczecin bydgoszcz lublin białystok bialystok katowice gdynia częstochowa radom toruń torun sosnowiec rzeszów kielce
gliwice olsztyn zabrze bielsko-biała bytom rybnik opole tychy elbląg płock tarnów chorzów koszalin kalisz legnica
grudziądz słupsk jaworzno zamość siedlce sopot zakopane lisboa lisbon porto coimbra setúbal funchal aveiro évora
guimarães leiria almada amadora portimão santarém sintra cascais brasília brasilia fortaleza curitiba manaus recife
belém goiânia guarulhos campinas maceió teresina joinville cuiabá florianópolis aracaju londrina niterói ribeirão
sorocaba uberlândia birmingham manchester leeds liverpool sheffield bristol newcastle nottingham leicester coventry
stoke plymouth wolverhampton southampton portsmouth norwich cambridge oxford exeter brighton cardiff swansea
edinburgh glasgow aberdeen dundee inverness belfast dublin limerick galway waterford felixstowe harwich swindon
ipswich northampton peterborough sunderland middlesbrough huddersfield blackpool warrington stockport rotherham
doncaster wakefield barnsley grimsby stockholm göteborg gothenburg malmö uppsala västerås örebro linköping
helsingborg jönköping norrköping umeå gävle borås oslo trondheim stavanger drammen tromsø københavn copenhagen
aarhus odense aalborg esbjerg helsinki espoo tampere vantaa oulu turku reykjavík reykjavik akureyri tallinn tartu
riga vilnius kaunas klaipėda praha prague brno ostrava plzeň liberec olomouc bratislava košice žilina budapest
debrecen szeged miskolc pécs győr bucurești bucharest cluj timișoara iași constanța brașov plovdiv varna burgas
zagreb rijeka osijek ljubljana maribor beograd belgrade sarajevo mostar skopje tirana pristina podgorica athens
athina thessaloniki patras piraeus heraklion nicosia limassol larnaca valletta istanbul ankara izmir bursa antalya
adana gaziantep konya trabzon kyiv kiev kharkiv odesa odessa dnipro lviv moscow moskva petersburg novosibirsk
yekaterinburg kazan minsk chisinau tbilisi batumi yerevan baku tashkent samarkand bishkek almaty astana ulaanbaatar
dushanbe ashgabat philadelphia seattle detroit memphis nashville portland baltimore milwaukee albuquerque tucson
fresno sacramento omaha minneapolis tulsa wichita cleveland tampa honolulu anaheim pittsburgh cincinnati raleigh
atlanta miami spokane tacoma boise anchorage toronto montreal montréal vancouver calgary edmonton ottawa winnipeg
québec halifax saskatoon kitchener oshawa melbourne brisbane canberra hobart geelong cairns townsville wollongong
ballarat bendigo auckland christchurch dunedin tauranga johannesburg pretoria durban bloemfontein polokwane soweto
nairobi mombasa kampala kigali lagos abuja ibadan kano accra kumasi dakar abidjan bamako casablanca rabat tunis
algiers cairo khartoum luanda maputo harare lusaka gaborone windhoek mogadishu kinshasa douala yaoundé antananarivo
dubai doha riyadh jeddah manama muscat beirut damascus amman jerusalem haifa eilat tehran isfahan shiraz mashhad
baghdad kabul karachi lahore islamabad rawalpindi faisalabad delhi mumbai bangalore bengaluru chennai kolkata
hyderabad pune ahmedabad jaipur lucknow kanpur nagpur indore bhopal patna kochi dhaka chittagong colombo kathmandu
beijing shanghai guangzhou shenzhen chengdu wuhan tianjin nanjing hangzhou xiamen taipei kaohsiung seoul busan
incheon tokyo osaka kyoto yokohama nagoya sapporo fukuoka kobe hiroshima manila cebu jakarta surabaya bandung
singapore bangkok phuket hanoi saigon yangon vientiane bogotá bogota medellín medellin barranquilla quito guayaquil
arequipa cusco valparaíso valparaiso montevideo caracas maracaibo guadalajara monterrey puebla tijuana mérida cancún
oaxaca veracruz acapulco querétaro toluca managua tegucigalpa havana`.split(/\s+/),
)

/** Whether a name of one word is that of a town. */
export function isTownName(name: string): boolean {
  return TOWNS.has(name.toLowerCase())
}

const STATES =
  'AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC'
const IN_STATE = new RegExp(`^\\p{Lu}[\\p{L} .'-]{2,24},? (?:${STATES})$`, 'u')
const STATE_BEHIND = new RegExp(`^,? (?:${STATES})(?![\\p{L}\\p{N}])`, 'u')

/** A doctor's degree at the end of a name, and a state that has given somebody a licence or a plate. */
const NO_STATE =
  /^, (?:MD(?=[,;:)]?(?:\s*$|\n| [^0-9]))|(?:[A-Z]{2}) (?:DLN?|D\.?L\.?|OLN|CDL|ID|lic|driver|license|plates?|tags?|reg|bar|P\.?E\.?)(?![\p{L}\p{N}]))/iu
/** The last word of towns that have two. */
const OF_TOWN =
  / (?:Beach|Arbor|City|Hole|Springs|Falls|Heights|Park|Grove|Hills?|Rapids|Lakes?|Valley|Village|Town|Bay|Island|Point|Rock|Creek|Junction|Harbor|Fork|Ridge|Station|Bluff|Center|Church)$/

/** `Austin TX`, `Charlotte, NC`: a town, however many persons bear its name; `Ann Lee, MD` and `Ann Lee, TX DL 123` are not. */
export function isTownOfState(text: string, start: number, end: number): boolean {
  const name = text.slice(start, end)
  if (IN_STATE.test(name)) return /^[,.;:)\n]|^ [0-9]{5}|^$/.test(text.slice(end, end + 6))
  const behind = text.slice(end, end + 16)
  if (!STATE_BEHIND.test(behind)) return false
  return !(/[ .]/.test(name) && !OF_TOWN.test(name) && NO_STATE.test(behind))
}
