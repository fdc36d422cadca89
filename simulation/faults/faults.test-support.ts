/** A whole small world behind a network of faults, and a simple trader in the place of the process. */
import { CommandKind, OrderCommand, RequestCommand } from '#contracts/commands.ts';
import { EventKind } from '#contracts/event-kind.ts';
import type { EngineEvent } from '#contracts/events.ts';
import { type Instrument, InstrumentRole } from '#contracts/instrument.ts';
import { OrderType, Side } from '#contracts/order.ts';
import {
  DEFAULT_PERP_CHARACTER,
  DEFAULT_SPOT_CHARACTER,
  SyntheticMarket,
} from '#simulation/market/market.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import { BookListenerRelay } from '#simulation/venue/book-listener-relay.ts';
import { ConstantLatency } from '#simulation/venue/latency.ts';
import { MatchingEngine } from '#simulation/venue/matching-engine.ts';
import { PublicFeed } from '#simulation/venue/public-feed.ts';
import { perpInstrument, spotInstrument, WHOLE } from '#simulation/venue/venue.test-support.ts';
import { SimulatedVenue } from '#simulation/venue/venue.ts';
import { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import type {
  AssetUnits,
  ClientOrderId,
  EpochMicros,
  InstrumentIndex,
  PriceTicks,
  PriceUnits,
  QuantityLots,
  RateUnits,
} from '#units/integers.ts';
import type { FaultWindow } from './fault-script.ts';
import type { FaultName } from './fault-table.ts';
import { FaultNetwork, type FaultNetworkOptions } from './faults.ts';

export const START = 1_795_305_600_000_000 as EpochMicros;
export const SECOND = 1_000_000;
export const SPOT = 0 as InstrumentIndex;
export const PERP = 1 as InstrumentIndex;

export interface Effect {
  readonly name: FaultName;
  readonly instrument: number;
  readonly clientOrderId: number;
  readonly atMicros: number;
}

/** A window of the first two minutes: opens at 5 s and stays open unless told otherwise. */
export function windowOf(name: FaultName, changes: Partial<FaultWindow> = {}): FaultWindow {
  return {
    ...{ name, fromMicros: 5 * SECOND, lengthMicros: 60 * SECOND, probability: 1 },
    ...{ salt: 12_345, instrument: -1, strength: 1 },
    ...changes,
  };
}

type Settings = Partial<Pick<FaultNetworkOptions, 'frames' | 'onSilenced' | 'onFault'>> & {
  readonly seed?: number;
};

export class FaultTown {
  readonly clock = new VirtualClock(START);
  readonly network: FaultNetwork;
  readonly venue: SimulatedVenue;
  readonly market: SyntheticMarket;
  readonly books: readonly MatchingEngine[];
  readonly effects: Effect[] = [];
  readonly owner: string[] = [];
  /** Copies of what the process heard. */
  readonly heard: EngineEvent[] = [];
  /** Copies of what the venue said, before faults. */
  readonly said: EngineEvent[] = [];
  onProcess: (window: FaultWindow, isStart: boolean) => void = () => undefined;
  onHeard: (event: EngineEvent) => void = () => undefined;

  constructor(script: readonly FaultWindow[], settings: Settings = {}) {
    const { seed = 3, ...network } = settings;
    const { clock } = this;
    const instruments = [spotInstrument(), perpInstrument({ role: InstrumentRole.HEDGE })];
    this.network = new FaultNetwork({
      ...{ clock, instruments, script },
      onFault: (name, instrument, clientOrderId) => {
        this.effects.push({ name, instrument, clientOrderId, atMicros: clock.nowMicros - START });
      },
      onProcess: (window, isStart) => {
        this.owner.push(`${window.name} ${isStart ? 'start' : 'end'}`);
        this.onProcess(window, isStart);
      },
      onDisk: (window, isStart) => {
        this.owner.push(`${window.name} ${isStart ? 'start' : 'end'}`);
      },
      ...network,
    });
    const sink = {
      publish: (event: EngineEvent): void => {
        this.said.push(copyOf(event));
        this.network.publish(event);
      },
    };
    const latency = new ConstantLatency(2_000, 3_000, 1_000);
    const listeners = instruments.map(() => new BookListenerRelay());
    this.books = listeners.map((listener) => new MatchingEngine({ ownListener: listener }));
    const feeds = instruments.map(
      (instrument, index) =>
        new PublicFeed({
          clock,
          sink,
          instrument,
          latency,
          engine: this.books[index] as MatchingEngine,
        }),
    );
    this.venue = new SimulatedVenue({
      ...{ clock, sink, instruments, listeners, latency },
      books: this.books,
      random: new SeededRandom(seed, 41),
      balances: {
        baseUnits: (200_000 * WHOLE) as AssetUnits,
        quoteUnits: (100_000 * WHOLE) as AssetUnits,
        feeAssetUnits: WHOLE as AssetUnits,
        marginUnits: (20_000 * WHOLE) as AssetUnits,
      },
      onSnapshotRequest: (index) => feeds[index]?.requestSnapshot(),
    });
    this.market = new SyntheticMarket({
      ...{ clock, seed, startPrice: 0.16, volatilityBps: 1.2, regime: 'calm' },
      ...{ quoted: instruments[0] as Instrument, hedge: instruments[1] as Instrument },
      quotedBook: this.books[0] as MatchingEngine,
      hedgeBook: this.books[1] as MatchingEngine,
      spotCharacter: DEFAULT_SPOT_CHARACTER,
      perpCharacter: DEFAULT_PERP_CHARACTER,
      ...{ basisMeanBps: -5, basisDeviationBps: 2 },
    });
    this.network.bind({ venue: this.venue, market: this.market });
    this.attach();
    this.market.start();
    this.venue.setMark(PERP, 16_000_000 as PriceUnits, 0 as RateUnits, 0 as EpochMicros);
    this.network.start();
  }

  attach(): void {
    this.network.attach({
      publish: (event) => {
        this.heard.push(copyOf(event));
        this.onHeard(event);
      },
    });
  }

  /** Runs to so many seconds after the start. */
  runTo(seconds: number): this {
    this.clock.runUntil((START + Math.round(seconds * SECOND)) as EpochMicros);
    return this;
  }

  /** Places a post-only order `away` ticks behind the touch. */
  place(
    id: number,
    side: Side,
    away: number,
    lots = 100,
    instrument: InstrumentIndex = SPOT,
  ): void {
    const touch = this.venue.touchTicks(instrument, side);
    const command = new OrderCommand();
    command.instrument = instrument;
    command.clientOrderId = id as ClientOrderId;
    command.side = side;
    command.priceTicks = (side === Side.BUY ? touch - away : touch + away) as PriceTicks;
    command.quantityLots = lots as QuantityLots;
    command.type = instrument === SPOT ? OrderType.LIMIT_MAKER : OrderType.LIMIT;
    this.network.submit(command);
  }

  send(kind: CommandKind, id: number, changes: Partial<OrderCommand> = {}): void {
    const command = Object.assign(new OrderCommand(), changes);
    command.kind = kind;
    command.clientOrderId = id as ClientOrderId;
    if (changes.instrument === undefined) command.instrument = SPOT;
    this.network.submit(command);
  }

  request(kind: CommandKind, instrument: InstrumentIndex = SPOT): void {
    const command = new RequestCommand();
    command.kind = kind;
    // The account is asked for as the engine does: of all markets at once.
    if (kind !== CommandKind.REQUEST_ACCOUNT) command.instrument = instrument;
    this.network.submit(command);
  }

  count(name: FaultName): number {
    return this.effects.filter((effect) => effect.name === name).length;
  }

  kinds(events: readonly EngineEvent[], kind: number): EngineEvent[] {
    return events.filter((event) => event.kind === kind);
  }

  /**
   * A trader that places, cancels, amends, replaces and asks, on a clock and a seed of its own. It
   * reacts to nothing, so that what it does is the same under every script.
   */
  trade(seed = 1): void {
    const random = new SeededRandom(seed, 77);
    let id = 0;
    const task = {
      run: (now: EpochMicros): void => {
        const instrument = (random.chance(0.7) ? SPOT : PERP) as InstrumentIndex;
        const side = random.chance(0.5) ? Side.BUY : Side.SELL;
        const draw = random.uniform();
        const away = random.integer(0, 2);
        const target = Math.max(1, id - random.integer(0, 3));
        if (draw < 0.5) this.place(++id, side, away, 200, instrument);
        else if (draw < 0.7) this.send(CommandKind.CANCEL_ORDER, target, { instrument });
        else if (draw < 0.8) {
          const quantityLots = 120 as QuantityLots;
          this.send(CommandKind.AMEND_ORDER, target, { instrument, quantityLots });
        } else if (draw < 0.9) this.send(CommandKind.QUERY_ORDER, target, { instrument });
        else if (draw < 0.95) this.request(CommandKind.REQUEST_OPEN_ORDERS, instrument);
        else this.replace(target, ++id, side);
        this.clock.schedule((now + random.integer(50_000, 400_000)) as EpochMicros, task);
      },
    };
    this.clock.schedule((this.clock.nowMicros + SECOND) as EpochMicros, task);
  }

  private replace(target: number, id: number, side: Side): void {
    this.send(CommandKind.REPLACE_ORDER, id, {
      targetOrderId: target as ClientOrderId,
      side,
      type: OrderType.LIMIT_MAKER,
      quantityLots: 200 as QuantityLots,
      priceTicks: this.venue.touchTicks(SPOT, side) as PriceTicks,
    });
  }
}

/** A copy that stays: columns as pairs. */
export function copyOf(event: EngineEvent): EngineEvent {
  const copy: Record<string, unknown> = { ...event };
  if (event.kind === EventKind.DEPTH_DELTA || event.kind === EventKind.DEPTH_SNAPSHOT) {
    for (const side of ['bids', 'asks'] as const) {
      const { count, pricesTicks, quantitiesLots } = event[side];
      copy[side] = Array.from({ length: count }, (_, at) => [pricesTicks[at], quantitiesLots[at]]);
    }
  }
  return copy as unknown as EngineEvent;
}
