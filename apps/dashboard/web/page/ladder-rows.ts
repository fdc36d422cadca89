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

/** Ticks folded into one row: they hold nothing, or nothing that matters now. */
export interface FoldRow {
  readonly kind: 'fold';
  /** The highest of them. */
  readonly ticks: number;
  readonly count: number;
  /** Lots of others on them; 0 for a run that is empty. */
  readonly lots: number;
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
  for (const [index, ticks] of ladder.askTicks.entries())
    lots.set(ticks, ladder.askLots[index] ?? 0);
  for (const [index, ticks] of ladder.bidTicks.entries())
    lots.set(ticks, ladder.bidLots[index] ?? 0);
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
    rows.push({ kind: 'fold', ticks: above - 1, count, lots: 0, zone: zoneOf(above - 1) });
    return;
  }
  for (let ticks = above - 1; ticks > below; ticks--) {
    rows.push({ kind: 'tick', ticks, zone: zoneOf(ticks), lots: 0, own: [] });
  }
}

/**
 * At most about `rowsMax` rows: the ticks around the touch and every own order stay, what lies
 * between is folded with its sum. So our orders are in sight however far out they rest.
 */
export function nearRows(rows: readonly LadderRow[], rowsMax: number): readonly LadderRow[] {
  if (rows.length <= rowsMax) return rows;
  const firstBid = rows.findIndex((row) => row.zone === 'bid');
  const middle = firstBid < 0 ? rows.length : firstBid;
  const perSide = Math.floor(rowsMax / 2);
  const asks = keepNear(rows.slice(0, middle).reverse(), perSide).reverse();
  const bids = keepNear(rows.slice(middle), perSide);
  return [...asks, ...bids];
}

/** `rows` run outwards from the touch. */
function keepNear(rows: readonly LadderRow[], rowsMax: number): LadderRow[] {
  if (rows.length <= rowsMax) return [...rows];
  const isOwn = (row: LadderRow): boolean => row.kind === 'tick' && row.own.length > 0;
  const farOwn = rows.filter((row, index) => index >= rowsMax - 1 && isOwn(row)).length;
  // Each far order may need a fold in front of it; the touch keeps at least three ticks.
  const near = Math.max(3, rowsMax - 2 * farOwn);
  const kept = rows.slice(0, near);
  let run: LadderRow[] = [];
  for (const row of rows.slice(near)) {
    if (!isOwn(row)) {
      run.push(row);
      continue;
    }
    if (run.length > 0) kept.push(foldOf(run));
    run = [];
    kept.push(row);
  }
  return kept;
}

function foldOf(run: readonly LadderRow[]): LadderRow {
  const [only] = run;
  if (only !== undefined && run.length === 1) return only;
  const count = run.reduce((sum, row) => sum + (row.kind === 'fold' ? row.count : 1), 0);
  const lots = run.reduce((sum, row) => sum + row.lots, 0);
  const ticks = Math.max(...run.map((row) => row.ticks));
  return { kind: 'fold', ticks, count, lots, zone: only?.zone ?? 'spread' };
}
