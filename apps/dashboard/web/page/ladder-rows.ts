import type { LadderState, OwnOrderRow, SideName } from '#apps/dashboard/protocol.ts';

/** One tick of the ladder. */
export interface TickRow {
  readonly kind: 'tick';
  readonly ticks: number;
  /** Where the price lies: on the ask side, inside the spread, or on the bid side. */
  readonly zone: SideName | 'spread';
  /** Lots of others; 0: none in sight. */
  readonly lots: number;
  readonly own: readonly OwnOrderRow[];
}

/** Ticks that hold nothing, folded into one row. */
export interface FoldRow {
  readonly kind: 'fold';
  readonly ticks: number;
  readonly count: number;
  readonly zone: SideName | 'spread';
}

export type LadderRow = TickRow | FoldRow;

/** Longer runs of empty ticks become one row. */
const EMPTY_RUN_MAX = 3;

/**
 * The ladder from the highest price down: one row per tick, long empty runs folded, every own order
 * in it wherever it rests.
 */
export function ladderRows(ladder: LadderState): readonly LadderRow[] {
  const lots = new Map<number, number>();
  for (const [index, ticks] of ladder.askTicks.entries()) lots.set(ticks, ladder.askLots[index] ?? 0);
  for (const [index, ticks] of ladder.bidTicks.entries()) lots.set(ticks, ladder.bidLots[index] ?? 0);
  const own = new Map<number, OwnOrderRow[]>();
  for (const order of ladder.own) {
    const there = own.get(order.priceTicks);
    if (there === undefined) own.set(order.priceTicks, [order]);
    else there.push(order);
  }
  const filled = [...new Set([...lots.keys(), ...own.keys()])].sort((left, right) => right - left);
  const bestAsk = ladder.askTicks[0] ?? Number.POSITIVE_INFINITY;
  const bestBid = ladder.bidTicks[0] ?? Number.NEGATIVE_INFINITY;
  const zoneOf = (ticks: number): TickRow['zone'] =>
    ticks >= bestAsk ? 'ask' : ticks <= bestBid ? 'bid' : 'spread';
  const rows: LadderRow[] = [];
  let above: number | null = null;
  for (const ticks of filled) {
    if (above !== null) addGap(rows, above, ticks, zoneOf);
    rows.push({
      kind: 'tick',
      ticks,
      zone: zoneOf(ticks),
      lots: lots.get(ticks) ?? 0,
      own: own.get(ticks) ?? [],
    });
    above = ticks;
  }
  return rows;
}

function addGap(
  rows: LadderRow[],
  above: number,
  below: number,
  zoneOf: (ticks: number) => TickRow['zone'],
): void {
  const count = above - below - 1;
  if (count > EMPTY_RUN_MAX) {
    rows.push({ kind: 'fold', ticks: above - 1, count, zone: zoneOf(above - 1) });
    return;
  }
  for (let ticks = above - 1; ticks > below; ticks--) {
    rows.push({ kind: 'tick', ticks, zone: zoneOf(ticks), lots: 0, own: [] });
  }
}
