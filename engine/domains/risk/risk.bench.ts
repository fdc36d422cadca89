/** What the gate costs for a plan of two actions: one new order and the cancel of the one before. */
import { ExecutionReport, ReportStatus } from '#contracts/execution-report.ts';
import { ActionKind, type OrderPlan } from '#contracts/order-plan.ts';
import { RiskDesk, testAction } from './risk-desk.test-support.ts';

const RUNS = 40;
const PLANS_PER_RUN = 10_000;
/** As many resting orders as three layers of both sides and their children make. */
const RESTING_ORDERS = 12;

interface BenchRow {
  readonly name: string;
  readonly unit: string;
  readonly samples: readonly number[];
}

/** Microseconds a plan, one sample a run. The settlement of what was placed is in the time too. */
export async function rows(): Promise<readonly BenchRow[]> {
  const desk = new RiskDesk().ready({ ordersPerTenSeconds: [500, 500], maxOpenOrders: [90, 90] });
  for (let count = 0; count < RESTING_ORDERS; count++) desk.check(testAction());
  const place = testAction() as { clientOrderId: number };
  const cancel = testAction({ kind: ActionKind.CANCEL }) as { targetOrderId: number };
  const plan = {
    strategyId: 1,
    causedBy: 1,
    atMicros: desk.nowMicros,
    count: 2,
    actions: [cancel, place],
    keptCount: 0,
  };
  const report = new ExecutionReport();
  report.status = ReportStatus.CANCELED;
  const samples: number[] = [];
  let id = 1_000_000;
  for (let run = 0; run < RUNS; run++) {
    const started = performance.now();
    for (let count = 0; count < PLANS_PER_RUN; count++) {
      cancel.targetOrderId = id;
      id += 1;
      place.clientOrderId = id;
      plan.atMicros += 100_000;
      desk.quoted.receiveTimeMicros = plan.atMicros as typeof desk.quoted.receiveTimeMicros;
      desk.hedge.receiveTimeMicros = plan.atMicros as typeof desk.hedge.receiveTimeMicros;
      desk.risk.preTradeCheck(plan as unknown as OrderPlan);
      report.clientOrderId = (id - 1) as typeof report.clientOrderId;
      desk.risk.settle(report);
    }
    samples.push(((performance.now() - started) * 1_000) / PLANS_PER_RUN);
  }
  return [{ name: 'risk.check', unit: 'µs', samples }];
}
