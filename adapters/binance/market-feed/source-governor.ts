import type { EpochMicros } from '#units/integers.ts';
import { MICROS_PER_SECOND } from '#units/integers.ts';

/** Faults within the window that isolate a source. */
const FAULTS_MAX = 5;
const FAULT_WINDOW_MICROS = 10 * MICROS_PER_SECOND;
/** First probation; doubles with each isolation up to the longest. */
const PROBATION_MICROS_MIN = 30 * MICROS_PER_SECOND;
const PROBATION_MICROS_MAX = 600 * MICROS_PER_SECOND;
const LAG_WEIGHT = 1 / 64;

/** How good a source is. Counts since the start; the lag is how far it is behind the fastest, on average. */
export interface SourceQuality {
  readonly name: string;
  readonly isUp: boolean;
  readonly isIsolated: boolean;
  readonly frameCount: number;
  readonly firstCount: number;
  readonly duplicateCount: number;
  readonly faultCount: number;
  readonly lossCount: number;
  readonly lagMicros: number;
}

class Source {
  readonly name: string;
  isUp = false;
  frameCount = 0;
  firstCount = 0;
  duplicateCount = 0;
  faultCount = 0;
  lossCount = 0;
  lagMicros = 0;
  isolatedUntilMicros = 0;
  probationMicros = PROBATION_MICROS_MIN;
  readonly recentFaults: number[] = [];

  constructor(name: string) {
    this.name = name;
  }
}

/**
 * Knows which sources of a market exist, how good each is, and which may speak. A source with many
 * faults in a short time is isolated for a probation, unless it is the only one: a bad source that
 * says so is better than none, and the book checks every message anyway.
 */
export class MultiSourceGovernor {
  private readonly sources: readonly Source[];

  constructor(names: readonly string[]) {
    this.sources = names.map((name) => new Source(name));
  }

  /** True while at least one source works. */
  get isAnyUp(): boolean {
    return this.sources.some((one) => one.isUp);
  }

  onUp(index: number): void {
    this.at(index).isUp = true;
  }

  onDown(index: number): void {
    const source = this.at(index);
    source.isUp = false;
    source.lossCount += 1;
  }

  /** Hot: every frame that was decoded. */
  onFrame(index: number): void {
    this.at(index).frameCount += 1;
  }

  /** Hot: every message that went on. */
  onFirst(index: number): void {
    this.at(index).firstCount += 1;
  }

  /** Hot: every message that another source had brought `lagMicros` earlier. */
  onDuplicate(index: number, lagMicros: number): void {
    const source = this.at(index);
    source.duplicateCount += 1;
    source.lagMicros += (lagMicros - source.lagMicros) * LAG_WEIGHT;
  }

  /** A frame that could not be read, or a stream that fell silent. */
  onFault(index: number, nowMicros: EpochMicros): void {
    const source = this.at(index);
    source.faultCount += 1;
    const { recentFaults } = source;
    recentFaults.push(nowMicros);
    while ((recentFaults[0] as number) <= nowMicros - FAULT_WINDOW_MICROS) recentFaults.shift();
    if (recentFaults.length < FAULTS_MAX || source.isolatedUntilMicros > nowMicros) return;
    recentFaults.length = 0;
    source.isolatedUntilMicros = nowMicros + source.probationMicros;
    source.probationMicros = Math.min(source.probationMicros * 2, PROBATION_MICROS_MAX);
  }

  /** Hot: may this source's messages go on? */
  maySpeak(index: number, nowMicros: EpochMicros): boolean {
    const source = this.at(index);
    if (source.isolatedUntilMicros <= nowMicros) return true;
    for (const other of this.sources) {
      if (other !== source && other.isUp && other.isolatedUntilMicros <= nowMicros) return false;
    }
    return true;
  }

  quality(nowMicros: EpochMicros): readonly SourceQuality[] {
    return this.sources.map((one) => ({
      name: one.name,
      isUp: one.isUp,
      isIsolated: one.isolatedUntilMicros > nowMicros,
      frameCount: one.frameCount,
      firstCount: one.firstCount,
      duplicateCount: one.duplicateCount,
      faultCount: one.faultCount,
      lossCount: one.lossCount,
      lagMicros: Math.round(one.lagMicros),
    }));
  }

  private at(index: number): Source {
    const source = this.sources[index];
    if (source === undefined) throw new RangeError(`no source ${index}`);
    return source;
  }
}
