/** 19: request weight per minute, and questions that are asked again before their answer can be there. */
import { CommandKind, type OrderCommand, type RequestCommand } from '#contracts/commands.ts';
import type { Instrument } from '#contracts/instrument.ts';
import type { Findings } from './findings.ts';
import type { SentOrders } from './sent-orders.ts';
import { INSTRUMENTS_MAX } from './situation.ts';
import { requestWeight, WEIGHT_PER_MINUTE } from './venue-rates.ts';

/** Share of a venue's limit that may be used. */
const SHARE = 0.9;
const BUCKET_MICROS = 1_000_000;
const BUCKETS = 60;
/** A question or cancel about one order goes only a few times within this. */
const REPEAT_MICROS = 1_000_000;
/** Whole books of one market are asked for no sooner than this after each other. */
const SNAPSHOT_MICROS = 900_000;

/** Weight of the last minute in buckets of a second: the window rolls. Hot: each request; no allocation. */
class RollingMinute {
  private readonly buckets = new Float64Array(BUCKETS);
  private newest = 0;
  private sum = 0;

  /** Adds, and returns the sum of the last minute. */
  add(weight: number, nowMicros: number): number {
    const bucket = Math.floor(nowMicros / BUCKET_MICROS);
    const steps = Math.min(BUCKETS, bucket - this.newest);
    for (let step = 1; step <= steps; step++) {
      const place = (this.newest + step) % BUCKETS;
      this.sum -= this.buckets[place] as number;
      this.buckets[place] = 0;
    }
    this.newest = Math.max(this.newest, bucket);
    const place = this.newest % BUCKETS;
    this.buckets[place] = (this.buckets[place] as number) + weight;
    this.sum += weight;
    return this.sum;
  }
}

/** Judged on what leaves the process. Weight is counted over all lives: the address stays the same. */
export class WeightAudit {
  private readonly instruments: readonly Instrument[];
  private readonly orders: SentOrders;
  private readonly findings: Findings;
  private readonly minutes: readonly RollingMinute[];
  private readonly snapshotMicros = new Float64Array(INSTRUMENTS_MAX);

  constructor(instruments: readonly Instrument[], orders: SentOrders, findings: Findings) {
    this.instruments = instruments;
    this.orders = orders;
    this.findings = findings;
    this.minutes = instruments.map(() => new RollingMinute());
    this.onStarted();
  }

  /** A process that begins does not know what its forerunner asked a moment ago. */
  onStarted(): void {
    this.snapshotMicros.fill(Number.NEGATIVE_INFINITY);
  }

  /** Any request. One about the account goes to all markets. */
  onRequest(
    command: Readonly<OrderCommand | RequestCommand>,
    epoch: number,
    nowMicros: number,
  ): void {
    for (let index = 0; index < this.instruments.length; index++) {
      const isMeant = command.kind === CommandKind.REQUEST_ACCOUNT || command.instrument === index;
      if (isMeant) this.count(command.kind, index, nowMicros);
    }
    switch (command.kind) {
      case CommandKind.QUERY_ORDER:
      case CommandKind.CANCEL_ORDER:
        this.checkRepeat(command as Readonly<OrderCommand>, epoch, nowMicros);
        break;
      case CommandKind.REQUEST_SNAPSHOT:
        this.checkSnapshot(command.instrument, nowMicros);
        break;
    }
  }

  private count(kind: CommandKind, index: number, nowMicros: number): void {
    const { market } = this.instruments[index] as Instrument;
    const used = (this.minutes[index] as RollingMinute).add(requestWeight(kind, market), nowMicros);
    const limit = WEIGHT_PER_MINUTE[market];
    if (used <= limit * SHARE) return;
    this.findings.violate(
      19,
      `request weight ${used} in a minute on instrument ${index}, the venue allows ${limit}`,
    );
  }

  private checkRepeat(command: Readonly<OrderCommand>, epoch: number, nowMicros: number): void {
    const order = this.orders.find(command.clientOrderId);
    if (order === null) return;
    const asked = command.kind === CommandKind.QUERY_ORDER ? order.queries : order.cancels;
    if (!asked.add(epoch, nowMicros, REPEAT_MICROS)) return;
    this.findings.violate(
      19,
      `a command of kind ${command.kind} about one order is sent more than twelve times in a second`,
      command.clientOrderId,
    );
  }

  private checkSnapshot(instrument: number, nowMicros: number): void {
    const pause = nowMicros - (this.snapshotMicros[instrument] as number);
    this.snapshotMicros[instrument] = nowMicros;
    if (pause >= SNAPSHOT_MICROS) return;
    this.findings.violate(
      19,
      `a snapshot of instrument ${instrument} is asked for again after ${pause} microseconds`,
    );
  }
}
