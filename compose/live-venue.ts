import { CommandKind, type OrderCommand, type RequestCommand } from '#contracts/commands.ts';
import type { OrderGateway } from '#contracts/edge-ports.ts';
import { EventKind } from '#contracts/event-kind.ts';
import type { EngineEvent } from '#contracts/events.ts';
import { type ExecutionReport, isTradeRecord, ReportStatus } from '#contracts/execution-report.ts';
import { BALANCE_SLOT_COUNT, type BalanceSlot } from '#contracts/order.ts';
import type { ClientOrderId, InstrumentIndex } from '#units/integers.ts';
import type { WorldVenue } from './trading-world.ts';

/** With these an order has ended. */
const ENDS: ReadonlySet<ReportStatus> = new Set([
  ReportStatus.FILLED,
  ReportStatus.CANCELED,
  ReportStatus.REJECTED,
  ReportStatus.EXPIRED,
  ReportStatus.EXPIRED_IN_MATCH,
]);
/** With these it rests, or may. */
const LIVES: ReadonlySet<ReportStatus> = new Set([
  ReportStatus.ACCEPTED,
  ReportStatus.PARTIALLY_FILLED,
  ReportStatus.AMENDED,
  ReportStatus.UNKNOWN,
]);

/**
 * A real venue behind one gateway for each instrument. Keeps, beside the engine and without asking it,
 * what may still be open and what the account was last said to hold: for the orderly end and the summary.
 */
export class LiveVenue implements WorldVenue {
  readonly margin: object | null;
  private readonly gateways: readonly OrderGateway[];
  private readonly open: readonly Map<ClientOrderId, { readonly clientOrderId: ClientOrderId }>[];
  private readonly free = new Float64Array(BALANCE_SLOT_COUNT);
  private readonly locked = new Float64Array(BALANCE_SLOT_COUNT);

  /** One gateway for each instrument, in the order of their indices; the second is the perpetual's. */
  constructor(gateways: readonly OrderGateway[]) {
    this.gateways = gateways;
    this.open = gateways.map(() => new Map());
    this.margin = gateways.length > 1 ? gateways : null;
  }

  submit(command: Readonly<OrderCommand | RequestCommand>): void {
    // The account is one, and its markets answer for themselves.
    if (command.kind === CommandKind.REQUEST_ACCOUNT) {
      for (const gateway of this.gateways) gateway.submit(command);
      return;
    }
    const gateway = this.gateways[command.instrument];
    if (gateway === undefined) throw new RangeError(`no instrument ${command.instrument}`);
    if (command.kind === CommandKind.PLACE_ORDER || command.kind === CommandKind.REPLACE_ORDER) {
      this.note(command.instrument, (command as OrderCommand).clientOrderId);
    }
    gateway.submit(command);
  }

  /** The engine asks by itself when it is introduced. */
  publishAccount(): void {}

  /** Told of every event before the engine. Hot for market events: one comparison. */
  onEvent(event: Readonly<EngineEvent>): void {
    if (event.kind === EventKind.EXECUTION_REPORT) this.onReport(event);
    else if (event.kind === EventKind.BALANCE) {
      this.free[event.slot] = event.freeUnits;
      this.locked[event.slot] = event.lockedUnits;
    }
  }

  openOrders(instrument: InstrumentIndex): readonly { readonly clientOrderId: ClientOrderId }[] {
    return [...(this.open[instrument]?.values() ?? [])];
  }

  freeUnits(slot: BalanceSlot): number {
    return this.free[slot] ?? 0;
  }

  lockedUnits(slot: BalanceSlot): number {
    return this.locked[slot] ?? 0;
  }

  private onReport(report: Readonly<ExecutionReport>): void {
    if (report.clientOrderId === 0 || isTradeRecord(report)) return;
    if (ENDS.has(report.status)) this.open[report.instrument]?.delete(report.clientOrderId);
    else if (LIVES.has(report.status)) this.note(report.instrument, report.clientOrderId);
  }

  private note(instrument: InstrumentIndex, clientOrderId: ClientOrderId): void {
    this.open[instrument]?.set(clientOrderId, { clientOrderId });
  }
}
