/** Words that look like names of persons and are not: the calendar, salutations, roles, products, code, places. */
const NO_NAMES = new Set(
  `january february march april may june july august september october november december monday tuesday wednesday
thursday friday saturday sunday januar februar märz april mai juni juli august september oktober november dezember
montag dienstag mittwoch donnerstag freitag samstag sonntag janvier février mars avril juin juillet août
hello hi hey dear thanks thank regards sincerely best cheers please yes no ok okay sir madam mr mrs ms dr prof
customer client patient employee manager user users admin administrator owner team support staff agent doctor nurse
lawyer judge teacher student director engineer developer tester guest member applicant tenant landlord employer
name first last full surname address phone email mail date birth number id type status order invoice ticket case
account payment total amount summary subject note notes description details title section chapter table figure
api url uri http https json xml yaml csv sql html css rest grpc tcp udp ssh tls ssl jwt oauth cpu gpu ram sdk cli ide
python java javascript typescript kotlin scala swift rust ruby perl php bash node react angular vue django flask spring
rails laravel docker kubernetes helm terraform ansible jenkins github gitlab bitbucket jira confluence slack teams zoom
kafka redis postgres postgresql mysql mongodb elasticsearch cassandra spark hadoop airflow grafana prometheus nginx apache
linux ubuntu debian fedora centos windows macos android ios chrome firefox safari edge aws azure gcp google amazon
microsoft apple facebook meta oracle ibm sap salesforce openai anthropic claude gpt gemini llama nvidia intel excel word
outlook powerpoint sharepoint onedrive gmail whatsapp linkedin twitter youtube netflix paypal visa mastercard stripe
empty vacant nachname prénom cognome apellidos achternaam voornaam imię nazwisko sobrenome
imsi msisdn iccid tekton atlassian riesling silvaner kabinett bonarda drywall hypoglykämie kreatinin quorum monies
burglary grievance dashcam aadhaar macs preis preise preises trzeba otp kyc med rer habil
councillor dipl lic dña dra hab ing sig rota assunto uren detran vitale
mon tue wed thu fri sat sun just right well sure headache headaches durante
sirs mesdames tel fax addr dob surg surname forename postcode zip ref uh um oh ah eh hmm yeah yep nope oye ja nee tja naja azubi azubis
reha schufa tage tag woche wochen monat jahr jahre uhr hund katze kiné marques marque bruto netto vakantiegeld prima dow fila
trabajador trabajadora lampe fauteuil table tables chaise pizza pasta kawa sok herbata czekolada pesée prochain prochaine heden
aguardo assina rappelez appelez ihnen
sin rev octavia fabia superb corolla fiesta clio megane passat golf astra corsa civic qashqai yaris sprinter ze jij sterke
true false null none undefined error warning info debug exception request response server database query index cache
ouch oops yikes hiya heya howdy lads buongiorno buonasera salve salut coucou bonsoir ojo vaya moin servus grüezi hoi doei państwa
państwo garda zelle venmo bizum klarna afterpay twint blik multibanco reception liaison hiring recruitment relations helpdesk
cordialement groet groeten groetjes saludos saluti abraço abraços abrazo abrazos atenciosamente atentamente cumprimentos obrigado
obrigada gracias gruß grüße mfg danke grazie ta yours respectfully cordially warmly love kisses bises bisous amitiés besos baci
tschüss pozdro dzięki dziękuję uściski salutations greetings ladies gentlemen however finally firstly secondly anyway anyways also
meanwhile unfortunately additionally furthermore therefore moreover otherwise currently recently today yesterday tomorrow
accounts payroll clabe cbu cvu sepa plaintiff
foo bar baz qux test example demo sample lorem ipsum todo fixme main master develop release feature hotfix
urząd sąd ulica warszawa kraków gdańsk berlin london paris madrid rome roma lisbon amsterdam english german french
kunde kundin kunden mitarbeiter mitarbeiterin herr frau sehr geehrter geehrte liebe lieber hallo kennzeichen telefon gentile
spettabile egregio egregia cara caro targa targata matrícula matricola kenteken polis polisnummer karta cześć hasło nią nim szanowny
szanowna pozdrawiam notatka notitie notiz geachte beste estimado estimada hola resumen expediente vive vivo nota olá exmo senhor
senhora morada madame monsieur bonjour dossier merci immatriculé patiënt paziente patiente pacjent pacjentka paciente met all everyone everybody nobody colleague colleagues folks world guys he she it they we who this that there all string
varchar integer boolean spanish italian dutch polish portuguese american british european christmas easter god jesus internet covid
kolleginnen kollegen collègues colleghi colleghe compañeros compañeras collega koledzy koleżanki colegas kantine aura aba loki
france germany spain italy poland portugal austria switzerland belgium netherlands ireland canada mexico brazil deutschland
frankreich spanien italien polen österreich allemagne espagne italie suisse belgique españa francia alemania italia germania
frankrijk duitsland polska niemcy francja frança alemanha espanha brasil
iban bic swift ssn itin ein
nino nhs nif nie dni rut rfc curp cpf cnpj cnh bsn pesel nip regon nir siret siren vat tva iva pan tin pin tan puk imei pnr gp dob
summarize summarise rewrite rephrase translate explain draft write compose prepare extract convert list check compare describe
suggest review proofread improve shorten create generate make give find fix help show tell normalize normalise validate anonymise
anonymize classify analyse analyze answer reply remind schedule calculate count format merge sort rank turn transform
schreibe schreib fasse erkläre übersetze erstelle formuliere prüfe prüfen mach mache nenne vergleiche berechne kürze
écris écrivez rédige rédigez résume résumez traduis traduisez explique expliquez vérifie vérifiez donne donnez liste compare
escribe redacta resume traduce explica prepara revisa corrige convierte compara sugiere calcula dime haz pasa
scrivi riassumi traduci spiega prepara correggi controlla crea genera confronta suggerisci calcola rispondi
schrijf maak vat vertaal leg controleer geef bereken vergelijk zet neem stel
napisz streść przetłumacz wyjaśnij sprawdź popraw przygotuj utwórz porównaj policz podaj sporządź zgłoś przelej
karta karty kartę rejestr rejestru krajowego sądowego przedsiębiorców panem panu panią zapłatę
plafond acordo convênio lessor lessee sommerfest baustein rappelez bucket
escreva escreve resuma traduza explique prepare corrija verifique crie gere compare sugira calcule redija responda transforme`.split(
    /\s+/,
  ),
)

/** Whether a name is made of nothing but such words. */
export function isNoName(name: string): boolean {
  return name
    .toLowerCase()
    .split(/[\s.'’-]+/)
    .filter((word) => word !== '')
    .every((word) => NO_NAMES.has(word))
}
