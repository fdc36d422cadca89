/**
 * Goal: a loss beyond its limit stops the session by itself: everything is cancelled, an alert is
 * raised, and no word brings the quotes back.
 * Method: a profile that pays full fees at the touch, with the smallest limits the configuration takes.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AlertCode } from '#contracts/commands.ts';
import { OperatorAction } from '#contracts/events.ts';
import { KillReason } from '#contracts/system-health.ts';
import { tell } from './story.test-support.ts';

const LOSING = {
  profile: 'naive-touch',
  seed: 7,
  'simulation.regime': 'informed',
  'ops.dailyLossPullBps': 999,
  'ops.dailyLossKillBps': 1000,
  'ops.lossVelocityKillBps': 1000,
};

test('a fall from the peak beyond the limit kills the session for good', async () => {
  await tell({ ...LOSING, 'ops.drawdownKillBps': 1 }, (story) => {
    const { session } = story;
    const { ops, accountState } = session.engine;
    assert.ok(
      story.waitFor(600, () => ops.health.shouldKill),
      'ten minutes at the touch lose one basis point',
    );
    const killedAt = session.nowMicros;
    assert.equal(ops.health.killReason, KillReason.DRAWDOWN);
    assert.ok(ops.health.killMeasured >= 1 && ops.health.killLimit === 1);
    const { peakEquityUnits, equityUnits } = accountState.position;
    assert.ok((peakEquityUnits - equityUnits) / peakEquityUnits > 0.5e-4);
    assert.ok(
      story.waitFor(1, () => session.openOrderCount === 0),
      'everything is cancelled',
    );
    assert.ok(story.alertCodes.includes(AlertCode.KILL));
    session.operate(OperatorAction.RESUME);
    story.wait(20);
    assert.equal(story.resting(0), 0);
    assert.deepEqual(story.placedSince(killedAt + 1, 0), []);
  });
});

test('the same session with room to lose goes on', async () => {
  await tell({ ...LOSING, 'ops.drawdownKillBps': 500 }, (story) => {
    story.wait(120);
    assert.equal(story.session.engine.ops.health.shouldKill, false);
    assert.ok(story.placedSince(story.session.nowMicros - 20_000_000, 0).length > 0);
  });
});
