/** Texts without personal data: code, logs, identifiers, orders, tables. Every finding in them is a false alarm. */
export const CLEAN_TEXTS: readonly string[] = [
  `import { Router } from 'express'
import type { OrderService } from './order-service.ts'

const PAGE_SIZE = 50
const MAX_RETRIES = 3
const BACKOFF_MS = [100, 250, 1000, 5000]

export function ordersRouter(service: OrderService): Router {
  const router = Router()
  router.get('/orders/:id', async (request, response) => {
    const order = await service.find(request.params.id)
    if (!order) return response.status(404).json({ error: 'order_not_found' })
    response.json({ ...order, total: order.lines.reduce((sum, line) => sum + line.price * line.quantity, 0) })
  })
  router.post('/orders', async (request, response) => {
    const { customerId, lines } = request.body
    if (lines.length > PAGE_SIZE) throw new RangeError('too many lines')
    response.status(201).json(await service.create({ customerId, lines, retries: MAX_RETRIES }))
  })
  return router
}
`,
  `class Matrix:
    def __init__(self, rows: int = 3, cols: int = 4):
        self.data = [[0.0] * cols for _ in range(rows)]

    def multiply(self, other: "Matrix") -> "Matrix":
        result = Matrix(len(self.data), len(other.data[0]))
        for i, row in enumerate(self.data):
            for j in range(len(other.data[0])):
                result.data[i][j] = sum(row[k] * other.data[k][j] for k in range(len(row)))
        return result

assert hashlib.sha256(b"abc").hexdigest().startswith("ba7816bf8f01cfea414140de5dae2223")
np.testing.assert_allclose(model.predict(x), [0.123456789, 12345.678, 1e-9], rtol=1e-6)
`,
  `2024-03-01T10:15:32.481Z INFO  [http-nio-8080-exec-7] c.acme.orders.OrderController - GET /api/v2/orders/100234567 200 153ms
2024-03-01T10:15:33.017Z WARN  [pool-3-thread-12] c.acme.kafka.Consumer - lag=18234 partition=7 offset=992811734
2024-03-01T10:15:34.999Z ERROR [scheduler-1] c.acme.jobs.Nightly - job 8f14e45fceea167a failed after 3 attempts (exit 137)
kernel: [1234567.890123] nvme0n1: p1 p2 p3, 4096-byte sectors, 1953525168 blocks
nginx: 10 upstream timed out (110: Connection timed out) while reading response header, request_time=30.001
container 3f2504e04f8911d39a0c0305e82c3301 restarted, oom_score_adj=1000, rss=524288kB, cgroup=/kubepods/burstable
`,
  `Order 4500012345 with positions 10, 20 and 30 was split into deliveries 8000123456 and 8000123457. Invoice INV-2024-000123
was posted on account 400000, cost center 1010, profit center 2200. Ticket JIRA-48213 links to build 20240301.3 and commit
9fceb02d0ae598e95dc970b74767f19372d61af8. Tracking 1Z999AA10123456784, SKU 0012345678905, batch LOT-2291-B, part no
A1234-5678-90, serial SN-99-20311-77. Version 12.4.1-rc.3 replaces 11.9.0. The meter reads 0045123.
`,
  `| region | q1 | q2 | q3 | q4 |
|---|---|---|---|---|
| north | 1,204,331 | 1,310,992 | 998,120 | 1,450,003 |
| south | 804,120 | 799,340 | 912,877 | 1,002,114 |

EBITDA rose 12.5 % to 4,512,000; net debt fell from 1,300,000 to 980,500. EUR/USD 1.0834, LIBOR 5.33 %, ISIN US0378331005,
ISBN 978-3-16-148410-0, DOI 10.1000/182, RFC 9110 section 15.5.1, ISO 27001:2022, EN 60601-1-2.
`,
  `SELECT o.id, o.created_at, sum(l.quantity * l.unit_price) AS total
FROM orders o JOIN order_lines l ON l.order_id = o.id
WHERE o.status IN ('OPEN', 'SHIPPED') AND o.created_at >= '2024-01-01' AND o.tenant_id = 42
GROUP BY o.id HAVING sum(l.quantity) > 1000 ORDER BY total DESC LIMIT 100;
-- Index Scan using orders_pkey on orders (cost=0.43..8.45 rows=1 width=64) (actual time=0.021..0.022 rows=1 loops=1)
CREATE INDEX CONCURRENTLY orders_created_at_idx ON orders USING brin (created_at) WITH (pages_per_range = 32);
`,
  `The migration has four steps. First the schema is copied, then the rows are moved in batches of 10,000, after that the
indexes are built and finally the old table is dropped. Plan about 45 minutes for the second step; on the staging machine
with 16 GB it took 38 minutes. If the lag grows beyond 30 seconds, stop and wait until it is below 5. Support hours are
9 to 17 on working days. The old policy allowed 20 days, the new one 25. Rooms 301 to 340 are on the third floor.
`,
  `apiVersion: apps/v1
kind: Deployment
metadata:
  name: gateway
  labels: { app.kubernetes.io/version: "1.14.2" }
spec:
  replicas: 3
  template:
    spec:
      containers:
        - name: gateway
          image: registry.example.com/gateway@sha256:45b23dee08af5e43a7fea6c4cf9c25ccf269ee113168c19722f87876677c5cb2
          resources: { limits: { cpu: "2", memory: 512Mi }, requests: { cpu: 250m, memory: 256Mi } }
          readinessProbe: { httpGet: { path: /readyz, port: 8080 }, periodSeconds: 10, failureThreshold: 3 }
`,
]
