/** The gateway's environment variables: one table for the reader, the documentation and the tests. */
export interface EnvironmentVariable {
  name: string
  /** The value used where it is not set, or what happens then. */
  default: string
  meaning: string
  /** Never logged, never in an error. */
  secret: boolean
}

function variable(name: string, fallback: string, meaning: string): EnvironmentVariable {
  return { name, default: fallback, meaning, secret: false }
}

function secret(name: string, fallback: string, meaning: string): EnvironmentVariable {
  return { name, default: fallback, meaning, secret: true }
}

export const environmentVariables: readonly EnvironmentVariable[] = [
  variable('NODE_ENV', 'development', '`production` refuses what only development may do'),
  variable('PORT', '8080', 'port of the API; 0 picks a free one'),
  variable('HOST', '127.0.0.1', 'address the API listens on'),
  variable('PALIMPSEST_HOME', './.palimpsest', 'folder of everything the embedded stack keeps'),
  variable('PALIMPSEST_CONFIG', 'a development tenant', 'the YAML file with tenants, keys, tools and routes'),
  variable(
    'PALIMPSEST_DEPLOYMENT',
    'palimpsest.local',
    "first part of every log's origin: a host name with an optional path",
  ),
  variable('PALIMPSEST_ACCEPT', 'nothing', 'what a production start is told to accept, separated by commas'),
  variable('PALIMPSEST_LOG_LEVEL', 'info', '`fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`'),
  secret('DATABASE_URL', 'embedded PostgreSQL', "the application's own login"),
  secret('DATABASE_ADMIN_URL', 'DATABASE_URL', 'a login that may create roles and schema; migrations run with it'),
  secret('KEYSTORE_DATABASE_URL', 'embedded PostgreSQL', 'the database of the wrapped keys, kept apart'),
  secret('KEYSTORE_ADMIN_URL', 'KEYSTORE_DATABASE_URL', "a login that may create the keystore's roles and schema"),
  variable('TEMPORAL_ADDRESS', 'embedded dev server', 'host:port of the Temporal frontend'),
  variable('TEMPORAL_NAMESPACE', 'default', 'namespace of the workflows'),
  variable(
    'TEMPORAL_TLS_CA',
    "the system's",
    'file with the certificate authority of the Temporal server; turns TLS on',
  ),
  variable('TEMPORAL_TLS_CERT', 'none', 'file with the client certificate'),
  variable('TEMPORAL_TLS_KEY', 'none', "file with the client certificate's key"),
  variable('TEMPORAL_TLS_SERVER_NAME', 'from the address', 'name the server certificate must carry; turns TLS on'),
  secret('TEMPORAL_API_KEY', 'none', 'API key of Temporal Cloud; turns TLS on'),
  secret('REDIS_URL', 'buckets in memory', 'Redis or Valkey for rate limits'),
  variable('S3_ENDPOINT', "AWS's", 'address of an S3 server'),
  variable('S3_BUCKET', 'files under PALIMPSEST_HOME', 'bucket of archive and anchors; turns S3 on'),
  variable(
    'S3_PREFIX',
    'none',
    'before the name of every object, such as production/: where deployments share a bucket',
  ),
  variable('S3_REGION', 'us-east-1', 'region of the bucket'),
  variable(
    'PALIMPSEST_ARCHIVE_CACHE_MB',
    '4096',
    "megabytes of copies of a bucket's archived objects kept under PALIMPSEST_HOME, 64 to 1000000",
  ),
  secret('AWS_ACCESS_KEY_ID', "the AWS SDK's own chain", 'credentials for S3 and AWS KMS'),
  secret('AWS_SECRET_ACCESS_KEY', "the AWS SDK's own chain", 'credentials for S3 and AWS KMS'),
  secret('AWS_SESSION_TOKEN', "the AWS SDK's own chain", 'credentials for S3 and AWS KMS'),
  variable('AWS_ENDPOINT_URL', "AWS's", "the AWS SDK's own, for S3 and AWS KMS without an endpoint of theirs"),
  variable('AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL', 'the same for S3 alone'),
  variable('AWS_ENDPOINT_URL_KMS', 'AWS_ENDPOINT_URL', 'the same for AWS KMS alone'),
  secret('OPENAI_API_KEY', 'off', 'turns the provider openai on'),
  variable('OPENAI_BASE_URL', 'https://api.openai.com/v1', "address of OpenAI's API"),
  secret('ANTHROPIC_API_KEY', 'off', 'turns the provider anthropic on'),
  variable('ANTHROPIC_BASE_URL', 'https://api.anthropic.com', "address of Anthropic's API"),
  secret('AZURE_OPENAI_API_KEY', 'off', 'turns the provider azure on, with its endpoint'),
  variable('AZURE_OPENAI_ENDPOINT', 'off', 'address of the Azure OpenAI resource'),
  variable('OLLAMA_BASE_URL', 'off', 'address of an Ollama server; turns the provider ollama-local on'),
  variable('PRESIDIO_URL', 'built-in engine', 'address of a Presidio analyzer'),
  variable('PRESIDIO_MODE', 'replace', '`replace` or `union`: Presidio in place of the built-in engine, or beside it'),
  variable('PALIMPSEST_KMS', 'local', '`local`, `aws` or `vault`: who holds the keys that wrap keys and sign logs'),
  variable('PALIMPSEST_EPOCH_DAYS', '30', "days after which a tenant's epoch is followed by the next, 1 to 3650"),
  variable(
    'PALIMPSEST_KEYSTORE_BACKUP_DAYS',
    '7',
    'days that an epoch is kept behind its last use, and so the age at which a backup of the keystore stops opening, 0 to 3650',
  ),
  variable('AWS_KMS_REGION', 'S3_REGION', 'region of AWS KMS'),
  variable('AWS_KMS_ENDPOINT', "AWS's", 'address of a KMS-compatible server'),
  variable('AWS_KMS_PENDING_DAYS', '7', 'days between the deletion of an epoch and its end in AWS, 7 to 30'),
  variable('VAULT_ADDR', 'none', 'address of Vault or OpenBao; needed for `vault`'),
  secret('VAULT_TOKEN', 'none', 'token for the transit engine'),
  variable('VAULT_TOKEN_FILE', 'none', 'file in which an agent keeps a fresh token, in place of VAULT_TOKEN'),
  variable('VAULT_ROLE_ID', 'none', 'role of an AppRole that gets a token, in place of VAULT_TOKEN'),
  secret('VAULT_SECRET_ID', 'none', "the AppRole's secret"),
  variable('VAULT_NAMESPACE', 'the root namespace', 'namespace of the transit engine'),
  variable(
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    'nothing is traced',
    'address of an OTLP receiver over HTTP; turns traces on',
  ),
  variable(
    'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    'OTEL_EXPORTER_OTLP_ENDPOINT + `/v1/traces`',
    'whole address for traces',
  ),
  variable('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/protobuf', 'the one protocol there is: `http/protobuf`'),
  secret('OTEL_EXPORTER_OTLP_HEADERS', 'none', 'headers for the receiver, `name=value` pairs separated by commas'),
  variable('OTEL_EXPORTER_OTLP_TIMEOUT', '10000', 'milliseconds that an export may take'),
  variable('OTEL_TRACES_EXPORTER', 'otlp', '`otlp` or `none`'),
  variable(
    'OTEL_TRACES_SAMPLER',
    'parentbased_always_on',
    '`always_on`, `always_off`, `traceidratio`, or one of them behind `parentbased_`',
  ),
  variable('OTEL_TRACES_SAMPLER_ARG', '1', 'ratio of traces that are kept, 0 to 1'),
  variable('OTEL_BSP_SCHEDULE_DELAY', '5000', 'milliseconds between two exports'),
  variable('OTEL_SERVICE_NAME', 'palimpsest', 'name of the service in traces'),
  variable('OTEL_RESOURCE_ATTRIBUTES', 'none', 'more attributes of the service in traces, `name=value` pairs'),
  variable('OTEL_SDK_DISABLED', 'false', '`true`: nothing is traced'),
  variable('VAULT_TRANSIT_MOUNT', 'transit', 'where the transit engine is mounted'),
]
