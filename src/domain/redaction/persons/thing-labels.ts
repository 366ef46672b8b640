/** What fields and columns are called whose values are no persons, however much they look like one. Eight languages. */
const THINGS = new Set(
  `city town village place country region state county location destination origin port hotel hostel restaurant bar venue
project product products item items article model brand brands make manufacturer ship vessel vessels yacht boat ferry train
station line stop room hall server hostname service system environment cluster company firm organisation organization
vendor supplier employer insurer insurance bank branch department dept team unit division school university college hospital
clinic ward practice subject topic diagnosis condition medication medicine drug allergy allergies symptoms treatment hobby hobbies
language languages course title theme plan tariff event position status type category currency colour color font package library
hub terminal complex framework tool tools software app application campaign codename release version build branch depot warehouse store shop site
kitchen dish drink dessert starter main menu wine beer variety breed species strain street road carrier courier gym club league
stadium band album song film movie book series show game team+name event+name product+name company+name project+name file+name
stadt ort land firma unternehmen abteilung produkt artikel marke modell hersteller projekt thema betreff verwendungszweck schule
klinik krankenhaus versicherung krankenkasse bank schiff zug linie raum dienst diagnose medikament allergien gericht getränk filiale
lager lieferant spediteur spedition position sorte verein
ville pays entreprise société service produit article marque modèle fabricant projet sujet objet école hôpital clinique mutuelle
assurance banque navire train ligne salle diagnostic médicament allergies plat boisson dessert magasin entrepôt fournisseur
transporteur agence poste objet+du+message
ciudad país empresa departamento producto artículo marca modelo fabricante proyecto tema asunto escuela colegio hospital clínica
seguro banco barco tren línea sala servidor diagnóstico medicamento alergias plato bebida postre tienda almacén almacenes
proveedor transportista puesto cargo concepto
città paese azienda ditta società reparto prodotto articolo marca modello produttore progetto oggetto scuola ospedale clinica
assicurazione banca nave treno linea diagnosi farmaco allergie piatto bevanda dolce negozio magazzino fornitore corriere
causale destinazione destinazioni ambulatorio
stad plaats bedrijf afdeling product artikel merk model fabrikant project onderwerp betreft school ziekenhuis kliniek
verzekeraar zorgverzekeraar bank schip trein lijn zaal dienst diagnose medicijn medicatie allergieën gerecht drankje winkel
magazijn leverancier vervoerder functie
miasto miejscowość kraj firma dział produkt artykuł marka model producent projekt temat szkoła szpital klinika przychodnia
ubezpieczyciel bank statek pociąg linia sala usługa diagnoza lek leki alergie danie napój deser sklep magazyn dostawca przewoźnik
stanowisko
cidade país empresa departamento produto artigo marca modelo fabricante projeto projecto tema assunto escola hospital clínica
seguradora banco navio comboio trem linha sala serviço diagnóstico medicamento alergias prato bebida sobremesa loja armazém
fornecedor transportadora cargo tarifa`
    .split(/\s+/)
    .map((label) => label.replaceAll('+', ' ')),
)

/** What firms, houses and authorities begin with, and nobody is called. */
const HEADS =
  /^(?:stichting|rechtbank|autobedrijf|hausverwaltung|weinbau|weingut|sekretariat|filiale|klinik|condominio|ambulatorio|seguros|mutuelle|résidence|cinémathèque|dojo|klub|zakład|kino|browar|afisz|etykieta|convênio|vara) /i

/** How programs that log shorten the names of their classes: `c.k.MahnService`. */
const CLASS = /^(?:[a-z]\.){1,6}\p{Lu}\p{Ll}+\p{Lu}\w*$/u

/** Whether a name begins with what it is the name of, as firms and houses have it: `Stichting Beheer`, `Seguros Almenara`; or is one of code. */
export function isNameOfThing(name: string): boolean {
  return HEADS.test(name) || CLASS.test(name)
}

/** Whether a label in small letters announces something that is no person. */
export function isThingLabel(label: string): boolean {
  return THINGS.has(label)
}
