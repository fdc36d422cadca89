/** The ways in which a process is killed: each leaves it dead, or dying, in the middle of something. */
import type { SeededRandom } from '#simulation/random/random.ts';
import { MICROS_PER_SECOND } from '#units/integers.ts';
import type { ChildHandle } from './child-handle.ts';
import type { VenueWorld } from './venue-world.ts';

/** The last thing a process is given to do: so much market time at once. */
const BACKLOG_MICROS_MAX = MICROS_PER_SECOND / 2;
/** Market time within which there is something to hedge; a kill that waits for it waits no longer. */
const HEDGE_MICROS_MAX = 60 * MICROS_PER_SECOND;
/** Real time is drawn up to a little more than the work takes: the kill may fall behind it too. */
const WORK_SHARE_MAX = 1.2;
/** Longer pauses sleep first: a timer is late by less than this. */
const EXACT_MICROS = 2_000;

export interface Victim {
  readonly child: ChildHandle;
  readonly venue: VenueWorld;
  readonly random: SeededRandom;
}

/** Much to do at once, twice: how long the first takes tells where in the second the kill can fall. */
export async function dieAtWork({ child, venue, random }: Victim): Promise<void> {
  const span = random.integer(1, BACKLOG_MICROS_MAX);
  const first = venue.turn(undefined, span);
  const begunAt = performance.now();
  if ((await first) === null) return;
  const milliseconds = performance.now() - begunAt;
  const last = venue.turn(undefined, span);
  await killWithin(child, random, milliseconds);
  await last;
}

/** In the moment in which it prints that more has become durable. */
export async function dieAtPromise({ child, venue, random }: Victim): Promise<void> {
  const span = random.integer(1, BACKLOG_MICROS_MAX);
  child.killAtNextPromise();
  while ((await venue.turn(undefined, span)) !== null);
}

/** In the moment in which a hedge arrives; at work when there is nothing to hedge. */
export async function dieAtHedge(victim: Victim): Promise<void> {
  const { child, venue, random } = victim;
  const untilMicros = venue.clock.nowMicros + HEDGE_MICROS_MAX;
  const span = random.integer(1, BACKLOG_MICROS_MAX);
  child.killAtNextHedge();
  while (venue.clock.nowMicros < untilMicros && (await venue.turn(undefined, span)) !== null);
  if (!child.isOver) await dieAtWork(victim);
}

/** Within the time that its work takes, or a little later. */
export async function killWithin(
  child: ChildHandle,
  random: SeededRandom,
  milliseconds: number,
): Promise<void> {
  await pause(random.integer(0, Math.ceil(milliseconds * 1_000 * WORK_SHARE_MAX)));
  child.kill();
}

/** Waits that many microseconds, the last of them exactly, so that a kill can fall between two writes. */
async function pause(micros: number): Promise<void> {
  const until = performance.now() + micros / 1_000;
  if (micros > EXACT_MICROS) {
    await new Promise((resolve) => {
      setTimeout(resolve, (micros - EXACT_MICROS) / 1_000);
    });
  }
  while (performance.now() < until);
}
