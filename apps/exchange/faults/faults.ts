/**
 * Decides when a fault strikes, and counts what struck. A seed decides all of it; the places where
 * faults act ask here.
 */
import { SeededRandom } from '#simulation/random/random.ts';
import { FAULT_NAMES, type FaultName } from './fault-names.ts';

/** Chance per occasion: an answer, a frame, a new order. Rare enough that a client gets work done between. */
const CHANCES: Readonly<Record<FaultName, number>> = {
  SLOW_ANSWER: 0.02,
  ANSWER_UNKNOWN: 0.005,
  ANSWER_LOST: 0.003,
  REFUSED_OVERLOAD: 0.01,
  RATE_LIMITED: 0.0005,
  BANNED: 0.0002,
  CLOCK_JUMP: 0.0005,
  ORDER_HIDDEN: 0.02,
  CANCEL_RACE: 0.01,
  SOCKET_CUT: 0.0005,
  SHUTDOWN_NOTICE: 0.0003,
  PONG_UNHEARD: 0.02,
  SUBSCRIPTION_SILENT: 0.03,
  STREAM_GAP: 0.001,
  EVENT_LATE: 0.01,
  EVENT_DOUBLED: 0.01,
  EVENTS_SWAPPED: 0.01,
  SYMBOL_HALT: 0.0005,
  FILTER_CHANGED: 0.0005,
  BALANCE_MOVED: 0.001,
  UNKNOWN_FIELD: 0.05,
  LISTEN_KEY_EXPIRED: 0.01,
};

export interface FaultCount {
  readonly name: FaultName;
  readonly isOn: boolean;
  readonly chance: number;
  /** How often it struck, and how often while some account had an order in a book. */
  readonly struck: number;
  readonly struckLive: number;
  /** Strikes that were asked for and wait for their occasion. */
  readonly pending: number;
}

interface FaultState {
  isOn: boolean;
  chance: number;
  struck: number;
  struckLive: number;
  pending: number;
}

export interface FaultOptions {
  readonly seed: number;
  readonly names: readonly FaultName[];
}

export class Faults {
  private readonly random: SeededRandom;
  private readonly states = new Map<FaultName, FaultState>();
  private liveOrders: () => number = () => 0;

  constructor(options: FaultOptions) {
    this.random = new SeededRandom(options.seed);
    const on = new Set(options.names);
    for (const name of FAULT_NAMES) {
      this.states.set(name, {
        isOn: on.has(name),
        chance: CHANCES[name],
        struck: 0,
        struckLive: 0,
        pending: 0,
      });
    }
  }

  static none(): Faults {
    return new Faults({ seed: 1, names: [] });
  }

  /** Tells how many orders rest in the books when a fault strikes. */
  bindLiveOrders(count: () => number): void {
    this.liveOrders = count;
  }

  /** An occasion for this fault. True: it happens now, and was counted. */
  strikes(name: FaultName): boolean {
    const state = this.stateOf(name);
    if (state.pending > 0) {
      state.pending -= 1;
    } else {
      if (!state.isOn) return false;
      if (!this.random.chance(state.chance)) return false;
    }
    state.struck += 1;
    if (this.liveOrders() > 0) state.struckLive += 1;
    return true;
  }

  /** A whole number from 1 to `maximum`, drawn from the same seed: how long, how many. */
  draw(maximum: number): number {
    return this.random.integer(1, maximum);
  }

  /** Switches a fault on or off; `chance` per occasion stays when it is not given. */
  switch(name: FaultName, isOn: boolean, chance?: number): void {
    const state = this.stateOf(name);
    state.isOn = isOn;
    if (chance !== undefined) state.chance = chance;
  }

  /** The next occasions of this fault strike for certain, whether it is on or not. */
  ask(name: FaultName, times = 1): void {
    this.stateOf(name).pending += times;
  }

  counts(): readonly FaultCount[] {
    return FAULT_NAMES.map((name) => ({ name, ...this.stateOf(name) }));
  }

  private stateOf(name: FaultName): FaultState {
    return this.states.get(name) as FaultState;
  }
}
