/**
 * Goal: the placebo draws every distance alike, keeps it for its time, sits behind the touch, and
 * goes on exactly after a restore.
 * Method: a long stream of inputs; a restore in the middle against the original.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ModelInput, ModelQuote } from '#contracts/quote-model.ts';
import { StateBytesReader, StateBytesWriter } from '#loop/state-bytes.ts';
import { createModel } from './random-quoter.ts';

const GRID = 5_000_000;

function input(changes: Partial<ModelInput> = {}): ModelInput {
  return Object.assign(
    new ModelInput(),
    { fairTicks: 10_000.4, bidPriceTicks: 10_000, askPriceTicks: 10_001, volatilityTicks: 2 },
    changes,
  );
}

/** How far behind the touch both quotes rest. */
function behind(model: ReturnType<typeof createModel>, at: ModelInput): [number, number] {
  const quote = new ModelQuote();
  model.quote(at, quote);
  const bid = at.bidPriceTicks - (at.fairTicks - quote.bidDistanceTicks);
  const ask = at.fairTicks + quote.askDistanceTicks - at.askPriceTicks;
  return [Math.round(bid * 1e6) / 1e6, Math.round(ask * 1e6) / 1e6];
}

test('distances are whole steps from zero to three behind the touch, all alike often', () => {
  const model = createModel();
  const counts = new Map<number, number>();
  const redraws = 4_000;
  for (let index = 0; index < redraws; index++) {
    for (const ticks of behind(model, input({ nowMicros: index * GRID }))) {
      counts.set(ticks, (counts.get(ticks) ?? 0) + 1);
    }
  }
  assert.deepEqual([...counts.keys()].sort(), [0, 1, 2, 3]);
  for (const count of counts.values()) {
    assert.ok(Math.abs(count / (2 * redraws) - 0.25) < 0.03, `${count}`);
  }
});

test('a wild market has wider steps, and never less than a tick', () => {
  const wild = createModel();
  const still = createModel();
  for (let index = 0; index < 50; index++) {
    const [bid] = behind(wild, input({ nowMicros: index * GRID, volatilityTicks: 10 }));
    assert.equal(bid % 4, 0);
    const [calm] = behind(still, input({ nowMicros: index * GRID, volatilityTicks: 0.01 }));
    assert.equal(calm, bid / 4);
  }
});

test('between redraws the distances stay, and follow the touch', () => {
  const model = createModel();
  const first = behind(model, input({ nowMicros: GRID + 1 }));
  for (const later of [GRID + 2, 2 * GRID - 1]) {
    const moved = input({ nowMicros: later, bidPriceTicks: 9_990, askPriceTicks: 9_994 });
    assert.deepEqual(behind(model, moved), first);
  }
});

test('at any moment a restored model answers as the original does for ever', () => {
  const streams = fc.array(fc.integer({ min: 0, max: 12_000_000 }), {
    minLength: 2,
    maxLength: 40,
  });
  fc.assert(
    fc.property(streams, fc.nat(38), (waits, cut) => {
      const original = createModel();
      let restored = createModel();
      let now = 0;
      waits.forEach((wait, index) => {
        now += wait;
        const at = input({ nowMicros: now });
        if (index === Math.min(cut, waits.length - 1)) {
          const writer = new StateBytesWriter();
          original.writeState(writer);
          restored = createModel();
          restored.readState(new StateBytesReader(writer.written()));
        }
        const expected = behind(original, at);
        if (index >= cut) assert.deepEqual(behind(restored, at), expected);
      });
    }),
  );
});
