import { FORMAT_RECOGNISERS } from './format-recognisers.ts'

/** Recognised, and redacted only where a policy names them: they tell little about a person and much about the matter. */
export const UNREDACTED_ENTITIES: readonly string[] = ['DATE_TIME', 'LOCATION', 'ORGANIZATION', 'AGE', 'NRP']

/** What is redacted where a policy names no types: all that is recognised but those. */
export function isRedactedByDefault(entityType: string): boolean {
  return !UNREDACTED_ENTITIES.includes(entityType)
}

/** Every type that the recognisers of this project know, sorted. */
export const ENTITY_TYPES: readonly string[] = [
  ...new Set([...FORMAT_RECOGNISERS.flatMap((recogniser) => recogniser.entityTypes), 'PERSON', ...UNREDACTED_ENTITIES]),
].sort()
