import { cost } from './kinds/cost.ts'
import { disclosures } from './kinds/disclosures.ts'
import { erasures } from './kinds/erasures.ts'
import { hintsPlan } from './kinds/hints.ts'
import { hipaa } from './kinds/hipaa.ts'
import { piiInteractions } from './kinds/pii-interactions.ts'
import { residency } from './kinds/residency.ts'
import { soc2 } from './kinds/soc2.ts'
import type { ReportPlan } from './plan.ts'
import type { ReportKind } from './types.ts'

export const REPORT_PLANS: Readonly<Record<ReportKind, ReportPlan>> = {
  soc2,
  'pii-interactions': piiInteractions,
  cost,
  disclosures,
  erasures,
  residency,
  hipaa,
  hints: hintsPlan,
}
