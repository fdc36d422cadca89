import { CommandKind } from '#contracts/commands.ts';
import { Market } from '#contracts/instrument.ts';
import { type EpochMicros, MICROS_PER_SECOND } from '#units/integers.ts';

const MINUTE_MICROS = 60 * MICROS_PER_SECOND;
const SPOT_LIMIT = 6_000;
const PERPETUAL_LIMIT = 2_400;

/**
 * Listed weights on spot. What a success gives back is not given back here: harsher than documented, so
 * that a test is never kinder than live.
 */
const SPOT_WEIGHTS: ReadonlyMap<CommandKind, number> = new Map([
  [CommandKind.PLACE_ORDER, 1],
  [CommandKind.CANCEL_ORDER, 1],
  [CommandKind.CANCEL_ALL, 1],
  [CommandKind.REPLACE_ORDER, 1],
  [CommandKind.AMEND_ORDER, 4],
  [CommandKind.QUERY_ORDER, 4],
  [CommandKind.REQUEST_OPEN_ORDERS, 6],
  [CommandKind.REQUEST_ACCOUNT, 20],
  [CommandKind.REQUEST_FILLS, 20],
  [CommandKind.REQUEST_SNAPSHOT, 50],
]);

/** On the perpetual orders and their changes weigh nothing: their own counter holds them. */
const PERPETUAL_WEIGHTS: ReadonlyMap<CommandKind, number> = new Map([
  [CommandKind.CANCEL_ORDER, 1],
  [CommandKind.CANCEL_ALL, 1],
  [CommandKind.REPLACE_ORDER, 1],
  [CommandKind.QUERY_ORDER, 1],
  [CommandKind.REQUEST_OPEN_ORDERS, 1],
  [CommandKind.REQUEST_ACCOUNT, 5],
  [CommandKind.REQUEST_FILLS, 5],
  [CommandKind.REQUEST_SNAPSHOT, 20],
]);

/** Counts request weight as the venue's REQUEST_WEIGHT limiter does: per minute of the clock. */
export class WeightCounter {
  private readonly weights: ReadonlyMap<CommandKind, number>;
  private readonly limit: number;
  private window = -1;
  private used = 0;

  constructor(market: Market) {
    const isSpot = market === Market.SPOT;
    this.weights = isSpot ? SPOT_WEIGHTS : PERPETUAL_WEIGHTS;
    this.limit = isSpot ? SPOT_LIMIT : PERPETUAL_LIMIT;
  }

  /** Counts one request, refused ones too. False when the minute's weight is used up. */
  tryCount(kind: CommandKind, nowMicros: EpochMicros): boolean {
    const window = Math.floor(nowMicros / MINUTE_MICROS);
    if (window !== this.window) {
      this.window = window;
      this.used = 0;
    }
    this.used += this.weights.get(kind) ?? 0;
    return this.used <= this.limit;
  }

  /** When the minute is over that was counted last. */
  get releaseMicros(): EpochMicros {
    return ((this.window + 1) * MINUTE_MICROS) as EpochMicros;
  }
}
