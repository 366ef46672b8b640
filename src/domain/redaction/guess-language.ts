/** Units of a text that are looked at. */
const LOOKED_AT = 4_000
const ENGLISH =
  /(?<!\p{L})(?:the|and|of|to|is|are|was|with|for|that|this|you|your|from|have|has|not|please|my|we)(?!\p{L})/giu
const GERMAN =
  /(?<!\p{L})(?:und|der|die|das|den|dem|ist|nicht|mit|für|von|zu|im|ein|eine|einen|auf|auch|sich|wir|ich|sie|bitte|wird|wurde|bei)(?!\p{L})/giu
const OTHERS =
  /(?<!\p{L})(?:le|la|les|des|du|est|et|une|dans|pour|avec|pas|vous|nous|que|qui|el|los|las|es|y|una|por|para|con|del|il|lo|gli|di|che|è|un|per|non|sono|della|het|een|van|en|niet|ik|zijn|voor|met|op|dat|aan|nie|się|jest|na|do|że|dla|oraz|od|proszę|em|não|uma|os|as|ao|da|seu|você)(?!\p{L})/giu
const POLISH = /[ąćęłńśźż]/i

/** Whether most small words are those of another language than English, of which the name model has seen less. */
export function isForeignText(text: string): boolean {
  const start = text.slice(0, LOOKED_AT)
  return POLISH.test(start) || count(start, GERMAN) + count(start, OTHERS) > 2 * count(start, ENGLISH)
}

/** Whether it is German, where every noun has a capital. */
export function isGermanText(text: string): boolean {
  const start = text.slice(0, LOOKED_AT)
  const german = count(start, GERMAN)
  return german > 2 && german > count(start, ENGLISH) && german > count(start, OTHERS)
}

function count(text: string, words: RegExp): number {
  return text.match(words)?.length ?? 0
}
