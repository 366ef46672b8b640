import type { RetentionPolicy } from '../domain/retention/retention-class.ts'
import type { Residency, RouteTarget } from '../domain/routing/types.ts'
import type { RedactionPolicy } from './types.ts'

/** A file adds regions to these or says otherwise for one of them. */
export const defaultResidency: Residency = { eu: ['ollama-local'], us: 'any' }

/** Where data of a region goes when what was asked for may not receive it. */
export const defaultRegionDefaults: Readonly<Record<string, RouteTarget>> = {
  eu: { provider: 'ollama-local', model: 'llama3.1:8b' },
}

/** Seven years. */
export const defaultAnchorRetentionDays = 2557

export const defaultRetention: RetentionPolicy = { hotDays: 60, coldAfterDays: 90, deleteAfterDays: 365 }

/** A year's report can be handed in again when the next one is due. */
export const defaultReportPackDays = 400

export const defaultRedaction: RedactionPolicy = {
  entities: null,
  thresholds: {},
  allowUnscannable: [],
  onFailure: 'refuse',
}

/** What lies there can be read at once: a report of twelve months does not wait for a restore. */
export const defaultStorageClass = 'GLACIER_IR'
