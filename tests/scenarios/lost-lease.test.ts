/**
 * Goal: without a valid risk lease nothing new is risked and the quotes go, while fills that still
 * land are hedged; a new grant brings the quotes back.
 * Method: an authority of a higher version takes over from the session's own and lets its grant end.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RiskLeaseEvent } from '#contracts/events.ts';
import { NoQuoteReason } from '#contracts/quote-set.ts';
import { type EpochMicros, MICROS_PER_SECOND } from '#units/integers.ts';
import { isQuoted, type Story, tell } from './story.test-support.ts';

/** Another authority grants for `seconds` from now on; the session's own, older one is then ignored. */
function grant(story: Story, version: number, seconds: number): void {
  const { session } = story;
  const lease = new RiskLeaseEvent();
  lease.atMicros = session.nowMicros;
  lease.version = version;
  lease.epoch = 1;
  lease.expiresAtMicros = (session.nowMicros + seconds * MICROS_PER_SECOND) as EpochMicros;
  lease.limits = session.setup.limits;
  session.host.publish(lease);
}

test('quotes are gone within a second of a lost lease and come back with the next grant', async () => {
  await tell({ profile: 'naive-touch', seed: 7 }, (story) => {
    const { pricing } = story.session.engine;
    story.wait(10);
    assert.ok(story.resting(0) > 0, 'it was quoting');
    grant(story, 2, 1);
    story.wait(0.9);
    assert.ok(story.resting(0) > 0, 'a lease is good until its last moment');
    story.wait(0.1);
    const lostAt = story.session.nowMicros;
    assert.ok(story.waitFor(1, () => story.resting(0) === 0));
    story.wait(5);
    for (const side of [pricing.quotes.bid, pricing.quotes.ask]) {
      assert.equal(side.reason, NoQuoteReason.NO_LEASE);
      assert.ok(!isQuoted(side));
    }
    assert.deepEqual(story.placedSince(lostAt + 1, 0), []);
    assert.equal(story.resting(0), 0);
    grant(story, 3, 60);
    assert.ok(
      story.waitFor(2, () => story.resting(0) > 0),
      'quotes are back',
    );
  });
});

test('a fill that lands after the lease is lost is still hedged', async () => {
  let lateFills = 0;
  let lateHedges = 0;
  for (let seed = 1; seed <= 8; seed++) {
    // Cancels take 400 ms to the venue in a fast market, so some quotes are hit on their last way.
    const settings = {
      profile: 'naive-touch',
      seed,
      'hedging.bandMax': '20',
      'simulation.regime': 'volatile',
      'simulation.latency': 'constant',
      'simulation.entryLatency': '400ms',
    };
    await tell(settings, (story) => {
      const { accountState } = story.session.engine;
      story.wait(20);
      const fillsBefore = accountState.counters.quoting.count;
      grant(story, 2, 0);
      const lostAt = story.session.nowMicros;
      story.wait(20);
      const hedges = story.placedSince(lostAt, 1);
      assert.ok(
        hedges.every((one) => one.reducesRisk),
        `seed ${seed}`,
      );
      assert.deepEqual(story.placedSince(lostAt, 0), [], `seed ${seed}`);
      assert.ok(Math.abs(accountState.position.netDeltaQuoteUnits) <= 20e8, `seed ${seed}`);
      const late = accountState.counters.quoting.count - fillsBefore;
      lateFills += late;
      if (late > 0) lateHedges += hedges.length;
    });
  }
  assert.ok(lateFills > 0 && lateHedges > 0, `${lateFills} late fills, ${lateHedges} hedges`);
});
