/**
 * Goal: over random flow the net delta stays inside its band at least 99 % of the time, no leg turns
 * it around or falls under the venue's minimum, and a restored manager goes on unchanged.
 * Method: seeded quoting fills against a venue 30 ms away with one live hedge order at a time.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StateBytesReader } from '#loop/state-bytes.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import { HedgingSession, LOT } from './hedging-session-fixture.test-support.ts';

/** One 10 ms step: the market moves a little, sometimes a quote of up to 33 lots (a third of the band) fills. */
function step(session: HedgingSession, random: SeededRandom, fillsPerSecond: number): void {
  session.now += 10_000;
  if (random.chance(0.05)) session.quote(16_000 + random.integer(-8, 8));
  if (random.chance(fillsPerSecond / 100)) {
    session.spotFill((random.chance(0.5) ? 1 : -1) * random.integer(5, 33));
  }
  session.after(0);
  session.serve(random.chance(0.01));
}

for (const seed of [1, 2, 3, 4]) {
  test(`the delta stays inside its band 99 % of the time in random flow ${seed}`, () => {
    const random = new SeededRandom(seed);
    const session = new HedgingSession();
    for (let round = 0; round < 60_000; round++) {
      step(session, random, 1);
      const wish = session.plan();
      const leg = wish.legs[0];
      if (wish.legCount === 0 || leg === undefined) continue;
      const distance = Math.abs(session.position.netDeltaBaseUnits);
      const where = `seed ${seed}, round ${round}`;
      assert.ok(leg.quantityLots * LOT <= distance + LOT, `turns around: ${where}`);
      assert.ok(leg.quantityLots >= 32, `under the minimum notional: ${where}`);
    }
    const { insideMicros, totalMicros, hedgeFills, obligations } = session.hedging.counters;
    assert.ok(hedgeFills >= 20, `only ${hedgeFills} hedges, seed ${seed}`);
    assert.ok(obligations >= 20);
    assert.equal(totalMicros, 59_999 * 10_000 + 0);
    assert.ok(insideMicros >= 0.99 * totalMicros, `${insideMicros} of ${totalMicros}`);
  });
}

test('a restored manager goes on exactly like the one that was saved', () => {
  for (const cut of [100, 2_000, 7_777]) {
    const random = new SeededRandom(9);
    const twin = new SeededRandom(9);
    const first = new HedgingSession();
    const second = new HedgingSession();
    for (let round = 0; round < cut; round++) {
      step(first, random, 3);
      step(second, twin, 3);
    }
    const saved = first.stateBytes();
    const fresh = new HedgingSession();
    const reader = new StateBytesReader(saved);
    fresh.hedging.readState(reader);
    assert.ok(reader.isAtEnd);
    assert.deepEqual(fresh.stateBytes(), saved);
    // The twin's world (market, position, live order) goes on with the restored manager inside.
    Object.assign(second, { hedging: fresh.hedging });
    for (let round = 0; round < 2_000; round++) {
      step(first, random, 3);
      step(second, twin, 3);
      assert.deepEqual(second.plan(), first.plan(), `cut ${cut}, round ${round}`);
    }
    assert.deepEqual(second.stateBytes(), first.stateBytes());
  }
});
