/** A local book, kept by the procedures the venue publishes: one for spot, one for the perpetual. */
import assert from 'node:assert/strict';
import { type Free, until } from './exchange-program.test-support.ts';

type Row = readonly [string | number, string | number];
type Side = Map<string, string>;

/** A diff of depth; numbers may come as big integers from some clients. */
interface DepthEvent {
  readonly U: number;
  readonly u: number;
  readonly pu?: number;
  readonly b: readonly Row[];
  readonly a: readonly Row[];
}

interface Levels {
  readonly bids: Side;
  readonly asks: Side;
}

/** Levels of a snapshot or of a client's own book, comparable by `deepEqual`. */
export function levelsOf(bids: readonly Row[], asks: readonly Row[]): Levels {
  const side = (rows: readonly Row[]): Side =>
    new Map([...rows].map(([price, quantity]) => [plain(price), plain(quantity)] as const).sort());
  return { bids: side(bids), asks: side(asks) };
}

/** Without trailing zeros, so that every way of writing a number agrees. */
function plain(value: string | number): string {
  const text = String(value);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

export class LocalBook {
  private readonly market: 'SPOT' | 'USDM';
  private readonly snapshot: () => Promise<Free>;
  private readonly kept: DepthEvent[] = [];
  private readonly states = new Map<number, Levels>();
  private levels: Levels | null = null;
  private id = 0;
  private applied = 0;
  private problem: unknown = null;

  /** `snapshot` asks over REST, through the client under test. */
  constructor(market: 'SPOT' | 'USDM', snapshot: () => Promise<Free>) {
    this.market = market;
    this.snapshot = snapshot;
  }

  get eventCount(): number {
    return this.applied;
  }

  /** One diff of the stream, in the order they come. */
  take(raw: Free): void {
    const pu = raw.pu === undefined ? {} : { pu: Number(raw.pu) };
    const event = { U: Number(raw.U), u: Number(raw.u), ...pu, b: raw.b, a: raw.a };
    this.kept.push(event);
    if (this.levels === null) return;
    try {
      this.follow(event);
    } catch (error) {
      this.problem ??= error;
    }
  }

  /** Buffers, takes a snapshot that is not too old, goes on from there. */
  async open(): Promise<void> {
    await until(() => this.kept.length >= 2, 'two diffs of depth');
    const first = this.kept[0] as DepthEvent;
    let answer = await this.snapshot();
    while (Number(answer.lastUpdateId) < first.U) answer = await this.snapshot();
    this.id = Number(answer.lastUpdateId);
    this.levels = levelsOf(answer.bids, answer.asks);
    for (const event of this.kept) this.follow(event);
  }

  /** The book when its last applied update was this one. */
  at(updateId: number): Levels | undefined {
    return this.states.get(updateId);
  }

  /** Waits for `events` applied diffs, each of them in its place in the chain. */
  async follows(events: number): Promise<void> {
    await until(
      () => this.problem !== null || this.applied >= events,
      () => `${events} diffs, ${this.applied} came`,
      40_000,
    );
    if (this.problem !== null) throw this.problem;
  }

  /** Takes a fresh snapshot, brings it to an update id this book has had, and compares all levels. */
  async isExact(): Promise<void> {
    const answer = await this.snapshot();
    const from = Number(answer.lastUpdateId);
    await until(() => this.problem !== null || this.id > from, 'a diff after the snapshot');
    if (this.problem !== null) throw this.problem;
    const fresh = levelsOf(answer.bids, answer.asks);
    const next = this.kept.find((event) => event.u > from) as DepthEvent;
    assert.ok(fresh.bids.size > 2 && fresh.asks.size > 2, 'a snapshot with levels');
    set(fresh, next);
    const own = this.states.get(next.u);
    assert.ok(own !== undefined);
    assert.deepEqual(sorted(own), sorted(fresh), `the book at ${next.u}`);
  }

  private follow(event: DepthEvent): void {
    if (this.market === 'SPOT' ? this.isStaleOnSpot(event) : this.isStaleOnUsdm(event)) return;
    const levels = this.levels as Levels;
    set(levels, event);
    this.id = event.u;
    this.applied += 1;
    this.states.set(event.u, { bids: new Map(levels.bids), asks: new Map(levels.asks) });
  }

  /** Drops what the snapshot holds already; then ids come in a row. */
  private isStaleOnSpot({ U, u }: DepthEvent): boolean {
    if (u <= this.id) return true;
    assert.ok(U <= this.id + 1, `gap: ${U} after ${this.id}`);
    if (this.applied > 0) assert.equal(U, this.id + 1);
    return false;
  }

  /** The first diff straddles the snapshot, then each names the one before. */
  private isStaleOnUsdm({ U, u, pu }: DepthEvent): boolean {
    if (this.applied > 0) {
      assert.equal(pu, this.id);
      return false;
    }
    if (u < this.id) return true;
    assert.ok(U <= this.id, `gap: ${U} after ${this.id}`);
    return false;
  }
}

function set(levels: Levels, event: DepthEvent): void {
  for (const [side, rows] of [
    [levels.bids, event.b],
    [levels.asks, event.a],
  ] as const) {
    for (const [price, quantity] of rows) {
      if (Number(quantity) === 0) side.delete(plain(price));
      else side.set(plain(price), plain(quantity));
    }
  }
}

/** Both sides as sorted rows. */
export function sorted({ bids, asks }: Levels): readonly (readonly string[][])[] {
  return [[...bids].sort(), [...asks].sort()];
}
