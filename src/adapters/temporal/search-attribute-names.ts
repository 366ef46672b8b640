/** Search attributes of a request's workflow, all of type Keyword, set at its start and never upserted. */
export const searchAttributeNames = {
  tenant: 'PalimpsestTenant',
  tool: 'PalimpsestTool',
  route: 'PalimpsestRoute',
} as const
