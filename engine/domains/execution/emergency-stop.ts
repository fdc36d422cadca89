/**
 * Stop: condemn every live order, cancel each, cancel all as a second line, and repeat until the venue
 * confirmed every end. Until its list of open orders was read once, nobody knows what stands there, and
 * all of it is cancelled again and again. Absorbing: only a new session brings quotes back.
 */
import { AlertCode, AlertSeverity } from '#contracts/commands.ts';
import type { ExecutionConfiguration } from '#contracts/configuration/execution-configuration.ts';
import { ActionReason } from '#contracts/order-plan.ts';
import type { InstrumentTable } from '#contracts/ports.ts';
import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';
import { type InstrumentIndex, NO_INSTRUMENT, NO_ORDER } from '#units/integers.ts';
import type { LiveOrders } from './live-orders.ts';
import type { OrderSender } from './order-sender.ts';

/** How far stopped we are. Rises only. */
export const StopLevel = {
  RUNNING: 0,
  /** No quotes. Hedges of fills that land afterwards still go out. */
  STOPPED: 1,
  /** Nothing new at all. */
  SHUT_DOWN: 2,
} as const;
export type StopLevel = (typeof StopLevel)[keyof typeof StopLevel];

const NOTHING = { instrument: NO_INSTRUMENT, clientOrderId: NO_ORDER };

export class EmergencyStop implements Persistent {
  level: StopLevel = StopLevel.RUNNING;
  private readonly configuration: ExecutionConfiguration;
  private readonly orders: LiveOrders;
  private readonly instruments: InstrumentTable;
  private readonly sender: OrderSender;
  private reason: ActionReason = ActionReason.NONE;
  private nextSweepMicros = 0;
  /** A bit each instrument: its open orders at the venue were listed in this session. */
  private listed = 0;

  constructor(options: {
    readonly configuration: ExecutionConfiguration;
    readonly orders: LiveOrders;
    readonly instruments: InstrumentTable;
    readonly sender: OrderSender;
  }) {
    this.configuration = options.configuration;
    this.orders = options.orders;
    this.instruments = options.instruments;
    this.sender = options.sender;
  }

  /** Orders a stop wants gone that are not confirmed gone. */
  get condemnedCount(): number {
    let count = 0;
    for (let row = 0; row < this.orders.rowEnd; row++)
      count += this.orders.condemned[row] as number;
    return count;
  }

  /**
   * Stops at `level` and cancels everything at once. A repeated or lower call does nothing: the kill
   * verdict comes with every timer. `measured` and `limit` go into the alert.
   */
  trip(
    level: StopLevel,
    reason: ActionReason,
    nowMicros: number,
    measured: number,
    limit: number,
  ): void {
    if (level <= this.level) return;
    this.level = level;
    this.reason = reason;
    for (let row = 0; row < this.orders.rowEnd; row++) {
      if (this.orders.ids[row] !== 0) this.orders.condemned[row] = 1;
    }
    this.sweep(nowMicros);
    for (let index = 0; index < this.instruments.count; index++) {
      this.sender.emitCancelAll(index as InstrumentIndex);
    }
    if (reason === ActionReason.SHUTDOWN) return;
    this.sender.emitAlert(AlertCode.KILL, AlertSeverity.WAKE, NOTHING, measured, limit);
  }

  /** The venue's list of open orders was read to its end: from now on each of them has a row. */
  noteListed(instrument: number): void {
    this.listed |= 1 << instrument;
  }

  /** Repeats the cancels of what still lives, or may. */
  onTimer(nowMicros: number): void {
    if (this.level === StopLevel.RUNNING || nowMicros < this.nextSweepMicros) return;
    const everyBit = (1 << this.instruments.count) - 1;
    if (this.condemnedCount === 0 && this.listed === everyBit) return;
    this.sweep(nowMicros);
    for (let index = 0; index < this.instruments.count; index++) {
      if (this.mayCancelAll(index)) this.sender.emitCancelAll(index as InstrumentIndex);
    }
  }

  writeState(writer: StateWriter): void {
    writer.section('emergency-stop');
    writer.integer(this.level);
    writer.integer(this.reason);
    writer.integer(this.nextSweepMicros);
    writer.integer(this.listed);
  }

  readState(reader: StateReader): void {
    reader.section('emergency-stop');
    this.level = reader.integer() as StopLevel;
    this.reason = reader.integer() as ActionReason;
    this.nextSweepMicros = reader.integer();
    this.listed = reader.integer();
  }

  private sweep(nowMicros: number): void {
    this.nextSweepMicros = nowMicros + this.configuration.recancelMicros;
    for (let row = 0; row < this.orders.rowEnd; row++) {
      if (this.orders.condemned[row] === 1) this.sender.cancel(row, this.reason, nowMicros);
    }
  }

  /** True when cancelling all of an instrument hits what the stop wants gone and no hedge sent since. */
  private mayCancelAll(instrument: number): boolean {
    let condemned = 0;
    for (let row = 0; row < this.orders.rowEnd; row++) {
      if (this.orders.ids[row] === 0 || this.orders.instruments[row] !== instrument) continue;
      if (this.orders.condemned[row] === 0) return false;
      condemned += 1;
    }
    return condemned > 0 || (this.listed & (1 << instrument)) === 0;
  }
}
