import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { inject } from 'vitest'
import { withLogin } from '../../../src/adapters/postgres/connect.ts'
import { buildDatabases } from '../../../src/config/databases.ts'
import type { DatabaseLimits, DatabaseSettings } from '../../../src/domain/sql-guard/settings.ts'
import { setupScript } from '../../../src/domain/sql-guard/setup-script.ts'

/** A made-up shop in a database of its own, whose login was set up by the script. */
export interface Shop {
  name: string
  settings: DatabaseSettings
  role: string
  /** As the login, and as the superuser. */
  url: string
  adminUrl: string
  admin: postgres.Sql
  drop(): Promise<void>
}

export const SHOP_VIEWS = [
  'reporting.orders',
  'reporting.order_lines',
  'reporting.customers',
  'reporting.products',
  'reporting.employees',
  'reporting.events',
]

/** Two tenants, `acme` with the most of it. */
export async function createShop(
  limits: Partial<DatabaseLimits> = {},
  stack: { adminUrl: string } = inject('stack'),
): Promise<Shop> {
  const suffix = randomBytes(5).toString('hex')
  const [database, role, password] = [`shop_${suffix}`, `shop_reader_${suffix}`, randomBytes(12).toString('hex')]
  const server = postgres(stack.adminUrl, { max: 1, onnotice: () => undefined })
  await server.unsafe(`CREATE DATABASE ${database}`)
  const adminUrl = withLogin(stack.adminUrl, { database })
  const admin = postgres(adminUrl, { max: 1, onnotice: () => undefined })
  await admin.unsafe(SCHEMA.replaceAll('$owner', 'shop_owner')).simple()
  const url = withLogin(adminUrl, { user: role, password })
  const [settings] = buildDatabases([{ name: 'shop', url, views: SHOP_VIEWS, functions: ['reporting.fiscal_year'] }])
  if (!settings) throw new Error('no settings')
  const full = { ...settings, limits: { ...settings.limits, ...limits } }
  await admin.unsafe(setupScript(full, role)).simple()
  await admin.unsafe(`ALTER ROLE ${role} PASSWORD '${password}'`)
  return {
    name: database,
    settings: full,
    role,
    url,
    adminUrl,
    admin,
    async drop() {
      await admin.end({ timeout: 5 })
      await server.unsafe(`DROP DATABASE ${database} WITH (FORCE)`)
      await server.unsafe(`DROP ROLE IF EXISTS ${role}`)
      await server.end({ timeout: 5 })
    },
  }
}

const SCHEMA = `
DO $do$ BEGIN
  CREATE ROLE $owner NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $do$;
CREATE SCHEMA base AUTHORIZATION $owner;
CREATE SCHEMA reporting AUTHORIZATION $owner;
SET ROLE $owner;
CREATE TABLE base.customers (tenant_id text NOT NULL, id int PRIMARY KEY, name text NOT NULL, city text, country text,
  birthday date, tags text[] NOT NULL DEFAULT '{}', profile jsonb NOT NULL DEFAULT '{}', password_hash text NOT NULL DEFAULT 'secret');
CREATE TABLE base.products (tenant_id text NOT NULL, id int PRIMARY KEY, title text, category text, price numeric(10,2));
CREATE TABLE base.orders (tenant_id text NOT NULL, id serial PRIMARY KEY, customer_id int, day date, placed_at timestamptz, status text,
  total numeric(12,2), note text);
CREATE TABLE base.order_lines (tenant_id text NOT NULL, order_id int, product_id int, quantity int, price numeric(10,2));
CREATE TABLE base.employees (tenant_id text NOT NULL, id int PRIMARY KEY, name text, manager_id int, salary numeric, hired date);
CREATE TABLE base.events (tenant_id text NOT NULL, id int PRIMARY KEY, customer_id int, kind text, at timestamptz, payload jsonb,
  valid tstzrange, amounts int[]);
CREATE TABLE base.secrets (id int, secret text);
INSERT INTO base.secrets VALUES (1, 'top-secret-value');
INSERT INTO base.customers SELECT CASE WHEN i % 10 = 0 THEN 'other' ELSE 'acme' END, i,
  CASE WHEN i = 7 THEN 'Siobhan O''Brien' WHEN i = 10 THEN 'other-tenant-name' ELSE 'Customer ' || i END,
  (ARRAY['Berlin', 'Paris', 'Madrid', 'Rome'])[1 + i % 4], (ARRAY['DE', 'FR', 'ES', 'IT'])[1 + i % 4], date '1970-01-01' + i * 31,
  ARRAY['tag' || i % 3, 'tag' || i % 5], jsonb_build_object('score', i % 7, 'langs', jsonb_build_array('de', 'en'), 'vip', i % 9 = 0)
FROM generate_series(1, 200) i;
INSERT INTO base.products SELECT 'acme', i, 'Product ' || i, (ARRAY['books', 'games', 'tools'])[1 + i % 3], (i * 3.5)::numeric(10,2)
FROM generate_series(1, 50) i;
INSERT INTO base.orders (tenant_id, customer_id, day, placed_at, status, total, note)
SELECT c.tenant_id, c.id, date '2026-01-01' + (i * 7 + c.id) % 365, timestamptz '2026-01-01 08:00+00' + make_interval(hours => i * 5 + c.id),
  (ARRAY['paid', 'open', 'cancelled'])[1 + (i + c.id) % 3], ((i * 13 + c.id * 7) % 900 + 10)::numeric, CASE WHEN i % 4 = 0 THEN 'gift' END
FROM generate_series(1, 10) i, base.customers c;
INSERT INTO base.order_lines SELECT o.tenant_id, o.id, 1 + (o.id * k) % 50, k, ((o.id * k) % 90 + 1)::numeric FROM base.orders o, generate_series(1, 3) k;
INSERT INTO base.employees SELECT 'acme', i, 'Employee ' || i, CASE WHEN i > 1 THEN i / 2 END, 3000 + (i * 97) % 4000, date '2015-01-01' + i * 40
FROM generate_series(1, 63) i;
INSERT INTO base.events SELECT 'acme', i, 1 + i % 199, (ARRAY['view', 'click', 'buy'])[1 + i % 3], timestamptz '2026-03-01 00:00+00' + make_interval(mins => i * 11),
  jsonb_build_object('page', '/p/' || i % 12, 'ms', i % 500, 'items', jsonb_build_array(jsonb_build_object('sku', i % 20, 'n', 1 + i % 3))),
  tstzrange(timestamptz '2026-03-01 00:00+00' + make_interval(mins => i * 11), timestamptz '2026-03-01 00:00+00' + make_interval(mins => i * 11 + 30)),
  ARRAY[i % 5, i % 7, i % 11] FROM generate_series(1, 1500) i;
DO $rls$ DECLARE one text; BEGIN
  FOREACH one IN ARRAY ARRAY['customers', 'products', 'orders', 'order_lines', 'employees', 'events'] LOOP
    EXECUTE format('ALTER TABLE base.%I ENABLE ROW LEVEL SECURITY', one);
    EXECUTE format('ALTER TABLE base.%I FORCE ROW LEVEL SECURITY', one);
    EXECUTE format($p$CREATE POLICY by_tenant ON base.%I USING (tenant_id = current_setting('palimpsest.tenant', true))$p$, one);
  END LOOP;
END $rls$;
CREATE VIEW reporting.customers WITH (security_barrier) AS SELECT id, name, city, country, birthday, tags, profile FROM base.customers;
CREATE VIEW reporting.products WITH (security_barrier) AS SELECT id, title, category, price FROM base.products;
CREATE VIEW reporting.orders WITH (security_barrier) AS SELECT id, customer_id, day, placed_at, status, total, note FROM base.orders;
CREATE VIEW reporting.order_lines WITH (security_barrier) AS SELECT order_id, product_id, quantity, price FROM base.order_lines;
CREATE VIEW reporting.employees WITH (security_barrier) AS SELECT id, name, manager_id, salary, hired FROM base.employees;
CREATE VIEW reporting.events WITH (security_barrier) AS SELECT id, customer_id, kind, at, payload, valid, amounts FROM base.events;
COMMENT ON VIEW reporting.orders IS 'One row an order';
COMMENT ON COLUMN reporting.orders.total IS 'In euro';
CREATE FUNCTION reporting.fiscal_year(day date) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT extract(year FROM day + 184)::int';
CREATE FUNCTION reporting.wipe() RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN DELETE FROM base.secrets; RETURN 1; END';
CREATE FUNCTION reporting.bad_plus(int, int) RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN DELETE FROM base.secrets; RETURN 1; END';
CREATE OPERATOR reporting.+ (LEFTARG = int, RIGHTARG = int, FUNCTION = reporting.bad_plus);
CREATE FUNCTION reporting.lower(text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN DELETE FROM base.secrets; RETURN $1; END';
RESET ROLE;
ANALYZE;
SELECT lo_from_bytea(4242, 'large object');
`
