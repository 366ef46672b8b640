import { isNoName } from './no-names.ts'

/** Who sues whom in the lists of a court: `Kowalewicz v Home Office`, `Featherby & Featherby -v- Loxdale`. */
const SUES =
  /(?<![\p{L}\p{N}'’-])(\p{Lu}[\p{L}'’-]{2,24})(?: & (\p{Lu}[\p{L}'’-]{2,24}))?(?= -?v\.?-? (?:the )?\p{Lu})/dgu
const OF_COURT =
  /(?<!\p{L})(?:court|tribunal|hearing|claimant|defendant|appellant|solicitors?|barrister|counsel|home office|judge|directions|listing)(?!\p{L})/iu

const PARTY =
  /^(?:Ltd|Limited|LLP|PLC|Inc|Corp|Company|GmbH|Union|Bank|Council|Trust|Authority|Ministry|Minister|Department|Secretary|Commission|Commissioner|Board|University|Hospital|Government|Federation|Association|Society|Club|Group|Claimant|Respondent|Defendant|Plaintiff|Appellant|Applicant|Petitioner|Prosecutor|Regina|Rex|Crown|State|People|Commonwealth)s?$/
const isNobody = (name: string): boolean => PARTY.test(name) || isNoName(name)

/** Families that go to law, where a text is of a court: those who sue. Linear. */
export function namesInCourt(text: string): [start: number, end: number][] {
  if (!/ -?v\.?-? /.test(text) || !OF_COURT.test(text)) return []
  return Array.from(text.matchAll(SUES), ({ indices }) => indices?.slice(1) ?? [])
    .flat()
    .filter((place): place is [number, number] => place !== undefined)
    .filter(([start, end]) => !isNobody(text.slice(start, end)) && !isCited(text, start, end))
}

/** A case that a court decided long ago, and that stands for what it said: `Pepper v Hart`, `Ward v Tesco [1976]`. */
function isCited(text: string, start: number, end: number): boolean {
  return (
    /(?:\b(?:rule|principle|test|decision|held) in|\b[Cc]f\.|\b[Ss]ee|\b[Pp]er|\b[Ff]ollowing|\[[0-9]{4}\] [A-Z]{2,8} [0-9]{1,5}[,:]?) $/.test(
      text.slice(Math.max(0, start - 28), start),
    ) || /^[^\n]{4,60}?[ (]?[[(][0-9]{4}/.test(text.slice(end, end + 80))
  )
}
