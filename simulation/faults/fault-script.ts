/**
 * Fault scripts: plain data, so that a run can be drawn, printed, cut down and repeated. Each seed
 * draws its own mix (swarm testing: Groce et al., ISSTA 2012): some faults are absent, some frequent,
 * several at once. Storms are followed by calms in which the system has to come to rest.
 */
import { SeededRandom } from '#simulation/random/random.ts';
import { MICROS_PER_SECOND } from '#units/integers.ts';
import { FAULTS, type FaultDefinition, type FaultName, faultOf } from './fault-table.ts';

export interface FaultWindow {
  readonly name: FaultName;
  /** Since the start of the run. */
  readonly fromMicros: number;
  readonly lengthMicros: number;
  /** Per chance, 0..1; 1 for faults that happen once. */
  readonly probability: number;
  /** Seeds the window's own draws: unsigned, 32 bits. */
  readonly salt: number;
  /** Instrument it strikes; BOTH_INSTRUMENTS: all. */
  readonly instrument: number;
  /** Its meaning is in the fault's row. */
  readonly strength: number;
}

export const BOTH_INSTRUMENTS = -1;

/** A storm and the calm after it, since the start of the run. */
export interface StormCycle {
  readonly stormFromMicros: number;
  readonly stormToMicros: number;
  readonly calmToMicros: number;
}

export interface ScriptOptions {
  readonly seed: number;
  readonly hours: number;
  /** Faults that may be drawn. Leaving one out changes nothing for the others. */
  readonly names: readonly FaultName[];
  /** 1: spot alone, 2: spot and perpetual. Default 2. */
  readonly instrumentCount?: number;
}

const MINUTE = 60 * MICROS_PER_SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** The first storm waits until a session stands. */
const QUIET_START = MINUTE;
const STORM = [8 * MINUTE, 12 * MINUTE] as const;
const CALM = [3 * MINUTE, 4 * MINUTE] as const;
const STORM_LEAST = 2 * MINUTE;
/** Shares of the faults that a seed leaves out, and that it uses rarely. */
const ABSENT = 0.4;
const RARE = 0.75;
/** Share of the windows that last to the end of their storm, so that each calm begins with something to heal. */
const TO_THE_END = 0.2;
/** Share of the seeds whose connections turn 24 hours old in a storm of the run. */
const AGED = 0.4;

const CYCLE_STREAM = 900;
const AGE_STREAM = 901;
const MIX_STREAM = 1_000;

/**
 * Storms and calms of a run. A run of less than a quarter of an hour has one short storm. Throws a
 * RangeError when not even that fits.
 */
export function drawCycles(seed: number, hours: number): StormCycle[] {
  const random = new SeededRandom(seed, CYCLE_STREAM);
  const end = hours * HOUR;
  const cycles: StormCycle[] = [];
  for (let from = QUIET_START; ; ) {
    const storm = random.integer(...STORM);
    const calm = random.integer(...CALM);
    const room = end - from - calm;
    if (room < STORM_LEAST) break;
    const to = from + Math.min(storm, room);
    // What is left behind the last calm is calm, too.
    const isLast = end - to - calm < STORM_LEAST + CALM[1];
    const calmTo = isLast ? end : to + calm;
    cycles.push({ stormFromMicros: from, stormToMicros: to, calmToMicros: calmTo });
    from = calmTo;
  }
  if (cycles.length === 0) throw new RangeError(`no storm and calm fit into ${hours} hours`);
  return cycles;
}

/** Draws the script of a seed, in the order of time. Throws a RangeError on an unknown name. */
export function drawScript(options: ScriptOptions): FaultWindow[] {
  for (const name of options.names) faultOf(name);
  const cycles = drawCycles(options.seed, options.hours);
  const windows: FaultWindow[] = [];
  for (const [row, fault] of FAULTS.entries()) {
    if (!options.names.includes(fault.name)) continue;
    const random = new SeededRandom(options.seed, MIX_STREAM + row);
    if (fault.name === 'cut-24h') drawCut(options, fault, cycles, random, windows);
    else drawFault(options, fault, cycles, random, windows);
  }
  return windows.sort((a, b) => a.fromMicros - b.fromMicros || (a.name < b.name ? -1 : 1));
}

/**
 * The connections' age at the start of a run, 0 to 24 h. Near enough to 24 h in four seeds of ten that
 * the venue cuts them during the run; always in a storm, because a calm has no faults.
 */
export function drawConnectionAge(seed: number, hours: number): number {
  const random = new SeededRandom(seed, AGE_STREAM);
  const cycles = drawCycles(seed, hours);
  const { mostMicros } = faultOf('cut-24h');
  if (random.chance(AGED)) {
    const cycle = cycles[random.integer(0, cycles.length - 1)] as StormCycle;
    const to = cycle.stormToMicros - mostMicros;
    return DAY - random.integer(cycle.stormFromMicros, Math.max(cycle.stormFromMicros, to));
  }
  for (;;) {
    const age = random.integer(0, DAY - 1);
    const at = DAY - age;
    const isInStorm = (one: StormCycle): boolean =>
      at >= one.stormFromMicros && at <= one.stormToMicros - mostMicros;
    if (at > hours * HOUR || cycles.some(isInStorm)) return age;
  }
}

function drawFault(
  options: ScriptOptions,
  fault: FaultDefinition & { readonly name: FaultName },
  cycles: readonly StormCycle[],
  random: SeededRandom,
  into: FaultWindow[],
): void {
  const mood = random.uniform();
  if (mood < ABSENT) return;
  const isOncePerRun = fault.name === 'tick-size-change';
  for (const cycle of cycles) {
    const most = mood < RARE ? 1 : fault.windowsMax;
    const count = random.integer(mood < RARE ? 0 : 1, most);
    for (let index = 0; index < count; index++) {
      const window = drawWindow(options, fault, cycle, random);
      if (window === null) continue;
      into.push(window);
      if (isOncePerRun) return;
    }
  }
}

function drawWindow(
  options: ScriptOptions,
  fault: FaultDefinition & { readonly name: FaultName },
  cycle: StormCycle,
  random: SeededRandom,
): FaultWindow | null {
  const { stormFromMicros, stormToMicros } = cycle;
  const room = stormToMicros - stormFromMicros;
  const lengthMicros = Math.min(random.integer(fault.leastMicros, fault.mostMicros), room);
  const latest = stormToMicros - lengthMicros;
  const fromMicros = random.chance(TO_THE_END) ? latest : random.integer(stormFromMicros, latest);
  const isCertain = fault.probability === 1;
  const factor = 0.3 + 1.7 * random.uniform();
  const strength = drawStrength(fault, random);
  const salt = random.nextUint32();
  const instrument = random.integer(BOTH_INSTRUMENTS, (options.instrumentCount ?? 2) - 1);
  if (lengthMicros < fault.leastMicros) return null;
  return {
    ...{ name: fault.name, fromMicros, lengthMicros, salt, instrument, strength },
    probability: isCertain ? 1 : Math.min(1, fault.probability * factor),
  };
}

/** Log-uniform between the bounds: delays of all sizes are equally likely. */
function drawStrength(fault: FaultDefinition, random: SeededRandom): number {
  const share = random.uniform();
  if (fault.name === 'tick-size-change') return [2, 5, 10][Math.floor(share * 3)] as number;
  const { strengthFrom, strengthTo } = fault;
  return Math.round(strengthFrom * (strengthTo / strengthFrom) ** share);
}

/** The moment at which the connections turn 24 hours old, when it lies inside the run. */
function drawCut(
  options: ScriptOptions,
  fault: FaultDefinition & { readonly name: FaultName },
  cycles: readonly StormCycle[],
  random: SeededRandom,
  into: FaultWindow[],
): void {
  const fromMicros = DAY - drawConnectionAge(options.seed, options.hours);
  const cycle = cycles.find(
    (one) => fromMicros >= one.stormFromMicros && fromMicros <= one.stormToMicros,
  );
  const window = cycle && drawWindow(options, fault, cycle, random);
  if (!window) return;
  into.push({ ...window, fromMicros, instrument: BOTH_INSTRUMENTS });
}
