import { BOTH_INSTRUMENTS, type FaultWindow } from './fault-script.ts';
import type { FaultName } from './fault-table.ts';
import { FAULT_NAMES } from './fault-table.ts';

/** Mixes three 32-bit words into one; every bit depends on every other (murmur3's finaliser). */
function mix(salt: number, counter: number, lane: number): number {
  let word = salt ^ Math.imul(counter, 0x9e3779b1) ^ Math.imul(lane + 1, 0x85ebca77);
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  word ^= word >>> 16;
  word = Math.imul(word ^ (word >>> 15), 0x2c1b3c6d);
  return (word ^ (word >>> 16)) >>> 0;
}

/**
 * A window while it is open. Its draws are a function of its salt and of how many chances it had, so
 * that no other window, present or removed, changes them.
 */
export class LiveWindow {
  readonly window: FaultWindow;
  private chances = 0;

  constructor(window: FaultWindow) {
    this.window = window;
  }

  strikes(instrument: number): boolean {
    return this.window.instrument === BOTH_INSTRUMENTS || this.window.instrument === instrument;
  }

  /** One more chance. True when the fault happens. Hot while a window is open. */
  roll(): boolean {
    this.chances += 1;
    return this.draw(0) < this.window.probability;
  }

  /** Uniform in [0, 1) for the chance in hand; each lane is another number. */
  draw(lane: number): number {
    return mix(this.window.salt, this.chances, lane) / 2 ** 32;
  }

  /** Uniform whole number from 0 to below `count` for the chance in hand. */
  pick(count: number, lane: number): number {
    return Math.floor(this.draw(lane) * count);
  }
}

/** The windows that are open now, by fault. */
export class LiveWindows {
  /** How many are open. Zero: nothing can happen, and nobody needs to ask. */
  count = 0;
  private readonly byName: Record<FaultName, LiveWindow[]>;

  constructor() {
    this.byName = Object.fromEntries(
      FAULT_NAMES.map((name): [FaultName, LiveWindow[]] => [name, []]),
    ) as Record<FaultName, LiveWindow[]>;
  }

  open(live: LiveWindow): void {
    this.byName[live.window.name].push(live);
    this.count += 1;
  }

  close(live: LiveWindow): void {
    const list = this.byName[live.window.name];
    list.splice(list.indexOf(live), 1);
    this.count -= 1;
  }

  /** The first open window of this fault on an instrument, or null. No chance is used. */
  find(name: FaultName, instrument: number): LiveWindow | null {
    const list = this.byName[name];
    for (let index = 0; index < list.length; index++) {
      const live = list[index] as LiveWindow;
      if (live.strikes(instrument)) return live;
    }
    return null;
  }

  /** Gives every open window of this fault its chance; the first that hits, or null. Hot. */
  roll(name: FaultName, instrument: number): LiveWindow | null {
    const list = this.byName[name];
    let hit: LiveWindow | null = null;
    for (let index = 0; index < list.length; index++) {
      const live = list[index] as LiveWindow;
      if (live.strikes(instrument) && live.roll() && hit === null) hit = live;
    }
    return hit;
  }
}
