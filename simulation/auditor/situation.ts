import { Condition, Phase } from './auditor-inputs.ts';

/** Most instruments of one account. */
export const INSTRUMENTS_MAX = 2;
export const QUOTED = 0;
export const HEDGE = 1;

/**
 * Clocks that stand still while something broken on purpose excuses what they measure. RUNNING: the
 * process is up and not paused. PRIVATE: and reports reach it. ORDERS: and commands reach the venue,
 * which did not ban us. HEDGE: and both markets are there and nothing forbids a hedge. CANCELS: it is up, and
 * the venue hears cancels, whatever else is broken.
 */
export const CleanClock = { RUNNING: 0, PRIVATE: 1, ORDERS: 2, HEDGE: 3, CANCELS: 4 } as const;
export type CleanClock = (typeof CleanClock)[keyof typeof CleanClock];
const CLOCK_COUNT = 5;
const CONDITION_COUNT = 4;

/** What goes on around the engine: time, phase, life of the process, what is broken. */
export class Situation {
  nowMicros = 0;
  phase: Phase = Phase.CALM;
  phaseSinceMicros = 0;
  /** 0 before the first life. */
  epoch = 0;
  lifeCount = 0;
  isUp = false;
  isPaused = false;
  startedAtMicros = 0;
  /** Sequence of the last applied event. */
  sequence = 0;
  /** Venue's own status of the hedge instrument, and what else forbids a hedge, as last looked at. */
  isHedgeClosed = false;
  isHedgeHindered = false;
  /** When the private feed of an instrument was last known to be broken. */
  readonly privateBrokenMicros = new Float64Array(INSTRUMENTS_MAX).fill(Number.NEGATIVE_INFINITY);
  private readonly settleMicros: number;
  private readonly open = new Int32Array(CONDITION_COUNT * INSTRUMENTS_MAX);
  private bannedUntilMicros = 0;
  private readonly isStill = new Uint8Array(CLOCK_COUNT);
  private readonly calm = new Float64Array(CLOCK_COUNT);
  private readonly all = new Float64Array(CLOCK_COUNT);
  private hasBegun = false;

  /** `settleMicros`: this long after a storm's end the strict bounds begin. */
  constructor(settleMicros: number) {
    this.settleMicros = settleMicros;
    this.refresh();
  }

  /** Hot: every call of the auditor. Time never goes back. */
  advance(nowMicros: number): void {
    if (!this.hasBegun) {
      this.hasBegun = true;
      this.nowMicros = nowMicros;
      this.phaseSinceMicros = nowMicros;
      return;
    }
    const elapsed = nowMicros - this.nowMicros;
    if (elapsed <= 0) return;
    const isSettled = this.isSettled;
    for (let clock = 0; clock < CLOCK_COUNT; clock++) {
      if (this.isStill[clock] === 1) continue;
      this.all[clock] = (this.all[clock] as number) + elapsed;
      if (isSettled) this.calm[clock] = (this.calm[clock] as number) + elapsed;
    }
    this.nowMicros = nowMicros;
    if (this.bannedUntilMicros > 0 && nowMicros >= this.bannedUntilMicros) {
      this.bannedUntilMicros = 0;
      this.refresh();
    }
    if (this.privateIsOpen) this.notePrivate();
  }

  /** A calm that has lasted long enough for the strict bounds. */
  get isSettled(): boolean {
    return this.phase === Phase.CALM && this.nowMicros - this.phaseSinceMicros >= this.settleMicros;
  }

  calmMicros(clock: CleanClock): number {
    return this.calm[clock] as number;
  }

  allMicros(clock: CleanClock): number {
    return this.all[clock] as number;
  }

  isBroken(condition: Condition, instrument: number): boolean {
    return (this.open[condition * INSTRUMENTS_MAX + instrument] as number) > 0;
  }

  /** Something of that kind is broken on any instrument. */
  isAnyBroken(condition: Condition): boolean {
    return this.isBroken(condition, QUOTED) || this.isBroken(condition, HEDGE);
  }

  get isBanned(): boolean {
    return this.bannedUntilMicros > this.nowMicros;
  }

  /** A cancel cannot leave the process or is not heard. */
  get isUnreachable(): boolean {
    return !this.isUp || this.isPaused || this.isBanned || this.isAnyBroken(Condition.VENUE);
  }

  /** Nothing is broken at all. */
  get isWhole(): boolean {
    for (let index = 0; index < this.open.length; index++) {
      if ((this.open[index] as number) > 0) return false;
    }
    return this.isUp && !this.isPaused && !this.isBanned;
  }

  setCondition(condition: Condition, instrument: number, isOpen: boolean): void {
    for (let one = 0; one < INSTRUMENTS_MAX; one++) {
      if (instrument !== one && instrument >= 0) continue;
      const index = condition * INSTRUMENTS_MAX + one;
      this.open[index] = Math.max(0, (this.open[index] as number) + (isOpen ? 1 : -1));
    }
    if (condition === Condition.PRIVATE_FEED) this.notePrivate();
    this.refresh();
  }

  ban(untilMicros: number): void {
    this.bannedUntilMicros = Math.max(this.bannedUntilMicros, untilMicros);
    this.refresh();
  }

  start(epoch: number): void {
    this.epoch = epoch;
    this.lifeCount += 1;
    this.isUp = true;
    this.isPaused = false;
    this.startedAtMicros = this.nowMicros;
    this.refresh();
  }

  stop(): void {
    this.isUp = false;
    this.refresh();
  }

  pause(isPaused: boolean): void {
    this.isPaused = isPaused;
    this.refresh();
  }

  hinderHedge(isHindered: boolean): void {
    if (isHindered === this.isHedgeHindered) return;
    this.isHedgeHindered = isHindered;
    this.refresh();
  }

  closeHedge(isClosed: boolean): void {
    this.isHedgeClosed = isClosed;
    this.refresh();
  }

  setPhase(phase: Phase): void {
    if (phase === this.phase) return;
    this.phase = phase;
    this.phaseSinceMicros = this.nowMicros;
  }

  private get privateIsOpen(): boolean {
    return this.isAnyBroken(Condition.PRIVATE_FEED);
  }

  private notePrivate(): void {
    for (let one = 0; one < INSTRUMENTS_MAX; one++) {
      if (this.isBroken(Condition.PRIVATE_FEED, one))
        this.privateBrokenMicros[one] = this.nowMicros;
    }
  }

  private refresh(): void {
    const isDown = !this.isUp || this.isPaused;
    const isDeaf = isDown || this.privateIsOpen;
    const isMute = isDown || this.isBanned || this.isAnyBroken(Condition.ORDER_PATH);
    const isHindered = this.isHedgeClosed || this.isHedgeHindered;
    const isBlind = this.isAnyBroken(Condition.MARKET_FEED);
    this.isStill[CleanClock.RUNNING] = isDown ? 1 : 0;
    this.isStill[CleanClock.PRIVATE] = isDeaf ? 1 : 0;
    this.isStill[CleanClock.ORDERS] = isMute ? 1 : 0;
    this.isStill[CleanClock.CANCELS] = this.isUnreachable ? 1 : 0;
    this.isStill[CleanClock.HEDGE] = isDeaf || isMute || isBlind || isHindered ? 1 : 0;
  }
}

/**
 * A bound that runs on one clean clock: strictly in the settled calm, `stormFactor` times as long
 * over everything else.
 */
export class Deadline {
  isRunning = false;
  startedAtMicros = 0;
  private readonly situation: Situation;
  private readonly clock: CleanClock;
  private readonly stormFactor: number;
  private calmAt = 0;
  private allAt = 0;

  constructor(situation: Situation, clock: CleanClock, stormFactor: number) {
    this.situation = situation;
    this.clock = clock;
    this.stormFactor = stormFactor;
  }

  /** Begins to count, unless it already does. */
  start(): void {
    if (this.isRunning) return;
    this.isRunning = true;
    this.startedAtMicros = this.situation.nowMicros;
    this.calmAt = this.situation.calmMicros(this.clock);
    this.allAt = this.situation.allMicros(this.clock);
  }

  stop(): void {
    this.isRunning = false;
  }

  isOver(boundMicros: number): boolean {
    if (!this.isRunning) return false;
    const { situation, clock } = this;
    return (
      situation.calmMicros(clock) - this.calmAt > boundMicros ||
      situation.allMicros(clock) - this.allAt > boundMicros * this.stormFactor
    );
  }
}
