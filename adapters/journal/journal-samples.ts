/** Made-up events, engines and sessions for the tests of this folder. */
import { type CommandSink, OrderCommand } from '#contracts/commands.ts';
import type { Clock } from '#contracts/edge-ports.ts';
import { EventKind } from '#contracts/event-kind.ts';
import {
  BalanceEvent,
  BookTickerEvent,
  DepthDeltaEvent,
  DepthSnapshotEvent,
  type EngineEvent,
  FeedStatusEvent,
  FundingPaymentEvent,
  HostMeasurementEvent,
  InstrumentDefinedEvent,
  type LevelColumn,
  MarkPriceEvent,
  OperatorEvent,
  PerpPositionEvent,
  PrivateFeedStatusEvent,
  QueryCompletedEvent,
  RiskLeaseEvent,
  SessionStartEvent,
  TimerEvent,
  TradeEvent,
  VenueSilenceEvent,
} from '#contracts/events.ts';
import { ExecutionReport } from '#contracts/execution-report.ts';
import type { Instrument } from '#contracts/instrument.ts';
import type { RiskLimits } from '#contracts/risk-limits.ts';
import type { ClientOrderId, EpochMicros, InstrumentIndex, Sequence } from '#units/integers.ts';
import type { FrameSink } from './frame.ts';
import { SessionJournal } from './session-journal.ts';
import type { SessionHashes, SessionHeader } from './session-record.ts';
import type { ReplayedEngine } from './verify.ts';

export const SAMPLE_HEADER: SessionHeader = {
  sessionId: '00112233445566778899aabbccddeeff',
  world: 'paper',
  symbol: 'MADEUP',
  seed: 7,
  build: 'test',
  nodeVersion: '24.0.0',
  configuration: { quoting: { layers: 3 } },
  checkpointEvents: 50,
};

/** A clock that moves by a prime each time it is read, so that wall stamps differ between runs. */
export class SteppingClock implements Clock {
  private micros = 1_700_000_000_000_000;

  nowMicros(): EpochMicros {
    this.micros += 7;
    return this.micros as EpochMicros;
  }
}

/** Whole numbers from a seed: a 32-bit linear congruential generator, enough to vary fields. */
export class NumberSource {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** 0 .. below - 1. */
  below(below: number): number {
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.state / 2 ** 32) * below);
  }

  /** Any safe integer, small, huge and negative ones alike. */
  integer(): number {
    const magnitude = 2 ** this.below(54) - 1;
    return this.below(2) === 0 ? magnitude : -magnitude;
  }
}

/** One fresh event of each kind. */
export function newEvents(): EngineEvent[] {
  return [
    new TimerEvent(),
    new DepthDeltaEvent(),
    new DepthSnapshotEvent(),
    new BookTickerEvent(),
    new TradeEvent(),
    new MarkPriceEvent(),
    new FeedStatusEvent(),
    new ExecutionReport(),
    new BalanceEvent(),
    new PerpPositionEvent(),
    new FundingPaymentEvent(),
    new QueryCompletedEvent(),
    new PrivateFeedStatusEvent(),
    new VenueSilenceEvent(),
    new SessionStartEvent(),
    new InstrumentDefinedEvent(),
    new RiskLeaseEvent(),
    new OperatorEvent(),
    new HostMeasurementEvent(),
  ];
}

const CODE_FIELDS = new Set([
  ...['aggressor', 'state', 'slot', 'status', 'channel', 'side', 'commissionAsset', 'reason'],
  ...['action', 'measure', 'query'],
]);

/**
 * Sets every field of the event from the source, whatever fields the class has: a field that a codec
 * forgets comes back wrong.
 */
export function fillEvent(event: EngineEvent, numbers: NumberSource): void {
  const fields = event as unknown as Record<string, unknown>;
  for (const name of Object.keys(fields)) fields[name] = otherValue(name, fields[name], numbers);
  if (event.kind === EventKind.DEPTH_DELTA || event.kind === EventKind.DEPTH_SNAPSHOT) {
    fillLevels(event.bids, numbers);
    fillLevels(event.asks, numbers);
  } else if (event.kind === EventKind.INSTRUMENT_DEFINED) {
    event.instrument = sampleInstrument(numbers);
  } else if (event.kind === EventKind.RISK_LEASE) event.limits = sampleLimits(numbers);
}

function otherValue(name: string, value: unknown, numbers: NumberSource): unknown {
  if (name === 'kind') return value;
  if (CODE_FIELDS.has(name)) return numbers.below(256);
  if (name === 'instrument') return numbers.below(300) - 1;
  if (typeof value === 'number') return numbers.integer();
  return typeof value === 'boolean' ? numbers.below(2) === 1 : value;
}

function fillLevels(levels: LevelColumn, numbers: NumberSource): void {
  levels.clear();
  const count = numbers.below(6);
  for (let level = 0; level < count; level++) levels.push(numbers.integer(), numbers.integer());
}

/** Numbers in the shape of an object: `names` in any order, all safe integers. */
function integersNamed(names: readonly string[], numbers: NumberSource): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, numbers.integer()]));
}

function sampleInstrument(numbers: NumberSource): Instrument {
  const filters = [
    ...['minPriceTicks', 'maxPriceTicks', 'minQuantityLots', 'maxQuantityLots'],
    ...['marketMinQuantityLots', 'marketMaxQuantityLots', 'minNotionalUnits', 'maxNotionalUnits'],
    ...['bidMultiplierUp', 'bidMultiplierDown', 'askMultiplierUp', 'askMultiplierDown'],
    ...['maxOpenOrders', 'maxAmendsPerOrder', 'maxPositionUnits'],
  ];
  const rates = [
    ...['version', 'tickLotNumerator', 'tickLotDenominator', 'baseUnitsPerLot'],
    ...['priceUnitsPerTick', 'makerFeeRate', 'takerFeeRate', 'feeAssetDiscountRate'],
  ];
  const text = ['', 'DÖT', '币USDT', 'A'.repeat(numbers.below(40))];
  return {
    index: numbers.below(4),
    role: numbers.below(2),
    market: numbers.below(2),
    status: numbers.below(4),
    symbol: text[numbers.below(4)],
    baseAsset: text[numbers.below(4)],
    quoteAsset: text[numbers.below(4)],
    feeAsset: text[numbers.below(4)],
    tick: { mantissa: numbers.integer(), decimals: numbers.below(9) },
    step: { mantissa: numbers.integer(), decimals: numbers.below(9) },
    ...integersNamed(rates, numbers),
    filters: {
      minNotionalAppliesToMarket: numbers.below(2) === 1,
      maxNotionalAppliesToMarket: numbers.below(2) === 1,
      ...integersNamed(filters, numbers),
    },
  } as unknown as Instrument;
}

function sampleLimits(numbers: NumberSource): RiskLimits {
  const columns = [
    ...['maxOrderLots', 'maxOrderNotionalUnits', 'maxOpenOrders', 'maxLongBaseUnits'],
    ...['maxShortBaseUnits', 'ordersPerTenSeconds'],
  ];
  const single = [
    ...['maxGrossNotionalUnits', 'priceCollarBps', 'referenceAgeMaxMicros', 'reservedForHedges'],
    ...['balanceReserveBps', 'safetyMarginBps'],
  ];
  const entries = columns.map((name) => {
    const length = numbers.below(4);
    return [name, Array.from({ length }, () => numbers.integer())];
  });
  return { ...Object.fromEntries(entries), ...integersNamed(single, numbers) } as RiskLimits;
}

/** A stream of events of all kinds; the same seed makes the same stream. */
export class SampleStream {
  private readonly events = newEvents();
  private readonly numbers: NumberSource;
  private sequence = 0;

  constructor(seed: number) {
    this.numbers = new NumberSource(seed);
  }

  next(): EngineEvent {
    const event = this.events[this.numbers.below(this.events.length)] as EngineEvent;
    fillEvent(event, this.numbers);
    this.sequence += 1;
    event.sequence = this.sequence as Sequence;
    event.atMicros = (1_000_000 + this.sequence * 1_000) as EpochMicros;
    return event;
  }
}

/** A tiny engine: its state is a sum, and it places an order at every third event. */
export class SampleEngine implements ReplayedEngine {
  /** The order that this event causes is one tick dearer: a changed strategy. */
  wrongAt = 0;
  private readonly output: CommandSink;
  private readonly command = new OrderCommand();
  private readonly state = new Float64Array(2);

  constructor(output: CommandSink) {
    this.output = output;
  }

  handle(event: EngineEvent): void {
    this.state[0] = (this.state[0] as number) + event.kind;
    this.state[1] = event.sequence;
    if (event.sequence % 3 !== 0) return;
    const { command } = this;
    command.clientOrderId = event.sequence as number as ClientOrderId;
    command.instrument = 0 as InstrumentIndex;
    command.priceTicks = (event.kind + (event.sequence === this.wrongAt ? 1 : 0)) as never;
    this.output.emit(command);
  }

  /** Changes the state without a trace in the commands. */
  corrupt(): void {
    this.state[0] = (this.state[0] as number) + 1;
  }

  restore(bytes: Uint8Array): void {
    new Uint8Array(this.state.buffer).set(bytes);
  }

  stateBytes(): Uint8Array {
    return new Uint8Array(this.state.buffer);
  }
}

/** Records `count` sample events and, unless `isCrashed`, closes. */
export function recordSession(
  sink: FrameSink,
  count: number,
  options: { seed?: number; isCrashed?: boolean; epoch?: number; header?: SessionHeader } = {},
): SessionHashes | null {
  const { seed = 1, isCrashed = false, epoch = 3, header = SAMPLE_HEADER } = options;
  const journal = new SessionJournal({
    sink,
    epoch,
    header,
    clock: new SteppingClock(),
  });
  const engine = new SampleEngine(journal);
  const stream = new SampleStream(seed);
  for (let index = 0; index < count; index++) {
    const event = stream.next();
    journal.append(event);
    engine.handle(event);
    if (journal.isCheckpointDue) journal.checkpoint(engine.stateBytes());
  }
  return isCrashed ? null : journal.close(engine.stateBytes());
}
