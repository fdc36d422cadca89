/** 8, seen from inside: whatever may still fill, the gate has reserved for, and in the calm nothing else. */
import { Side } from '#contracts/order.ts';
import type { EngineView } from './auditor-inputs.ts';
import type { Findings } from './findings.ts';
import type { SentOrder, SentOrders } from './sent-orders.ts';
import { INSTRUMENTS_MAX, type Situation } from './situation.ts';

const SIDES = [Side.BUY, Side.SELL] as const;

/** Hot: every timer, one step per live order. */
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

  /**
   * With every timer, and at rest. Orders of the turns that are over, sent in this life: of older ones it
   * may have recovered a word that only its journal had heard.
   */
  check(view: EngineView): void {
    this.addUp(this.situation.startedAtMicros);
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

  /** What is reserved for lots that cannot fill any more, in words; empty when nothing is. */
  leakOf(view: EngineView): string {
    this.addUp(0);
    for (let instrument = 0; instrument < INSTRUMENTS_MAX; instrument++) {
      for (const side of SIDES) {
        const mayFill = this.lots[instrument * 2 + side] as number;
        const reserved = view.reservedLots(instrument, side);
        if (reserved === mayFill) continue;
        return `${reserved} lots reserved on side ${side} of instrument ${instrument}, ${mayFill} may fill`;
      }
    }
    return '';
  }

  private addUp(sinceMicros: number): void {
    this.lots.fill(0);
    const { live } = this.orders;
    for (let index = 0; index < live.length; index++) {
      const order = live[index] as SentOrder;
      if (!order.isMine || order.causeSequence > this.situation.sequence) continue;
      if (order.sentAtMicros < sinceMicros) continue;
      const place = order.instrument * 2 + order.side;
      this.lots[place] = (this.lots[place] as number) + order.knownLeavesLots;
    }
  }
}
