/** The columns of the well-known audit table, in its order, with its types; `prompt_preview` comes behind them. */
export const COLUMNS: readonly (readonly [name: string, type: string])[] = [
  ['id', 'uuid'],
  ['event_timestamp', 'timestamp with time zone'],
  ['tenant_id', 'character varying(255)'],
  ['user_id', 'character varying(255)'],
  ['session_id', 'character varying(255)'],
  ['provider', 'character varying(50)'],
  ['model', 'character varying(100)'],
  ['prompt_hash', 'bytea'],
  ['prompt_tokens', 'integer'],
  ['response_tokens', 'integer'],
  ['total_cost', 'numeric(10,6)'],
  ['tool_name', 'character varying(255)'],
  ['feature_name', 'character varying(255)'],
  ['has_pii_detected', 'boolean'],
  ['pii_redacted_before_llm', 'boolean'],
  ['gdpr_pseudonymized_user_key', 'character varying(255)'],
  ['hipaa_compliant_route', 'boolean'],
  ['response_hash', 'bytea'],
  ['response_preview', 'text'],
  ['full_prompt_text', 'text'],
  ['full_response_text', 'text'],
  ['request_id', 'character varying(255)'],
  ['status_code', 'integer'],
  ['latency_ms', 'integer'],
  ['prompt_preview', 'text'],
]

/** NOT NULL in the table. */
export const REQUIRED = [
  'id',
  'event_timestamp',
  'tenant_id',
  'provider',
  'model',
  'prompt_hash',
  'prompt_tokens',
  'response_tokens',
  'total_cost',
  'tool_name',
  'response_hash',
]

export interface Period {
  tenantId: string
  from: string
  to: string
}

/** The auditor's statements, letter by letter but for what stands in braces there. */
export const STATEMENTS = {
  costOfTool: () =>
    `SELECT SUM(total_cost) FROM llm_interaction_audit WHERE tool_name = 'contract_review' AND event_timestamp > '2024-04-01';`,
  soc2Report: ({ tenantId, from, to }: Period) => `
SELECT
DATE(event_timestamp) as day,
tool_name,
user_id,
model,
SUM(prompt_tokens + response_tokens) as total_tokens,
SUM(total_cost) as daily_cost,
COUNT(*) as interaction_count
FROM llm_interaction_audit
WHERE tenant_id = '${tenantId}'
AND event_timestamp BETWEEN '${from}' AND '${to}'
AND has_pii_detected = FALSE -- Demonstrate PII controls are working
GROUP BY DATE(event_timestamp), tool_name, user_id, model
ORDER BY day DESC;
`,
  piiInteractions: ({ tenantId }: Period) => `
SELECT event_timestamp, user_id, tool_name, prompt_preview
FROM llm_interaction_audit
WHERE tenant_id = '${tenantId}'
AND has_pii_detected = TRUE
ORDER BY event_timestamp DESC
LIMIT 100;
`,
  olderThan: ({ from }: Period) => `SELECT * FROM llm_interaction_audit WHERE event_timestamp < '${from}'`,
}
