/**
 * Goal: every model has the right probability at the ends and in between, the published rule is the
 * printed one with its faults, and the strict one has none of them.
 * Method: worked numbers, then invariants on random queues.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  parseQueueModel,
  parseQueueVariant,
  QUEUE_MODEL_NAMES,
  QueueModelError,
  type QueuePosition,
} from './queue-models.ts';

const PROBABILITY_MODELS = ['power:1', 'power:2', 'power:3', 'power2:2', 'power3:2', 'log', 'log2'];

function at(aheadLots: number, tradedLots = 0): QueuePosition {
  return { aheadLots, tradedLots };
}

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);
}

for (const name of PROBABILITY_MODELS) {
  test(`${name} puts a decrease behind us at the head, and ahead of us at the tail`, () => {
    const model = parseQueueModel(name);
    assert.equal(model.probabilityBehind(0, 50), 1);
    assert.equal(model.probabilityBehind(50, 0), 0);
    assert.equal(model.probabilityBehind(0, 0), 1);
    assert.equal(model.probabilityBehind(-3, 10), 1);
  });
}

for (const [name, ahead, back, expected] of [
  ['power:2', 80, 20, 400 / 6_800],
  ['power:3', 30, 70, 343_000 / 370_000],
  ['power2:2', 80, 20, 0.04],
  ['power3:2', 80, 20, 1 - 0.64],
  ['log', 80, 20, Math.log(21) / (Math.log(21) + Math.log(81))],
  ['log2', 80, 20, Math.log(21) / Math.log(101)],
] as const) {
  test(`${name} with ${ahead} ahead and ${back} behind gives its formula`, () => {
    near(parseQueueModel(name).probabilityBehind(ahead, back), expected);
  });
}

test('a larger exponent acts differently by family', () => {
  const p = (name: string, ahead: number, back: number): number =>
    parseQueueModel(name).probabilityBehind(ahead, back);
  // power: faster from the tail (less is behind us), slower near the head.
  assert.ok(p('power:3', 80, 20) < p('power:2', 80, 20));
  assert.ok(p('power:3', 20, 80) > p('power:2', 20, 80));
  assert.ok(p('power2:3', 50, 50) < p('power2:2', 50, 50));
  assert.ok(p('power3:3', 50, 50) > p('power3:2', 50, 50));
});

test('a cancellation is shared between ahead and behind', () => {
  const behind = 400 / 6_800;
  for (const variant of ['published', 'strict'] as const) {
    const position = at(80);
    parseQueueModel('power:2', variant).onLevel(position, 100, 90);
    near(position.aheadLots, 80 - (1 - behind) * 10);
  }
});

test('what the back cannot give up leaves ahead of us', () => {
  // p is almost 1 with 1 ahead and 9 behind, but ten lots cannot all be behind.
  const position = at(1);
  parseQueueModel('power:4').onLevel(position, 10, 0);
  assert.equal(position.aheadLots, 0);
});

test('after a trade the strict variant does not count the traded part as behind us', () => {
  // 100 shown, 80 ahead, 20 behind; 30 trade and 10 cancel.
  const published = at(80);
  const strict = at(80);
  for (const [position, variant] of [
    [published, 'published'],
    [strict, 'strict'],
  ] as const) {
    const model = parseQueueModel('power:2', variant);
    assert.equal(model.onTrade(position, 30), 0);
    assert.equal(position.aheadLots, 50);
    model.onLevel(position, 100, 60);
  }
  near(published.aheadLots, 50 - (1 - 2_500 / 5_000) * 10);
  near(strict.aheadLots, 50 - (1 - 400 / 2_900) * 10);
  assert.ok(strict.aheadLots < published.aheadLots);
});

test('a trade explains the decrease of one level update only', () => {
  for (const variant of ['published', 'strict'] as const) {
    const model = parseQueueModel('power:2', variant);
    const position = at(80);
    model.onTrade(position, 30);
    model.onLevel(position, 100, 70);
    assert.equal(position.aheadLots, 50);
    model.onLevel(position, 70, 60);
    near(position.aheadLots, 50 - (1 - 400 / 2_900) * 10);
  }
});

test('only the published variant lets a cancellation hand out a fill', () => {
  const published = at(60);
  const strict = at(60);
  parseQueueModel('power:3', 'published').onLevel(published, 100, 20);
  parseQueueModel('power:3', 'strict').onLevel(strict, 100, 20);
  assert.ok(published.aheadLots < -1);
  assert.equal(strict.aheadLots, 0);
  assert.equal(parseQueueModel('power:3', 'published').onTrade(published, 1), 2);
  assert.equal(parseQueueModel('power:3', 'strict').onTrade(strict, 1), 1);
});

test('a trade eats the queue ahead and the rest reaches us in whole lots', () => {
  const model = parseQueueModel('power:2');
  const position = at(0);
  model.onAccept(position, 80);
  assert.equal(model.onTrade(position, 79), 0);
  assert.equal(position.aheadLots, 1);
  assert.equal(model.onTrade(position, 6), 5);
  assert.equal(position.aheadLots, 0);
  assert.equal(position.tradedLots, 85);
  assert.equal(model.onTrade(at(2.5), 5), 2);
});

test('lots given to own orders ahead count as traded but not as reachable', () => {
  const position = at(10);
  assert.equal(parseQueueModel('power:2').onTrade(position, 30, 12), 2);
  assert.equal(position.tradedLots, 30);
});

test('the risk-averse model advances by trades only, and never stays behind more than is shown', () => {
  const model = parseQueueModel('risk-averse');
  const position = at(80);
  model.onLevel(position, 100, 85);
  assert.equal(position.aheadLots, 80);
  model.onTrade(position, 10);
  model.onLevel(position, 85, 75);
  assert.equal(position.aheadLots, 70);
  model.onLevel(position, 75, 40);
  assert.equal(position.aheadLots, 40);
  model.onLevel(position, 40, 900);
  assert.equal(position.aheadLots, 40);
});

test('trade-through gives nothing to trades at our price', () => {
  const model = parseQueueModel('trade-through');
  assert.ok(model.isTradeThroughOnly);
  assert.equal(model.onTrade(at(0), 1_000), 0);
});

test('random queues keep the strict order between nothing and what is shown', () => {
  const lots = fc.integer({ min: 0, max: 1_000 });
  fc.assert(
    fc.property(
      fc.constantFrom(...PROBABILITY_MODELS, 'risk-averse'),
      lots,
      fc.array(fc.record({ traded: lots, next: lots }), { maxLength: 20 }),
      (name, start, steps) => {
        const model = parseQueueModel(name);
        const position = at(0);
        model.onAccept(position, start);
        let shown = start;
        for (const step of steps) {
          const before = position.aheadLots;
          const executable = model.onTrade(position, step.traded);
          assert.ok(executable <= step.traded && executable <= Math.max(step.traded - before, 0));
          model.onLevel(position, shown, step.next);
          shown = step.next;
          assert.ok(position.aheadLots >= 0 && position.aheadLots <= shown);
          assert.ok(position.aheadLots <= before, 'the queue ahead of us never grows');
          const p = model.probabilityBehind(before, shown);
          assert.ok(p >= 0 && p <= 1);
        }
      },
    ),
  );
});

test('names and exponents are read, and wrong ones refused with what to write', () => {
  assert.equal(parseQueueModel('power:2.5').exponent, 2.5);
  assert.equal(parseQueueModel('power').label, 'power:2');
  assert.equal(parseQueueModel('log2').label, 'log2');
  for (const name of QUEUE_MODEL_NAMES) assert.equal(parseQueueModel(name).name, name);
  for (const text of [
    '',
    'Power',
    'power:',
    'power:0',
    'power:-1',
    'power:x',
    'power:2:3',
    'log:2',
  ]) {
    assert.throws(() => parseQueueModel(text), QueueModelError, text);
  }
  assert.equal(parseQueueVariant('published'), 'published');
  assert.throws(() => parseQueueVariant('loose'), /published, strict/);
});
