/** Judges the connectors by books of its own: what the doors were asked and told, and what the process heard of it. */
import { CommandKind, type OrderCommand } from '#contracts/commands.ts';
import { type ExecutionReport, ReportChannel, ReportStatus } from '#contracts/execution-report.ts';
import type { ClientOrderId } from '#units/integers.ts';

export const SOCKET_PROMISES = [
  { number: 39, title: 'sent once', note: 'no id of a new order comes through the doors twice' },
  {
    number: 40,
    title: 'refused is answered',
    note: 'the process hears a refusal only of what never came or was answered by one; else it is unknown',
  },
  {
    number: 41,
    title: 'an answer settles its request',
    note: 'an acceptance names the order that the venue gave that number',
  },
  {
    number: 42,
    title: 'two channels, one fill',
    note: 'each fill of the private channels is heard once in a life',
  },
  {
    number: 43,
    title: 'one channel is enough',
    note: 'what was told whole on either channel was heard with it',
  },
] as const;

export interface BrokenPromise {
  readonly number: number;
  readonly title: string;
  readonly detail: string;
  readonly atMicros: number;
}

/** Violations whose text is kept. */
const KEPT_MAX = 50;

/** What a request is about: its kind's word for a refusal, and the order. */
function keyOf(status: ReportStatus, id: ClientOrderId): string {
  return `${status}:${id}`;
}

export class SocketAudit {
  readonly broken: BrokenPromise[] = [];
  /** How often each promise was looked at, by its number. */
  readonly checks: Record<number, number> = {};
  private readonly nowMicros: () => number;
  private readonly placed = new Set<ClientOrderId>();
  /** Requests that the venue took, and those that it refused. */
  private readonly asked = new Set<string>();
  private readonly refused = new Set<string>();
  private readonly venueNames = new Map<string, ClientOrderId>();
  private readonly heardFills = new Set<string>();

  constructor(nowMicros: () => number) {
    this.nowMicros = nowMicros;
  }

  /** A process begins: it has heard nothing. */
  onLife(): void {
    this.heardFills.clear();
  }

  /** A request came through the doors and goes to the venue. */
  onAsked(command: Readonly<OrderCommand>): void {
    for (const key of keysOf(command)) this.asked.add(key);
    const { kind, clientOrderId: id } = command;
    if (kind !== CommandKind.PLACE_ORDER && kind !== CommandKind.REPLACE_ORDER) return;
    this.look(39, !this.placed.has(id), () => `order ${id} came a second time`);
    this.placed.add(id);
  }

  /** The venue answers: by a refusal of the request, or of a half of it. */
  onRefused(command: Readonly<OrderCommand>): void {
    for (const key of keysOf(command)) this.refused.add(key);
  }

  /** The venue told this order by this number. */
  onNamed(venueId: string, id: ClientOrderId): void {
    this.venueNames.set(venueId, id);
  }

  /** A fill was told on one channel, whole; by now the process has heard it. */
  onFillTold(instrument: number, tradeId: number): void {
    const isHeard = this.heardFills.has(`${instrument}:${tradeId}`);
    this.look(43, isHeard, () => `trade ${tradeId} of market ${instrument} was told and not heard`);
  }

  /** The connectors hand a report to the process. */
  onHeard(report: Readonly<ExecutionReport>): void {
    const { channel, status, clientOrderId: id } = report;
    if (channel === ReportChannel.USER_STREAM || channel === ReportChannel.DROP_COPY) {
      this.onStreamed(report);
      return;
    }
    if (channel === ReportChannel.QUERY) return;
    if (status === ReportStatus.ACCEPTED) this.onAccepted(report);
    const isRefusal =
      status === ReportStatus.REJECTED ||
      status === ReportStatus.CANCEL_REJECTED ||
      status === ReportStatus.AMEND_REJECTED;
    if (!isRefusal) return;
    const key = keyOf(status, id);
    const isTrue = !this.asked.has(key) || this.refused.has(key);
    this.look(40, isTrue, () => `order ${id}: heard refusal ${status} of a request that was taken`);
  }

  private onAccepted(report: Readonly<ExecutionReport>): void {
    const { venueOrderIdHigh: high, venueOrderIdLow: low, clientOrderId: id } = report;
    const number = (BigInt(high) * 2n ** 32n + BigInt(low)).toString();
    const named = this.venueNames.get(number);
    this.look(41, named === id, () => `order ${id} accepted as ${number}, which is ${named}`);
  }

  private onStreamed(report: Readonly<ExecutionReport>): void {
    const { instrument, tradeId } = report;
    if (tradeId < 0) return;
    const key = `${instrument}:${tradeId}`;
    const isNew = !this.heardFills.has(key);
    this.look(42, isNew, () => `trade ${tradeId} of market ${instrument} was heard twice`);
    this.heardFills.add(key);
  }

  private look(number: number, isKept: boolean, detail: () => string): void {
    this.checks[number] = (this.checks[number] ?? 0) + 1;
    if (isKept || this.broken.length >= KEPT_MAX) return;
    const title = SOCKET_PROMISES.find((one) => one.number === number)?.title ?? '';
    this.broken.push({ number, title, detail: detail(), atMicros: this.nowMicros() });
  }
}

/** The refusals that a request can be answered by. */
function keysOf({ kind, clientOrderId, targetOrderId }: Readonly<OrderCommand>): string[] {
  switch (kind) {
    case CommandKind.PLACE_ORDER:
      return [keyOf(ReportStatus.REJECTED, clientOrderId)];
    case CommandKind.CANCEL_ORDER:
      return [keyOf(ReportStatus.CANCEL_REJECTED, clientOrderId)];
    case CommandKind.AMEND_ORDER:
      return [keyOf(ReportStatus.AMEND_REJECTED, clientOrderId)];
    case CommandKind.REPLACE_ORDER:
      return [
        keyOf(ReportStatus.REJECTED, clientOrderId),
        keyOf(ReportStatus.CANCEL_REJECTED, targetOrderId),
      ];
    default:
      return [];
  }
}
