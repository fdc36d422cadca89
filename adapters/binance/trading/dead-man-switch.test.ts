/**
 * Goal: while we say so the countdown never runs out, at an orderly end nothing is armed, and every
 * attempt that is not proven to have worked is told.
 * Method: virtual time; the venue's answers in the test's hand.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { VirtualTimers } from '#adapters/clock/virtual-timers.test-support.ts';
import { Market } from '#contracts/instrument.ts';
import { type DeadManFailure, DeadManSwitch } from './dead-man-switch.ts';
import { LOST, no, ok, UNSENT } from './gateway.test-support.ts';
import { judge, type WireOutcome } from './request-outcome.ts';

const START = 1_795_305_600_000_000;

function stand(symbols: readonly string[] = ['DOGEUSDT']) {
  const timers = new VirtualTimers(START);
  const asked: (readonly [string, number, number])[] = [];
  const failures: DeadManFailure[] = [];
  const scene = {
    timers,
    asked,
    failures,
    answer: (symbol: string, millis: number): WireOutcome | Promise<WireOutcome> =>
      ok({ symbol, countdownTime: String(millis) }),
    /** Time goes on and answers arrive. */
    async pass(seconds: number) {
      for (let second = 0; second < seconds; second++) {
        timers.advance(1);
        await setImmediate();
      }
    },
  };
  const countdown = new DeadManSwitch({
    requests: {
      countdownCancelAll: async (symbol, millis) => {
        asked.push([symbol, millis, (timers.nowMicros() - START) / 1e6]);
        return judge(Market.PERPETUAL, await scene.answer(symbol, millis));
      },
    },
    symbols,
    countdownMillis: 30_000,
    timers,
    onFailure: (failure) => failures.push(failure),
  });
  return { scene, countdown, ...scene };
}

test('armed now and again at a third of its time, for each symbol', async () => {
  const { countdown, asked, pass, failures } = stand(['DOGEUSDT', 'BTCUSDT']);
  assert.equal(await countdown.arm(), true);
  assert.equal(await countdown.arm(), true, 'a second word changes nothing');
  await pass(25);
  assert.deepEqual(asked, [
    ['DOGEUSDT', 30_000, 0],
    ['BTCUSDT', 30_000, 0],
    ['DOGEUSDT', 30_000, 10],
    ['BTCUSDT', 30_000, 10],
    ['DOGEUSDT', 30_000, 20],
    ['BTCUSDT', 30_000, 20],
  ]);
  assert.equal(countdown.runsUntilMicros('DOGEUSDT'), START + 50e6);
  assert.equal(countdown.runsUntilMicros('XYZ'), 0);
  assert.deepEqual(failures, []);
});

test('a failed attempt is told and repeated before the countdown ends', async () => {
  const { countdown, scene, asked, pass, failures } = stand();
  await countdown.arm();
  scene.answer = () => LOST;
  await pass(10);
  assert.equal(failures.length, 1);
  assert.deepEqual(
    [failures[0]?.symbol, failures[0]?.what, failures[0]?.runsUntilMicros],
    ['DOGEUSDT', 'ARM', START + 30e6],
  );
  scene.answer = (symbol, millis) => ok({ symbol, countdownTime: String(millis) });
  await pass(5);
  assert.deepEqual(
    asked.map(([, , second]) => second),
    [0, 10, 15],
  );
  assert.equal(countdown.runsUntilMicros('DOGEUSDT'), START + 45e6);
});

test('whatever does not prove it is a failure', async () => {
  const answers: WireOutcome[] = [
    UNSENT,
    LOST,
    no(400, -1121, 'Invalid symbol.'),
    no(503, 0, 'Unknown error'),
    ok(null),
    ok({}),
    ok({ symbol: 'DOGEUSDT', countdownTime: '0' }),
  ];
  for (const answer of answers) {
    const { countdown, scene, failures } = stand();
    scene.answer = () => answer;
    assert.equal(await countdown.arm(), false);
    assert.equal(failures.length, 1);
    assert.ok((failures[0]?.why ?? '').length > 0);
    assert.equal(countdown.runsUntilMicros('DOGEUSDT'), 0);
    countdown.letGo();
  }
});

test('an orderly end disarms, after the attempt that is under way', async () => {
  const { countdown, scene, asked, pass } = stand();
  await countdown.arm();
  let release: () => void = () => undefined;
  scene.answer = (symbol, millis) =>
    new Promise((resolve) => {
      release = () => resolve(ok({ symbol, countdownTime: String(millis) }));
    });
  await pass(10);
  const ended = countdown.disarm();
  await pass(1);
  assert.equal(asked.length, 2, 'the disarm waits');
  release();
  await pass(1);
  assert.deepEqual(asked[2]?.slice(0, 2), ['DOGEUSDT', 0]);
  release();
  assert.equal(await ended, true);
  assert.equal(countdown.runsUntilMicros('DOGEUSDT'), 0);
  await pass(60);
  assert.equal(asked.length, 3, 'and nothing is armed again');
});

test('an end that the venue does not confirm is tried three times and told', async () => {
  const { countdown, scene, failures } = stand();
  await countdown.arm();
  scene.answer = () => LOST;
  assert.equal(await countdown.disarm(), false);
  assert.deepEqual(
    failures.map(({ what, runsUntilMicros }) => [what, runsUntilMicros]),
    Array.from({ length: 3 }, () => ['DISARM', START + 30e6]),
  );
});

test('let go: nothing more is told, the venue cancels when the time is over', async () => {
  const { countdown, asked, pass } = stand();
  await countdown.arm();
  countdown.letGo();
  await pass(60);
  assert.equal(asked.length, 1);
  assert.equal(countdown.runsUntilMicros('DOGEUSDT'), START + 30e6);
  await countdown.arm();
  assert.equal(asked.length, 2, 'it can be told to go on');
  countdown.letGo();
});

test('a countdown too short to survive a slow answer is refused', () => {
  for (const countdownMillis of [0, 4_999, 5_000.5, Number.NaN]) {
    assert.throws(
      () =>
        new DeadManSwitch({
          requests: { countdownCancelAll: () => Promise.reject(new Error('never asked')) },
          symbols: [],
          countdownMillis,
          timers: new VirtualTimers(),
          onFailure: () => undefined,
        }),
      RangeError,
    );
  }
});
