/** 1 and 26, right after a report: what the process was told of an order is what it shows of it. */
import type { ExecutionReport } from '#contracts/execution-report.ts';
import { OrderState } from '#contracts/order.ts';
import { type EngineView, NO_ORDER_STATE } from './auditor-inputs.ts';
import type { Findings } from './findings.ts';
import type { SentOrder } from './sent-orders.ts';

const FIRST_END = OrderState.FILLED;

/** Hot: every report about an order. One look through each of two small tables. */
export class ToldAudit {
  private readonly findings: Findings;

  constructor(findings: Findings) {
    this.findings = findings;
  }

  /** The venue's word on the order itself was handled. `isEnd`: it says that the order is over. */
  check(
    order: SentOrder,
    report: Readonly<ExecutionReport>,
    isEnd: boolean,
    view: EngineView,
  ): void {
    const state = view.orderStateOf(order.id);
    this.findings.count(26);
    if (isEnd) this.checkEnd(order, report, state, view);
    else if (!order.isKnownEnded) this.checkLife(order, report, state, view);
  }

  private checkEnd(
    order: SentOrder,
    report: Readonly<ExecutionReport>,
    state: number,
    view: EngineView,
  ): void {
    const isOver = state === NO_ORDER_STATE || state >= FIRST_END;
    const openLots = view.accountLotsOf(order.id);
    if (isOver && openLots < 0) return;
    this.findings.violate(
      26,
      `told that it is over (status ${report.status}), execution shows state ${state}, the account ${openLots} open lots`,
      order.id,
    );
  }

  private checkLife(
    order: SentOrder,
    report: Readonly<ExecutionReport>,
    state: number,
    view: EngineView,
  ): void {
    if (state === OrderState.PENDING_NEW) {
      this.findings.violate(
        26,
        `told that it stands (status ${report.status}), execution still waits for its acceptance`,
        order.id,
      );
    }
    this.findings.count(1);
    const expected = order.knownLeavesLots;
    const inAccount = view.accountLotsOf(order.id);
    if (inAccount !== expected) {
      this.findings.violate(
        1,
        `told of ${expected} lots that may fill (status ${report.status}), the account shows ${inAccount}`,
        order.id,
      );
    }
    // What is unknown takes no word of its size but an answer's.
    const inExecution = view.openLotsOf(order.id);
    if (state === OrderState.UNKNOWN || inExecution < 0 || inExecution === expected) return;
    this.findings.violate(
      1,
      `told of ${expected} lots that may fill (status ${report.status}), execution shows ${inExecution}`,
      order.id,
    );
  }
}
