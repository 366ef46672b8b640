/**
 * What fields, columns and lists of persons are called, and what persons are called before their names, in eight
 * languages. Words in small letters; several words with `+` between them.
 */

/** Nobody but a person is called so: any word with a capital behind it is a name. */
const PERSONS = `
attendee attendees participant participants present apologies absent absentees invitee invitees guest guests visitor visitors
passenger passengers driver drivers co-driver nurse midwife physician surgeon therapist psychologist counsellor
counselor caregiver carer guardian parent parents mother father spouse husband wife child children kid kids son sons daughter
daughters brother sister sibling siblings grandmother grandfather grandson granddaughter uncle aunt nephew niece cousin widow
widower fiancé fiancée stepson stepdaughter stepmother stepfather godson godmother godfather neighbour neighbor roommate flatmate
applicant candidate interviewer interviewee referee witness witnesses plaintiff claimant defendant respondent petitioner
appellant deponent deceased executor executrix insured policyholder student pupil teacher tutor coach trainee apprentice intern
employee colleague coworker co-worker supervisor foreman foreperson signatory cardholder payee bearer chair chairman chairwoman
chairperson secretary treasurer minute-taker notetaker moderator instructor lecturer professor alderman councillor councilmember
councilman councilwoman senator congressman congresswoman mayor sergeant constable detective inspector corporal lieutenant
colonel captain pilot steward stewardess purser bosun skipper volunteer janitor caretaker receptionist paralegal solicitor
barrister attorney lawyer notary judge magistrate pastor reverend rabbi imam pastor deacon babysitter nanny au-pair
boss dtr hubby mum mom mummy mommy dad daddy gran grandma granny grandad grandpa stepdad stepmum stepmom auntie carers
mother-in-law father-in-law sister-in-law brother-in-law son-in-law daughter-in-law foster-carer foster-mother
childminder housemate bunkmate classmate teammate workmate lodger subtenant sublessee cotenant co-tenant co-signer cosigner guarantor
surety custodian godparent grandparent grandchild sitter dogsitter housekeeper cleaner gardener plumber electrician 
handyman locksmith hairdresser barber dentist orthodontist optician paediatrician pediatrician physiotherapist dietitian
dietician podiatrist chiropractor radiologist cardiologist oncologist anaesthetist anesthesiologist neurologist dermatologist
psychiatrist gynaecologist gynecologist urologist resident+physician paramedic pharmacist phlebotomist sonographer
lecturer headteacher headmaster headmistress vice-principal invigilator docent alumnus alumna valedictorian
 lieutenant firefighter bailiff sheriff coroner councillor
bookkeeper accountant actuary adjuster lettings+agent letting+agent caseworker
case+worker social+worker key+worker care+worker support+worker care+coordinator scrum+master tech+lead bridesmaid
maiden+surname last+name+first forename+s known+name chosen+name deadname stage+name pen+name call+sign
lastname firstname middlename fullname givenname familyname fname lname
attending attending+physician referring+physician ordering+provider consultant+physician operating+surgeon scrub+nurse
spouse+name mother's+name father's+name mother's+maiden+name guardian+name parent+name nominee assignor grantor grantee testator
bride groom bridesmaid newborn patient patients caller callers sufferer victim suspect accused bystander informant officer
next+of+kin emergency+contact contact+person contact+name line+manager account+holder named+driver point+of+contact
signed+by prepared+by approved+by checked+by reviewed+by submitted+by created+by written+by reported+by handled+by taken+by
assigned+to referred+by recommended+by seen+by completed+by authorised+by authorized+by witnessed+by interviewed+by requested+by
preferred+name maiden+name birth+name middle+name other+names former+name known+as full+name first+name last+name given+name
given+names family+name legal+name display+name name+on+card name+of+patient name+of+insured patient+name customer+name client+name
guest+name employee+name tenant+name student+name contact+name agent+name driver+name holder+name user+name+full surname forename
forenames nickname
anwesend anwesende abwesend abwesende entschuldigt teilnehmer teilnehmerin teilnehmerinnen teilnehmende ansprechpartner
ansprechpartnerin ansprechperson kontaktperson notfallkontakt kundin kunde patientin patient mieter mieterin vermieter vermieterin
untermieter fahrer fahrerin beifahrer sachbearbeiter sachbearbeiterin betreuer betreuerin mitarbeiter mitarbeiterin bearbeiter
bearbeiterin absender absenderin empfänger empfängerin besteller bestellerin inhaber inhaberin kontoinhaber kontoinhaberin
karteninhaber versicherter versicherte versicherungsnehmer versicherungsnehmerin antragsteller antragstellerin bewerber bewerberin
kläger klägerin beklagter beklagte zeuge zeugin zeugen notar notarin arzt ärztin hausarzt hausärztin oberarzt oberärztin
stationsarzt pfleger pflegerin krankenschwester hebamme angehörige angehöriger ehemann ehefrau ehepartner ehegatte ehegattin
lebensgefährte lebensgefährtin sohn tochter mutter vater bruder schwester oma opa onkel tante neffe nichte enkel enkelin vormund
schüler schülerin lehrer lehrerin klassenlehrer klassenlehrerin gast gäste vorgesetzter vorgesetzte stellvertreter
stellvertreterin verfasser verfasserin trainerin praktikant praktikantin azubi auszubildende auszubildender kollege kollegin
kollegen chef chefin hausmeister hausmeisterin schwager schwägerin schwiegermutter schwiegervater schwiegersohn schwiegertochter großmutter großvater mama papa cousine patentante
patenonkel lebenspartner lebenspartnerin mitbewohner mitbewohnerin zimmergenosse klassenkamerad trauzeuge trauzeugin bürge bürgin
hausverwalter hausverwalterin handwerker monteur monteurin elektriker elektrikerin installateur gärtner gärtnerin putzfrau zahnarzt
zahnärztin kinderarzt kinderärztin frauenarzt frauenärztin physiotherapeut physiotherapeutin therapeutin erzieher erzieherin
tagesmutter sozialarbeiter sozialarbeiterin pflegekraft bezugspflegerin wundexpertin facharzt fachärztin assistenzarzt
assistenzärztin chefarzt chefärztin anästhesist schiedsrichter feuerwehrmann polizist polizistin kommissar kommissarin
steuerberater steuerberaterin buchhalter buchhalterin personalerin gutachter gutachterin verwalter verwalterin disponent
disponentin lkw-fahrer busfahrer busfahrerin kurierfahrer unfallgegner geschädigter geschädigte anzeigender beschuldigter
beschuldigte verletzter verletzte verstorbene verstorbener erblasser erblasserin
nachbar nachbarin bewohner bewohnerin halter halterin eigentümer eigentümerin
käufer käuferin verkäufer verkäuferin geburtsname rufname mädchenname spitzname familienname vorname nachname zuname witwe witwer
protokollführer protokollführerin anwalt anwältin rechtsanwalt rechtsanwältin richter richterin schöffe pfarrer pfarrerin
présents présent présente absents excusés excusée locataire bailleur conducteur conductrice assuré assurée titulaire bénéficiaire
demandeur demanderesse défendeur défenderesse requérant requérante candidat candidate salarié salariée employé employée
collaborateur collaboratrice collègue médecin infirmier infirmière docteur élève enfant enfants mère père conjoint conjointe époux
épouse mari fils fille frère sœur soeur oncle tante neveu nièce cousin cousine tuteur tutrice témoin témoins notaire avocat avocate
destinataire expéditeur expéditrice signataire rédacteur rédactrice interlocuteur interlocutrice voisin voisine invité invitée
invités passager passagère voyageur adhérent adhérente stagiaire institutrice instituteur maîtresse veuve veuf gardien gardienne
maman papa mamie papi papy belle-mère beau-père beau-frère belle-sœur gendre bru grand-mère grand-père petit-fils petite-fille
parrain marraine compagnon compagne colocataire camarade plombier électricien jardinier serrurier dentiste pédiatre kiné
kinésithérapeute orthophoniste sage-femme aide-soignante aide-soignant assistante+sociale assistant+social éducateur éducatrice
nounou nourrice chauffeur chauffeuse livreur livreuse comptable huissier huissière greffier greffière juge  
 maître+d'œuvre défunt défunte victime plaignant plaignante prévenu prévenue ayant+droit
 proviseur surveillant surveillante associé associée
concierge patronne prénom prénoms surnom personne+à+prévenir personne+à+contacter médecin+traitant nom+de+naissance
nom+de+jeune+fille nom+d'usage nom+de+famille nom+complet
asistentes ausentes inquilino inquilina arrendador arrendadora arrendatario arrendataria conductor conductora asegurado asegurada
solicitante demandante demandado demandada candidato candidata empleado empleada trabajador trabajadora médico médica enfermero
enfermera doctora doctor alumno alumna hijo hija hijos madre padre cónyuge esposo esposa marido mujer hermano hermana tío tía
sobrino sobrina primo prima abuelo abuela tutor tutora testigo testigos notario notaria abogado abogada remitente destinatario
destinataria comprador compradora vendedor vendedora firmante vecino vecina invitado invitada pasajero pasajera compañero
compañera jefe jefa mamá papá suegra suegro yerno nuera cuñado cuñada nieto nieta bisabuela padrino madrina ahijado ahijada compadre comadre chofer chófer
conserje fontanero fontanera plomero electricista jardinero cerrajero dentista pediatra fisioterapeuta matrona niñera
cuidador cuidadora canguro repartidor repartidora juez jueza 
procurador procuradora letrado letrada denunciante denunciado denunciada lesionado lesionada fallecido fallecida avalista
fiador fiadora director tutora+legal supervisor encargado encargada apellido apellidos nombres
primer+apellido segundo+apellido apellido+paterno apellido+materno nombre+y+apellidos
viudo viuda novio novia portero portera becario becaria profesor profesora maestro maestra apodo
persona+de+contacto contacto+de+emergencia apellido+de+soltera nombre+completo
presenti assenti giustificati inquilina conducente assicurato assicurata intestatario intestataria richiedente candidata
dipendente lavoratore lavoratrice infermiere infermiera dottore dottoressa alunno alunna studente studentessa figlio figlia figli
padre coniuge moglie fratello sorella zio zia nipote cugino cugina nonno nonna tutore testimone testimoni notaio avvocato avvocatessa
mittente acquirente venditore venditrice firmatario firmataria vicina ospite ospiti passeggero passeggera collega capo fidanzato
fidanzata vedova vedovo maestra maestro professoressa professore segretaria segretario portiere geometra ragioniere delegato
mamma papà suocera suocero nuora cognato cognata nipotina nipotino padrino madrina compagno compagna convivente autista
camionista idraulico elettricista giardiniere fabbro dentista pediatra fisioterapista ostetrica babysitter 
commercialista giudice notaia ragioniera vicepreside preside dirigente direttrice titolare+del+conto
denunciante querelante imputato imputata deceduto deceduta garante fideiussore amministratore+di+condominio cognome cognomi
nome+e+cognome cognome+e+nome caporeparto caposala capoturno infermiere+di+turno medico+di+turno
delegata delegante paziente medico+curante nome+completo cognome+da+nubile
aanwezig aanwezigen afwezig afwezigen huurder verhuurder bestuurder verzekerde verzekeringnemer rekeninghouder kaarthouder
begunstigde aanvrager aanvraagster eiser gedaagde kandidaat sollicitant medewerker medewerkster werknemer werkneemster
leidinggevende contactpersoon arts huisarts behandelaar verpleegkundige dokter leerling kinderen moeder vader echtgenoot
echtgenote zoon dochter broer zus oom tante neef nicht opa oma voogd getuige getuigen notaris advocaat advocate ontvanger afzender
koper verkoper ondertekenaar buurman buurvrouw buurjongen buurmeisje gast gasten passagier notulist voorzitter melder collega baas
mama papa schoonmoeder schoonvader schoonzus schoonzoon schoondochter zwager kleinzoon kleindochter grootmoeder grootvader peetoom
partner+van huisgenoot huisgenote kamergenoot loodgieter elektricien tuinman slotenmaker tandarts kinderarts fysiotherapeut
verloskundige wijkverpleegkundige mantelzorger oppas chauffeur bezorger boekhouder accountante deurwaarder rechter
officier slachtoffer verdachte overledene erflater leerkracht zorgcoördinator zorgco
clb-medewerker gezinscoach maatschappelijk+werker maatschappelijk+werkster casemanager bewindvoerder verzorgende
weduwe weduwnaar juf meester docent docente stagiair stagiaire geboortenaam meisjesnaam roepnaam bijnaam voornaam achternaam
patiënt cliënt cliënte
obecni nieobecni obecny obecna klientka pacjentka pacjent najemca wynajmujący kierowca ubezpieczony ubezpieczona wnioskodawca
wnioskodawczyni powód powódka pozwany pozwana kandydat kandydatka pracownik pracownica kierownik kierowniczka przełożony przełożona
lekarz lekarka pielęgniarka pielęgniarz doktor uczeń uczennica studentka dziecko dzieci matka ojciec mąż żona małżonek małżonka syn
córka brat siostra wujek ciocia babcia dziadek wnuk wnuczek wnuczka kuzyn kuzynka opiekun opiekunka świadek świadkowie notariusz
adwokat odbiorca nadawca kupujący sprzedający podpisany podpisana sąsiad sąsiadka gość goście pasażer pasażerka zgłaszający
zgłaszająca przewodniczący przewodnicząca protokolant protokolantka dyrektor dyrektorka szef szefowa kolega koleżanka wdowa wdowiec
mama teściowa teść zięć synowa szwagier szwagierka wnuczek narzeczony narzeczona partnerka współlokator współlokatorka
hydraulik elektryk ogrodnik ślusarz dentysta dentystka pediatra fizjoterapeuta fizjoterapeutka położna niania  
doręczyciel listonosz radca sędzia prokurator komornik biegły poszkodowany poszkodowana pokrzywdzony pokrzywdzona
oskarżony oskarżona zmarły zmarła spadkodawca poręczyciel poręczycielka wychowawczyni wychowawca pedagog dyspozytor dyspozytorka
brygadzista kierowca+zmiennik magazynier magazynierka nazwisko imię imiona drugie+imię
nauczyciel nauczycielka księgowa sekretarka osoba+kontaktowa nazwisko+panieńskie imię+matki imię+ojca imiona+rodziców
imię+i+nazwisko nazwisko+i+imię
presentes arrendatário arrendatária locatário locatária senhorio senhoria condutor condutora segurado segurada favorecido
favorecida requerente réu funcionário funcionária colaborador colaboradora empregado empregada enfermeiro enfermeira doutor doutora
médica aluno aluna filho filha filhos mãe pai cônjuge marido mulher irmão irmã tio tia sobrinho sobrinha primo avô avó testemunha
testemunhas notário advogado advogada remetente destinatário destinatária comprador compradora vendedor vendedora signatário
vizinho vizinha convidado convidada hóspede passageiro passageira colega chefe professora diretor diretora secretário secretária
mamã papá mamãe papai sogra sogro genro nora cunhado cunhada neto neta padrinho madrinha afilhado afilhada companheiro companheira
motorista camionista canalizador encanador eletricista jardineiro serralheiro dentista pediatra fisioterapeuta parteira
cuidador cuidadora entregador entregadora contabilista juiz juíza escrivão solicitador
solicitadora ofendido ofendida arguido arguida falecido falecida fiador fiadora avalista diretor+de+turma encarregado
encarregada encarregado+de+educação apelido sobrenome nome+próprio primeiro+nome último+nome
viúvo viúva namorado namorada noivo noiva porteiro estagiário estagiária cabo sargento vereador vereadora síndico síndica
pessoa+de+contacto pessoa+de+contato nome+completo nome+de+solteira nome+do+pai nome+da+mãe alcunha médico`

/** So are firms, machines and services as well: a name behind it is one by itself. */
const PARTIES = `
contact contacts customer client tenant landlord landlady lessor lessee buyer seller purchaser owner owners assignee reporter author
authors reviewer approver requester requestor operator agent representative rep advisor adviser consultant engineer technician
member members holder beneficiary payer sender recipient consignee consignor shipper addressee attn host organiser organizer
speaker manager lead team+lead backup deputy escort accompanying companion user resident occupant occupier donor sponsor trustee
administrator director partner reference references from to cc bcc signed name doctor gp dr attending kin crew staff
von an kopie kontakt auftraggeber leiter leiterin leitung protokoll moderation vertretung vertreter vertreterin autor autorin
referent mitglied mitglieder vertragspartner schuldner gläubiger begünstigter begünstigte gez
client cliente responsable contact propriétaire acheteur acheteuse vendeur vendeuse auteur référent référente de à rédigé+par
interlocuteur formateur animateur intervenant nom
contacto titular beneficiario beneficiaria propietario propietaria autor autora socio socia para nombre alias
referente contatto proprietario proprietaria locatore locatario conduttore beneficiario autore socio responsabile nome per
klant contact eigenaar auteur lid leden referentie referent van aan naam deelnemer deelnemers
klient właściciel właścicielka posiadacz beneficjent kontakt autor autorka członek członkowie od do prowadzący prowadząca
utente proprietário proprietária beneficiário beneficiária autor contato responsável gestor gestora membro membros sócio sócia`

const KNOWN = new Map<string, 'person' | 'party'>()
for (const label of PARTIES.trim().split(/\s+/)) KNOWN.set(label.replaceAll('+', ' '), 'party')
for (const label of PERSONS.trim().split(/\s+/)) KNOWN.set(label.replaceAll('+', ' '), 'person')

/** Whether a label in small letters announces a person, or one of those who may be a person. */
export function personLabel(label: string): 'person' | 'party' | null {
  return KNOWN.get(label) ?? null
}
