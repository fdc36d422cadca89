/** What the gate costs for a plan of two actions: one new order and the cancel of the one before. */
import { measureTurns } from '#bench/alternate.ts';
import type { MeasuredRow } from '#bench/row.ts';
import { roundsOf, type Workload } from '#bench/workload.ts';
import { ExecutionReport, ReportStatus } from '#contracts/execution-report.ts';
import { ActionKind, type OrderPlan } from '#contracts/order-plan.ts';
import { RiskDesk, testAction } from './risk-desk.test-support.ts';

const ROUNDS = 40;
const WARM_UP_ROUNDS = 10;
const PLANS_PER_RUN = 10_000;
/** As many resting orders as three layers of both sides and their children make. */
const RESTING_ORDERS = 12;

/** Microseconds a plan. The settlement of what was placed is in the time too. */
export async function rows(workload: Workload): Promise<MeasuredRow[]> {
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
  let id = 1_000_000;
  place.clientOrderId = id;
  desk.check(place as ReturnType<typeof testAction>);
  const checkPlans = (): number => {
    for (let count = 0; count < PLANS_PER_RUN; count++) {
      cancel.targetOrderId = id;
      id += 1;
      place.clientOrderId = id;
      plan.atMicros += 100_000;
      desk.quoted.receiveTimeMicros = plan.atMicros as typeof desk.quoted.receiveTimeMicros;
      desk.hedge.receiveTimeMicros = plan.atMicros as typeof desk.hedge.receiveTimeMicros;
      const verdict = desk.risk.preTradeCheck(plan as unknown as OrderPlan);
      if (verdict.approvedCount !== 2) throw new Error(`plan ${count} was not approved`);
      report.clientOrderId = (id - 1) as typeof report.clientOrderId;
      desk.risk.settle(report);
    }
    return PLANS_PER_RUN;
  };
  return [
    await measureTurns({
      name: 'risk.check',
      unit: 'µs',
      ...roundsOf(workload, WARM_UP_ROUNDS, ROUNDS),
      note: `a plan of one cancel and one new order beside ${RESTING_ORDERS} resting ones, and the settlement of the cancel`,
      own: checkPlans,
    }),
  ];
}
