/** 8, seen from inside: whatever may still fill, the gate has reserved for. */
import { Side } from '#contracts/order.ts';
import type { EngineView } from './auditor-inputs.ts';
import type { Findings } from './findings.ts';
import type { SentOrder, SentOrders } from './sent-orders.ts';
import { INSTRUMENTS_MAX, type Situation } from './situation.ts';

const SIDES = [Side.BUY, Side.SELL] as const;

export class ReservationAudit {
  private readonly findings: Findings;
  private readonly situation: Situation;
  private readonly orders: SentOrders;
  /** Lots that may fill, index instrument x 2 + side. */
  private readonly lots = new Float64Array(INSTRUMENTS_MAX * 2);

  constructor(options: {
    readonly findings: Findings;
    readonly situation: Situation;
    readonly orders: SentOrders;
  }) {
    this.findings = options.findings;
    this.situation = options.situation;
    this.orders = options.orders;
  }

  /** Every so many events, and at rest. Orders of the turns that are over. */
  check(view: EngineView): void {
    this.addUp();
    for (let instrument = 0; instrument < INSTRUMENTS_MAX; instrument++) {
      for (const side of SIDES) {
        this.findings.count(8);
        const mayFill = this.lots[instrument * 2 + side] as number;
        const reserved = view.reservedLots(instrument, side);
        if (mayFill <= reserved) continue;
        this.findings.violate(
          8,
          `${mayFill} lots may fill on side ${side} of instrument ${instrument}, reserved for ${reserved}`,
        );
      }
    }
  }

  private addUp(): void {
    this.lots.fill(0);
    const { live } = this.orders;
    for (let index = 0; index < live.length; index++) {
      const order = live[index] as SentOrder;
      if (!order.isMine || order.causeSequence > this.situation.sequence) continue;
      const place = order.instrument * 2 + order.side;
      this.lots[place] = (this.lots[place] as number) + order.knownLeavesLots;
    }
  }
}
