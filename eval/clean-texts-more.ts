/** More texts without personal data, written after the rules and before anything was mended by them. */
export const MORE_CLEAN_TEXTS: readonly string[] = [
  `public final class InvoiceRepository {
    private static final String QUERY = "SELECT id, name, status FROM invoices WHERE tenant_id = ? ORDER BY created_at";
    private final DataSource dataSource;

    @Inject
    public InvoiceRepository(DataSource dataSource) { this.dataSource = dataSource; }

    public Optional<Invoice> find(UUID id) throws SQLException {
        try (Connection c = dataSource.getConnection(); PreparedStatement s = c.prepareStatement(QUERY)) {
            s.setObject(1, id);
            ResultSet rows = s.executeQuery();
            return rows.next() ? Optional.of(new Invoice(rows.getString("name"), rows.getBigDecimal("total"))) : Optional.empty();
        }
    }
}
@app.route('/health')
def health(): return jsonify(status='ok', build=os.environ['BUILD_NUMBER'])
password = getpass.getpass("Password: ")
if not check_password_hash(user.password_hash, form.password.data): abort(401)
`,
  `interface Customer {
  firstName: string
  lastName: string
  dateOfBirth: Date
  phoneNumber?: string
  address: Address
}
type Column = { name: string; type: 'varchar' | 'integer'; nullable: boolean }
const schema = z.object({ firstName: z.string().min(1), phone: z.string().regex(/^\\+[0-9]{8,15}$/), street: z.string() })
expect(screen.getByLabelText('First name')).toHaveValue('')
await page.getByRole('button', { name: 'Save' }).click()
`,
  `CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  first_name varchar(80) NOT NULL,
  last_name varchar(80) NOT NULL,
  phone varchar(20),
  street varchar(120),
  birth_date date CHECK (birth_date > '1900-01-01')
);
INSERT INTO products (sku, name, price, stock) VALUES ('A-1001', 'Desk Lamp', 39.90, 120), ('A-1002', 'Office Chair', 189.00, 14);
INSERT INTO feature_flags (name, enabled, rollout) VALUES ('New Checkout', true, 25), ('Dark Mode', false, 0);
`,
  `sku,name,price,stock,warehouse
10045,Desk Lamp Oslo,39.90,120,North 3
10046,Office Chair Milan,189.00,14,North 4
10047,Standing Desk,449.00,3,South 12

date;amount;currency;booking text
2024-03-01;1250.00;EUR;Rent March
2024-03-04;-89.90;EUR;Internet invoice 2024-0334
`,
  `May 12 04:11:09 web-3 sshd[21981]: Server listening on 0.0.0.0 port 22.
May 12 04:11:10 web-3 systemd[1]: Started Session 4412 of user root.
2024/05/12 04:12:01 [notice] 7#7: signal 17 (SIGCHLD) received from 22
{"level":"info","ts":1715487121.4471,"caller":"raft/node.go:421","msg":"raft.node elected leader","term":12,"id":"8e9e05c52164694d"}
{"level":"warn","logger":"http.log","request":{"method":"POST","uri":"/api/v1/orders/90014423/items","proto":"HTTP/2.0"},"status":409,"size":112,"duration":0.0231}
W0512 04:12:31.221 12 reflector.go:456] pkg/cache: watch of *v1.ConfigMap ended with: too old resource version: 88123412 (88129981)
java.lang.IllegalStateException: pool exhausted at com.acme.pool.Pool.take(Pool.java:118) at com.acme.jobs.Runner.lambda$run$2(Runner.java:77)
[INFO] Building order-service 2.14.0-SNAPSHOT [14/22] Total time: 03:12 min
`,
  `Purchase order 4500098231, item 00010: 24 pcs of material 100-300-4471, net price 12.50 per piece, delivery date 2024-06-14, plant 1710,
storage location 0001. Goods receipt 5000012345 was posted with movement type 101 in fiscal year 2024. Invoice 5105600123 is blocked for
price variance. Freight order 6100004411, container MSKU 907032-3, seal 0044121, HS code 8471 30 00, EAN 4006381333931, UN 1950.
Case 00123456 was merged into case 00123499. Asset tag IT-004512, license key count 250, cost object 7712-40-11, contract 4600001187.
Please reset counter 0012 to 0000 and call the function twice; contact support if code 800401 comes back. Reach level 300 first.
`,
  `Dear customer, your order 302-8812345-1120345 was shipped with tracking number 00340434161094042557. Pick-up code 4411 at locker 118.
The password must have at least 12 characters, with Upper and lower case, digits (0-9) and a sign such as ! or #. Passwords expire after
90 days; the reset link works for 30 minutes. Password policy v2.1 (2024) applies to all users. Our store is open from 9 to 17, the hotline
works at weekends too. Use the promo code SPRING24 until 31 May. 3 for 2 on Garden Tools, 20 % off Oak Tables, Room 12 is closed.
`,
  `# Benchmarks
| model | params | latency ms | score |
|---|---|---|---|
| base | 12000000 | 14.2 | 0.812 |
| large | 340000000 | 88.1 | 0.871 |

Run 12 Angry Birds levels, 8 Queens and 15 Puzzle; see Figure 3, Table 12 and Section 4.2. Seed 20240301, batch 1024, lr 3e-4, 100 epochs.
The median of 31 runs is 12.4 (IQR 11.9-13.1). Commit 4c2e1a9 (tag v3.2.1) raised throughput from 1,204 to 1,388 rps on 16 vCPU.
`,
  `Die Bestellung 4500123 enthält 12 Stück Art.-Nr. 100-2231 zu je 14,90 EUR. Lieferschein 80012345, Rechnung 2024-00917, Kostenstelle 4711.
Die Sitzung beginnt um 14 Uhr in Raum 301, Gebäude 4. Bitte Punkt 7 der Tagesordnung streichen. Version 5.2 ersetzt 5.1.
La commande 88123 contient 4 articles pour 129,00 EUR, facture F-2024-0412, livraison en 48 heures. Réunion salle 12, étage 3.
El pedido 77120 cuesta 250 euros e incluye 3 Mesas Grandes; la factura 2024/118 vence en 30 días. Zamówienie 45120, faktura FV/12/2024.
Ordine 5512, fattura 118/2024, 20 pezzi. Bestelling 99120, factuur 2024-88, levering in week 23. Pedido 4410, fatura 2024/91, 12 unidades.
`,
  `services:
  db:
    image: postgres:16.2
    environment:
      POSTGRES_PASSWORD: \${DB_PASSWORD}
      POSTGRES_USER: app
    ports: ["5432:5432"]
  cache: { image: "redis:7.2.4", command: ["redis-server", "--maxmemory", "256mb"] }
user: app.service
owner: platform.team
logger.info user.name order.total app.config java.util com.acme
version: 2.14.0
schedule: "0 3 * * 1-5"
`,
]
