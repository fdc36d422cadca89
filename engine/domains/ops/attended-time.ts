/**
 * Time in which somebody was looking. A process that stood still (a frozen machine, a crash and its
 * restart) could neither ask nor be answered: what it waited for has not waited longer for that.
 */

/** Timers come twenty times a second: a longer gap is none of theirs. */
const GAP_MICROS = 1_000_000;

/** Microseconds of the step from `lastMicros` to `nowMicros` in which nobody was looking; 0 for an ordinary one. */
export function unattendedMicros(lastMicros: number, nowMicros: number): number {
  if (lastMicros === 0) return 0;
  return Math.max(0, nowMicros - lastMicros - GAP_MICROS);
}
