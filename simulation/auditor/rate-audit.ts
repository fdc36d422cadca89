/** 19: placements per window as the venue counts them, request weight, and the silence it asked for. */
import type { OrderRateLimit } from './auditor-inputs.ts';
import type { Findings } from './findings.ts';
import { INSTRUMENTS_MAX } from './situation.ts';
import type { WeightAudit } from './weight-audit.ts';

/** Share of a venue's limit that may be used. */
const SHARE = 0.9;
const TEN_SECONDS = 10_000_000;
/** Half of the shortest window: whoever places sooner has not heard the refusal. */
const FULL_MICROS = 5_000_000;
/** Placements remembered per instrument: beyond any limit of a minute. */
const TIMES = 4_096;
/** Longer windows are counted as the venue does, aligned to the clock. */
const ROLLING_MAX = 60_000_000;

/** Placements of one instrument. Hot: each placement; no allocation. */
class Placements {
  private readonly times = new Float64Array(TIMES);
  private count = 0;

  add(nowMicros: number): void {
    this.times[this.count % TIMES] = nowMicros;
    this.count += 1;
  }

  /** Those younger than the interval, the newest included. */
  within(intervalMicros: number, nowMicros: number): number {
    const oldest = Math.max(0, this.count - TIMES);
    let found = 0;
    for (let number = this.count - 1; number >= oldest; number--) {
      if ((this.times[number % TIMES] as number) <= nowMicros - intervalMicros) break;
      found += 1;
    }
    return found;
  }
}

export class RateAudit {
  readonly weights: WeightAudit;
  private readonly findings: Findings;
  private readonly limits: readonly OrderRateLimit[];
  private readonly all: readonly Placements[];
  /** Those of the living process only: the grant is its own. */
  private own: readonly Placements[];
  private readonly alignedWindows: Float64Array;
  private readonly alignedCounts: Float64Array;
  private readonly silentUntil = new Float64Array(INSTRUMENTS_MAX);
  private readonly silentFrom = new Float64Array(INSTRUMENTS_MAX);
  /** Somebody used up the order count: until then nothing is placed. */
  private readonly fullUntil = new Float64Array(INSTRUMENTS_MAX);
  private readonly fullFrom = new Float64Array(INSTRUMENTS_MAX);
  private readonly limitedUntil = new Float64Array(INSTRUMENTS_MAX);
  private readonly limitedFrom = new Float64Array(INSTRUMENTS_MAX);

  constructor(limits: readonly OrderRateLimit[], weights: WeightAudit, findings: Findings) {
    this.weights = weights;
    this.limits = limits;
    this.findings = findings;
    this.all = makePlacements();
    this.own = makePlacements();
    this.alignedWindows = new Float64Array(limits.length).fill(-1);
    this.alignedCounts = new Float64Array(limits.length);
  }

  onStarted(): void {
    this.own = makePlacements();
    this.weights.onStarted();
    // A process that begins was told nothing yet: its first refusal tells it.
    for (const times of [this.silentUntil, this.limitedUntil, this.fullUntil])
      times.fill(Number.NEGATIVE_INFINITY);
  }

  /** The process was told to send nothing at all. `instrument` below zero: to no market. */
  silence(instrument: number, nowMicros: number, untilMicros: number): void {
    extend(this.silentFrom, this.silentUntil, instrument, nowMicros, untilMicros);
  }

  /**
   * The process was told to ask for nothing new. What makes it safe, cancels and questions, may go;
   * told again before the end, it has to be silent.
   */
  limit(instrument: number, nowMicros: number, untilMicros: number): void {
    const isRepeated = this.isLimited(instrument, nowMicros);
    extend(this.limitedFrom, this.limitedUntil, instrument, nowMicros, untilMicros);
    if (isRepeated) this.silence(instrument, nowMicros, untilMicros);
  }

  /** The process was told that the count of orders of the account is used up. */
  onOrdersRefused(instrument: number, nowMicros: number): void {
    extend(this.fullFrom, this.fullUntil, instrument, nowMicros, nowMicros + FULL_MICROS);
  }

  isSilenced(instrument: number, nowMicros: number): boolean {
    return isWithin(this.silentFrom, this.silentUntil, instrument, nowMicros);
  }

  private isLimited(instrument: number, nowMicros: number): boolean {
    return isWithin(this.limitedFrom, this.limitedUntil, instrument, nowMicros);
  }

  /** Any request. `instrument` below zero: one about the account. `isNew`: it asks for something new. */
  onRequest(instrument: number, isNew: boolean, nowMicros: number): void {
    this.findings.count(19);
    const isSilent = this.isSilenced(instrument, nowMicros);
    if (!isSilent && !(isNew && this.isLimited(instrument, nowMicros))) return;
    const until = isSilent ? this.silentUntil : this.limitedUntil;
    this.findings.violate(
      19,
      `a request for instrument ${instrument} before the release at ${until[Math.max(0, instrument)]}`,
    );
  }

  /** An order. `granted`: placements in ten seconds that the lease allows. */
  onPlacement(instrument: number, granted: number, nowMicros: number, id: number): void {
    const all = this.all[instrument];
    const own = this.own[instrument];
    if (all === undefined || own === undefined) return;
    all.add(nowMicros);
    own.add(nowMicros);
    if (isWithin(this.fullFrom, this.fullUntil, instrument, nowMicros)) {
      this.findings.violate(19, 'an order though the count of orders was used up', id);
    }
    const used = own.within(TEN_SECONDS, nowMicros);
    if (used > granted) {
      this.findings.violate(
        19,
        `${used} placements in ten seconds on instrument ${instrument}, granted ${granted}`,
        id,
      );
    }
    for (let index = 0; index < this.limits.length; index++) {
      const limit = this.limits[index] as OrderRateLimit;
      if (limit.instrument !== instrument) continue;
      const count = this.countIn(index, limit, all, nowMicros);
      if (count <= limit.limit * SHARE) continue;
      this.findings.violate(
        19,
        `${count} placements in ${limit.intervalMicros} microseconds on instrument ${instrument}, the venue allows ${limit.limit}`,
        id,
      );
    }
  }

  private countIn(
    index: number,
    limit: OrderRateLimit,
    all: Placements,
    nowMicros: number,
  ): number {
    if (limit.intervalMicros <= ROLLING_MAX) return all.within(limit.intervalMicros, nowMicros);
    const window = Math.floor(nowMicros / limit.intervalMicros);
    if (window !== this.alignedWindows[index]) {
      this.alignedWindows[index] = window;
      this.alignedCounts[index] = 0;
    }
    this.alignedCounts[index] = (this.alignedCounts[index] as number) + 1;
    return this.alignedCounts[index] as number;
  }
}

function makePlacements(): readonly Placements[] {
  const made: Placements[] = [];
  for (let index = 0; index < INSTRUMENTS_MAX; index++) made.push(new Placements());
  return made;
}

function extend(
  from: Float64Array,
  until: Float64Array,
  instrument: number,
  nowMicros: number,
  untilMicros: number,
): void {
  for (let index = 0; index < INSTRUMENTS_MAX; index++) {
    if (instrument >= 0 && instrument !== index) continue;
    if (nowMicros >= (until[index] as number)) from[index] = nowMicros;
    until[index] = Math.max(until[index] as number, untilMicros);
  }
}

/** What left in the instant of the word may have left before it came. */
function isWithin(
  from: Float64Array,
  until: Float64Array,
  instrument: number,
  nowMicros: number,
): boolean {
  const index = Math.max(0, instrument);
  return nowMicros > (from[index] as number) && nowMicros < (until[index] as number);
}
