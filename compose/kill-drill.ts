/**
 * A stop in the calm: storms kill, too, but there much may excuse what a kill leaves behind. After the
 * strict bounds of the last calm have begun nothing does.
 */
import { HostMeasure, HostMeasurementEvent, OperatorAction } from '#contracts/events.ts';
import type { StormCycle } from '#simulation/faults/fault-script.ts';
import { type DurationMicros, type EpochMicros, MICROS_PER_SECOND } from '#units/integers.ts';
import type { TradingProcess } from './trading-process.ts';

/** Every so many seeds have a drill: by an operator's word, and next by a limit of the host. */
const DRILL_EVERY = 3;
/** Since the end of the storm: the process stands again and its quotes rest. */
const SETTLED_MICROS = 75 * MICROS_PER_SECOND;
/** No loop is ever so slow while it works. */
const HOPELESS_MICROS = 10 * MICROS_PER_SECOND;

export interface KillDrill {
  /** Since the start of the run. */
  readonly atMicros: number;
  readonly isOperator: boolean;
}

/** The drill of a seed, in its last calm; null for a seed without one. */
export function drawKillDrill(seed: number, cycles: readonly StormCycle[]): KillDrill | null {
  const last = cycles.at(-1);
  if (last === undefined || seed % DRILL_EVERY !== 0) return null;
  const isOperator = (seed / DRILL_EVERY) % 2 === 0;
  return { atMicros: last.stormToMicros + SETTLED_MICROS, isOperator };
}

/** Stops the process now: by its operator, or by `measurements` of a host that cannot carry it. */
export function killNow(
  process: TradingProcess,
  drill: KillDrill,
  measurements: number,
  nowMicros: EpochMicros,
): void {
  if (drill.isOperator) {
    process.operate(OperatorAction.STOP);
    return;
  }
  for (let count = 0; count < measurements; count++) {
    const event = new HostMeasurementEvent();
    event.atMicros = nowMicros;
    event.measure = HostMeasure.LOOP_P99;
    event.valueMicros = HOPELESS_MICROS as DurationMicros;
    process.publish(event);
  }
}
