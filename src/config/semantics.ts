/** What a field alone cannot show. Looks at the raw file, so that it finds its faults beside those of shape. */
import type { ConfigProblem } from './config-error.ts'
import { anchorProblems } from './semantics-anchors.ts'
import { basisProblems } from './semantics-basis.ts'
import { databaseProblems } from './semantics-databases.ts'
import { bareKeyProblems } from './semantics-keys.ts'
import { moneyProblems, shareProblems } from './semantics-limits.ts'
import { peopleProblems } from './semantics-people.ts'
import { priceProblems } from './semantics-prices.ts'
import { redactionProblems } from './semantics-redaction.ts'
import { retentionProblems } from './semantics-retention.ts'
import { routingProblems } from './semantics-routing.ts'
import { webhookProblems } from './semantics-webhooks.ts'
import type { YamlSource } from './yaml-source.ts'

export function semanticProblems(source: YamlSource, hasPresidio: boolean): ConfigProblem[] {
  return [
    ...bareKeyProblems(source),
    ...routingProblems(source),
    ...moneyProblems(source),
    ...shareProblems(source),
    ...priceProblems(source),
    ...anchorProblems(source),
    ...peopleProblems(source),
    ...redactionProblems(source, hasPresidio),
    ...retentionProblems(source),
    ...basisProblems(source),
    ...databaseProblems(source),
    ...webhookProblems(source),
  ]
}
