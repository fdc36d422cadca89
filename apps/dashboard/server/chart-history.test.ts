/**
 * Goal: charts get the recent past in detail and the whole session coarsely, in bounded memory.
 * Method: long synthetic sessions; random spacings against the order of time.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ChartHistory } from './chart-history.ts';
import { samplePoint } from './sample-source.test-support.ts';

const START = 1_767_600_000_000;

test('live points come four times a second, history once a second', () => {
  const history = new ChartHistory();
  for (let step = 0; step < 40; step++) {
    const at = START + step * 50;
    if (history.isDue(at)) history.add(samplePoint(at));
  }
  assert.equal(history.after(0).length, 8);
  assert.deepEqual(history.columns().atMillis, [START + 750, START + 1_750]);
});

test('a reader gets what came after the time it knows', () => {
  const history = new ChartHistory();
  for (let step = 0; step < 10; step++) history.add(samplePoint(START + step * 250));
  const fresh = history.after(START + 1_500).map((point) => point.atMillis);
  assert.deepEqual(fresh, [START + 1_750, START + 2_000, START + 2_250]);
  assert.deepEqual(history.after(START + 2_250), []);
});

test('a day is kept in some ten thousand points that begin with the session', () => {
  const history = new ChartHistory();
  const DAY_SECONDS = 86_400;
  for (let second = 0; second < DAY_SECONDS; second++) {
    history.add(samplePoint(START + second * 1_000));
  }
  const { atMillis } = history.columns();
  assert.ok(atMillis.length < 10_000, `${atMillis.length} points`);
  assert.equal(atMillis[0], START);
  assert.equal(atMillis.at(-1), START + (DAY_SECONDS - 1) * 1_000);
  assert.equal(atMillis.at(-7_200), START + (DAY_SECONDS - 7_200) * 1_000);
});

test('whatever the spacing, columns are equally long and no second comes twice', () => {
  const gaps = fc.array(fc.integer({ min: 1, max: 60_000 }), { maxLength: 400 });
  fc.assert(
    fc.property(gaps, (steps) => {
      const history = new ChartHistory();
      let at = START;
      for (const step of steps) {
        at += step;
        history.add(samplePoint(at));
      }
      const columns = history.columns();
      for (const values of Object.values(columns)) {
        assert.equal(values.length, columns.atMillis.length);
      }
      const seconds = columns.atMillis.map((millis) => Math.floor(millis / 1_000));
      const sorted = [...new Set(seconds)].sort((left, right) => left - right);
      assert.deepEqual(seconds, sorted);
    }),
  );
});
