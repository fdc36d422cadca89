/** Speed of the matching engine: a market-like mix of placing, cancelling and taking. */
import { measureTurns } from '#bench/alternate.ts';
import { MapMatching } from '#bench/peers/map-matching.ts';
import { PublishedMatching } from '#bench/peers/published-matching.ts';
import type { MeasuredRow } from '#bench/row.ts';
import { roundsOf, type Workload } from '#bench/workload.ts';
import { LevelColumn } from '#contracts/events.ts';
import { OrderType, SelfTradeMode, Side, TimeInForce } from '#contracts/order.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import type { EpochMicros, PriceTicks, QuantityLots } from '#units/integers.ts';
import { MatchingEngine } from './matching-engine.ts';
import type { VenueOrder } from './venue-book.ts';

const ORDERS_PER_RUN = 200_000;
const ROUNDS = 9;
const WARM_UP_ROUNDS = 2;
/** Orders alive at once, about what a simulated DOGE book holds. */
const WORKING_SET = 2_000;
/** Orders between two depth messages, for which ours hands out the changed levels. */
const ORDERS_PER_MESSAGE = 100;

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

/** What everybody places: side and price of each order, the same for both engines. */
export class OrderFlow {
  readonly sides = new Uint8Array(ORDERS_PER_RUN);
  readonly prices = new Float64Array(ORDERS_PER_RUN);

  constructor(random: SeededRandom) {
    for (let index = 0; index < ORDERS_PER_RUN; index++) {
      const side = random.chance(0.5) ? Side.BUY : Side.SELL;
      const distance = random.chance(0.15) ? -2 : random.integer(1, 40);
      this.sides[index] = side;
      this.prices[index] = 16_000 + (side === Side.BUY ? -distance : distance);
    }
  }
}

/** Places each order after cancelling what its object still had in the book. */
function runOwn(engine: MatchingEngine, orders: Writable<VenueOrder>[], flow: OrderFlow): number {
  const bids = new LevelColumn();
  const asks = new LevelColumn();
  for (let index = 0; index < ORDERS_PER_RUN; index++) {
    const order = orders[index % WORKING_SET] as Writable<VenueOrder>;
    engine.cancel(order);
    order.side = flow.sides[index] as Side;
    order.priceTicks = flow.prices[index] as PriceTicks;
    order.quantityLots = (1 + (index % 9)) as QuantityLots;
    order.filledLots = 0 as QuantityLots;
    engine.place(order, 0 as EpochMicros);
    if (index % ORDERS_PER_MESSAGE !== 0) continue;
    bids.clear();
    asks.clear();
    engine.drainChanges(bids, asks);
  }
  return ORDERS_PER_RUN;
}

function runPeer(engine: MapMatching | PublishedMatching, flow: OrderFlow): number {
  for (let index = 0; index < ORDERS_PER_RUN; index++) {
    const id = 1 + (index % WORKING_SET);
    engine.cancel(id);
    engine.place(id, flow.sides[index] as Side, flow.prices[index] as number, 1 + (index % 9));
  }
  return ORDERS_PER_RUN;
}

/** `matching.orders`: orders placed per second, the cancel of the replaced order included. */
export async function rows(workload: Workload): Promise<MeasuredRow[]> {
  const flow = new OrderFlow(new SeededRandom(11));
  const engine = new MatchingEngine();
  const orders: Writable<VenueOrder>[] = [];
  for (let id = 1; id <= WORKING_SET; id++) orders.push(blankOrder(id));
  const published = new PublishedMatching(WORKING_SET);
  const plain = new MapMatching();
  return [
    await measureTurns({
      name: 'matching.orders',
      unit: 'orders/s',
      ...roundsOf(workload, WARM_UP_ROUNDS, ROUNDS),
      note: `cancel, place and match, ${WORKING_SET} orders alive, one in seven takes; ours also keeps update ids and self-trade modes, and hands out the changed levels every ${ORDERS_PER_MESSAGE} orders`,
      own: () => runOwn(engine, orders, flow),
      peer: { name: 'nodejs-order-book (npm)', run: () => runPeer(published, flow) },
      secondPeer: { name: 'sorted array + Map engine', run: () => runPeer(plain, flow) },
    }),
  ];
}
