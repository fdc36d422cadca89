/** Speed of the matching engine: a market-like mix of placing, cancelling and taking. */
import { OrderType, SelfTradeMode, Side, TimeInForce } from '#contracts/order.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import type { EpochMicros, PriceTicks, QuantityLots } from '#units/integers.ts';
import { MatchingEngine } from './matching-engine.ts';
import type { VenueOrder } from './venue-book.ts';

const ORDERS_PER_SAMPLE = 400_000;
const SAMPLE_COUNT = 7;
/** Orders alive at once, about what a simulated DOGE book holds. */
const WORKING_SET = 2_000;

export interface BenchRow {
  readonly name: string;
  readonly unit: string;
  readonly samples: number[];
}

type Writable<T> = { -readonly [Field in keyof T]: T[Field] };

function blankOrder(id: number): Writable<VenueOrder> {
  return {
    venueOrderId: id,
    owner: 1 + (id % 5),
    clientOrderId: 0,
    side: Side.BUY,
    type: OrderType.LIMIT,
    timeInForce: TimeInForce.GTC,
    selfTradeMode: SelfTradeMode.NONE,
    reduceOnly: false,
    priceTicks: 1 as PriceTicks,
    quantityLots: 1 as QuantityLots,
    filledLots: 0 as QuantityLots,
    preventedLots: 0 as QuantityLots,
  };
}

/** Seconds for `count` places, each after cancelling what its object still had in the book. */
function run(engine: MatchingEngine, orders: Writable<VenueOrder>[], random: SeededRandom): number {
  const count = ORDERS_PER_SAMPLE;
  const sides = new Uint8Array(count);
  const prices = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    const side = random.chance(0.5) ? Side.BUY : Side.SELL;
    const distance = random.chance(0.15) ? -2 : random.integer(1, 40);
    sides[index] = side;
    prices[index] = 16_000 + (side === Side.BUY ? -distance : distance);
  }
  const started = performance.now();
  for (let index = 0; index < count; index++) {
    const order = orders[index % orders.length] as Writable<VenueOrder>;
    engine.cancel(order);
    order.side = sides[index] as Side;
    order.priceTicks = prices[index] as PriceTicks;
    order.quantityLots = (1 + (index % 9)) as QuantityLots;
    order.filledLots = 0 as QuantityLots;
    engine.place(order, 0 as EpochMicros);
  }
  return (performance.now() - started) / 1_000;
}

/** `matching.orders`: orders placed per second, the cancel of the replaced order included. */
export function rows(): BenchRow[] {
  const random = new SeededRandom(11);
  const engine = new MatchingEngine();
  const orders: Writable<VenueOrder>[] = [];
  for (let id = 1; id <= WORKING_SET; id++) orders.push(blankOrder(id));
  run(engine, orders, random);
  const samples: number[] = [];
  for (let sample = 0; sample < SAMPLE_COUNT; sample++) {
    samples.push(ORDERS_PER_SAMPLE / run(engine, orders, random));
  }
  return [{ name: 'matching.orders', unit: 'orders/s', samples }];
}
