import { isGivenName } from './list-names.ts'
import type { NameSpan } from './names/decode-spans.ts'
import { isNoName } from './no-names.ts'

/** A line of a talk: `Joke: wie haalt de taart?`, `[14:02] Naledi: perfect`, `10:40 - Bia: oi`. */
const TURN =
  /(?:^|\n)[ \t>*-]{0,4}(?:\[(?![0-9 .]{3,28}\])[^\]\n]{3,28}\][ \t]{0,2}|(?:[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{2,4},? )?\(?[0-9]{1,2}[:.h][0-9]{2}(?:[:.][0-9]{2})?\)?(?: ?[AaPp][Mm])?[ \t]{0,2}(?:[-–—] ?)?)?(\p{Lu}[\p{L}\p{M}'’-]{1,20}(?: \p{Lu}[\p{L}\p{M}'’.-]{0,20}){0,2})(?: \([^()\n]{1,24}\))? ?: (?=([^\n]{1,80}))/dgu
/** Two words, rather than the value of a field. */
const SAID = /\p{L}{2,}[,;.!?…]? \p{L}/u
/** What those are called in a talk whose names are not told, and how lines of a report begin. */
const ROLE =
  /^(?:agent|advisor|adviser|assistant|ai|bot|system|user|human|customer|client|caller|callee|support|helpdesk|operator|rep|representative|speaker|interviewer|interviewee|candidate|host|guest|moderator|chair|narrator|admin|nurse|doctor|physician|dr|patient|parent|teacher|tutor|student|pupil|manager|employee|seller|buyer|driver|tenant|landlord|witness|judge|court|counsel|officer|attorney|q|a|you|me|du|ich|tú|yo|usted|tu|toi|moi|vous|io|lei|jij|ik|ty|ja|você|eu|question|answer|note|notes|task|todo|action|actions|decision|topic|summary|subject|context|example|input|output|prompt|response|result|status|warning|error|info|step|option|part|section|total|day|week|update|issue|fix|reply|from|to|cc|re|fw|fwd|kunde|kundin|berater(?:in)?|mitarbeiter(?:in)?|frage|antwort|hinweis|aufgabe|thema|betreff|anrufer(?:in)?|patient(?:in)?|conseill(?:er|ère)|cliente?|opérat(?:eur|rice)|appelant|patiente?|réponse|sujet|tâche|agente|operador[ae]?|pregunta|respuesta|asunto|tarea|nota|paciente|operat(?:ore|rice)|domanda|risposta|oggetto|compito|paziente|klant|medewerker|beller|vraag|antwoord|onderwerp|taak|klient(?:ka)?|konsultant(?:ka)?|doradca|pytanie|odpowiedź|temat|zadanie|pacjent(?:ka)?|atendente|pergunta|resposta|assunto|tarefa|utente)$/i
/** Turns of which a talk consists at least. */
const MIN_TURNS = 3

interface Turn {
  start: number
  end: number
  isSaid: boolean
}

/**
 * Who speaks in a talk of which somebody's name is known: those who speak again, and with two names known those who speak once.
 * Linear.
 */
export function namesOfSpeakers(text: string): NameSpan[] {
  const turns = new Map<string, Turn[]>()
  let count = 0
  for (const match of text.matchAll(TURN)) {
    const [, name = '', said = ''] = match
    const [start, end] = match.indices?.[1] ?? [0, 0]
    if (name.split(' ').some((word) => ROLE.test(word) || isNoName(word))) continue
    const own = turns.get(name) ?? []
    own.push({ start, end, isSaid: SAID.test(said) })
    turns.set(name, own)
    count += 1
  }
  const known = new Set([...turns.keys()].filter((name) => isGivenName(name.split(' ')[0] ?? '')))
  if (count < MIN_TURNS || turns.size < 2 || known.size === 0) return []
  return [...turns]
    .filter(([, own]) => own.some(({ isSaid }) => isSaid))
    .filter(([name, own]) => own.length > 1 || known.size > 1 || known.has(name))
    .flatMap(([, own]) => own.map(({ start, end }) => ({ start, end, entityType: 'PERSON' as const, score: 0.6 })))
}
