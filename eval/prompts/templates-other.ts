/** The same in other languages, by ISO 639-1. The rule about odd indexes holds in each list. */
export const OTHERS: Readonly<Record<string, readonly string[]>> = {
  de: [
    `Sehr geehrter Herr {{A.last}},

vielen Dank für Ihr Schreiben. Wir haben Ihre neue Anschrift {{address}} vermerkt und rufen Sie unter {{phone}} an.

Mit freundlichen Grüßen
{{B.full}}`,
    `Personalakte: {{A.full}}, geboren am {{birth}}, wohnhaft {{address}}, Steuer-ID {{national}}, IBAN {{iban}}. Vorgesetzte ist {{B.full}}. Bitte erstelle ein Zwischenzeugnis.`,
    `Ticket {{order}}: Kundin {{A.full}} ({{A.email}}) meldet, dass der Techniker {{B.full}} nicht erschienen ist. Rückruf: {{phone}}. Adresse: {{address}}`,
    `Bitte fasse zusammen: {{A.first}} hat mit {{B.first}} und {{C.full}} gesprochen. Das Kennzeichen des Wagens ist {{plate}}, die Versicherungsnummer {{policy}}. Geburtsdatum von Herrn {{C.last}}: {{birth}}.`,
    `Vorname: {{A.first}}
Nachname: {{A.last}}
Geburtsdatum: {{birth}}
Straße und Ort: {{address}}
Telefon: {{phone}}
Kontonummer: {{account}}`,
    `Hallo {{A.first}}, kannst du {{B.full}} bitte das Passwort {{password}} für den Server schicken? Er wohnt jetzt in der {{address}}. Handy {{phone}}. LG {{C.first}}`,
  ],
  fr: [
    `Madame {{A.last}},

Nous avons bien reçu votre courrier. Votre nouvelle adresse, {{address}}, est enregistrée. Vous pouvez nous joindre au {{phone}}.

Cordialement,
{{B.full}}`,
    `Dossier RH : {{A.full}}, née le {{birth}}, domiciliée {{address}}, numéro de sécurité sociale {{national}}, IBAN {{iban}}. Son responsable est {{B.full}}.`,
    `Compte rendu : {{A.first}} a appelé {{B.full}} ({{B.email}}) au {{phone}} au sujet du véhicule immatriculé {{plate}}. {{C.full}} doit envoyer le contrat à {{address}}.`,
    `Nom : {{A.last}}
Prénom : {{A.first}}
Date de naissance : {{birth}}
Adresse : {{address}}
Téléphone : {{phone}}
Numéro de contrat d'assurance : {{policy}}`,
    `Bonjour {{A.first}}, peux-tu rappeler {{B.full}} au {{phone}} ? Le mot de passe est {{password}}. Merci, {{C.first}}`,
    `Le patient {{A.full}}, né le {{birth}}, habite {{address}}. Sa sœur {{B.full}} est joignable au {{phone}}. Médecin traitant : Dr {{C.last}}.`,
  ],
  es: [
    `Estimado señor {{A.last}}:

Hemos actualizado su dirección a {{address}}. Le llamaremos al {{phone}}.

Saludos cordiales,
{{B.full}}`,
    `Expediente: {{A.full}}, nacido el {{birth}}, con DNI {{national}}, domicilio en {{address}}, IBAN {{iban}}. Su jefa es {{B.full}}.`,
    `Resumen de la llamada: {{A.full}} ({{A.email}}) pide que {{B.first}} le devuelva la llamada al {{phone}}. La matrícula del coche es {{plate}} y la póliza {{policy}}.`,
    `Nombre: {{A.first}}
Apellidos: {{A.last}}
Fecha de nacimiento: {{birth}}
Dirección: {{address}}
Teléfono: {{phone}}`,
    `Hola {{A.first}}, ¿puedes mandarle a {{B.full}} la contraseña {{password}}? Vive en {{address}}. Un saludo, {{C.first}}`,
    `La paciente {{A.full}}, nacida el {{birth}}, vive en {{address}} con su hermano {{B.first}}. Médico: Dra. {{C.last}}. Tel. {{phone}}`,
  ],
  it: [
    `Gentile signora {{A.last}},

abbiamo registrato il nuovo indirizzo: {{address}}. La chiameremo al {{phone}}.

Cordiali saluti,
{{B.full}}`,
    `Scheda dipendente: {{A.full}}, nata il {{birth}}, codice fiscale {{national}}, residente in {{address}}, IBAN {{iban}}. Responsabile: {{B.full}}.`,
    `Nota: {{A.full}} ({{A.email}}) ha chiesto a {{B.first}} di richiamare il {{phone}}. Auto targata {{plate}}, polizza {{policy}}.`,
    `Nome: {{A.first}}
Cognome: {{A.last}}
Data di nascita: {{birth}}
Indirizzo: {{address}}
Telefono: {{phone}}`,
    `Ciao {{A.first}}, la password del server è {{password}}. Passa da {{B.full}}, abita in {{address}}. A presto, {{C.first}}`,
    `Il paziente {{A.full}}, nato il {{birth}}, vive in {{address}}. La moglie {{B.first}} risponde al {{phone}}. Medico: Dott. {{C.last}}.`,
  ],
  nl: [
    `Geachte heer {{A.last}},

Uw nieuwe adres is {{address}}. Wij bellen u op {{phone}}.

Met vriendelijke groet,
{{B.full}}`,
    `Personeelsdossier: {{A.full}}, geboren op {{birth}}, BSN {{national}}, wonende te {{address}}, IBAN {{iban}}. Leidinggevende: {{B.full}}.`,
    `Notitie: {{A.full}} ({{A.email}}) wil dat {{B.first}} terugbelt op {{phone}}. Kenteken {{plate}}, polisnummer {{policy}}.`,
    `Voornaam: {{A.first}}
Achternaam: {{A.last}}
Geboortedatum: {{birth}}
Adres: {{address}}
Telefoon: {{phone}}`,
    `Hoi {{A.first}}, het wachtwoord is {{password}}. {{B.full}} woont op {{address}}. Groeten, {{C.first}}`,
    `Patiënt {{A.full}}, geboren {{birth}}, woont bij zijn zus {{B.first}} op {{address}}. Huisarts: dr. {{C.last}}. Tel: {{phone}}`,
  ],
  pl: [
    `Szanowny Panie,

zapisaliśmy nowy adres: {{address}}. Zadzwonimy pod numer {{phone}}.

Pozdrawiam
{{B.full}}`,
    `Akta osobowe: {{A.full}}, ur. {{birth}}, PESEL {{national}}, zam. {{address}}, IBAN {{iban}}. Przełożona: {{B.full}}.`,
    `Notatka: {{A.full}} ({{A.email}}) prosi o telefon: {{phone}}. Numer rejestracyjny {{plate}}, polisa {{policy}}. Rozmawiał z nią {{B.full}}.`,
    `Imię: {{A.first}}
Nazwisko: {{A.last}}
Data urodzenia: {{birth}}
Adres: {{address}}
Telefon: {{phone}}`,
    `Cześć, hasło to {{password}}. {{B.full}} mieszka przy {{address}}. Zadzwoń: {{phone}}. {{C.first}}`,
    `Pacjent {{A.full}}, ur. {{birth}}, mieszka pod adresem {{address}}. Lekarz: dr {{C.full}}. Tel. {{phone}}`,
  ],
  pt: [
    `Exmo. Senhor {{A.last}},

registámos a nova morada: {{address}}. Ligaremos para o {{phone}}.

Atenciosamente,
{{B.full}}`,
    `Ficha: {{A.full}}, nascido a {{birth}}, NIF {{national}}, residente em {{address}}, IBAN {{iban}}. Chefe: {{B.full}}.`,
    `Nota: {{A.full}} ({{A.email}}) pediu que a {{B.first}} ligasse para {{phone}}. Matrícula {{plate}}, apólice {{policy}}.`,
    `Nome: {{A.first}}
Apelido: {{A.last}}
Data de nascimento: {{birth}}
Morada: {{address}}
Telefone: {{phone}}`,
    `Olá {{A.first}}, a senha é {{password}}. O {{B.full}} mora na {{address}}. Abraço, {{C.first}}`,
    `A paciente {{A.full}}, nascida a {{birth}}, vive em {{address}} com a irmã {{B.first}}. Médico: Dr. {{C.last}}. Tel. {{phone}}`,
  ],
}
