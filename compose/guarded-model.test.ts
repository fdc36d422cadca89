/**
 * Goal: a user's model sees everything and changes nothing but its answer, and what is no answer ends
 * the session with the file, the time and the reason.
 * Method: small models that look, write where they may not, throw, or answer nonsense.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ModelInput, ModelQuote, type QuoteModel } from '#contracts/quote-model.ts';
import { GuardedModel, ModelFailedError, probeModel } from './guarded-model.ts';

type Quote = QuoteModel['quote'];

function guarded(quote: Quote): GuardedModel {
  return new GuardedModel(
    { name: 'small', quote, writeState: () => undefined, readState: () => undefined },
    'mine.ts',
  );
}

/** An input whose fields are all different, so that a mixed-up or forgotten one shows. */
function numbered(): ModelInput {
  const input = new ModelInput();
  for (const [index, name] of Object.keys(input).entries()) {
    (input as unknown as Record<string, number>)[name] = 1_000 + index;
  }
  return input;
}

function failure(quote: Quote, input = numbered()): ModelFailedError {
  try {
    guarded(quote).quote(input, new ModelQuote());
  } catch (error) {
    assert.ok(error instanceof ModelFailedError, String(error));
    return error;
  }
  return assert.fail('the answer was taken');
}

test('the model sees every field, and what it writes there stays with it', () => {
  const input = numbered();
  const seen: Record<string, number>[] = [];
  const model = guarded((given, quote) => {
    seen.push({ ...given } as unknown as Record<string, number>);
    for (const name of Object.keys(given)) {
      (given as unknown as Record<string, number>)[name] = Number.NaN;
    }
    quote.bidDistanceTicks = 1;
    quote.askDistanceTicks = 2;
  });
  model.quote(input, new ModelQuote());
  model.quote(input, new ModelQuote());
  assert.deepEqual(seen, [{ ...numbered() }, { ...numbered() }]);
  assert.deepEqual({ ...input }, { ...numbered() });
});

test('distances pass, infinity means no quote, a step left out is the least one', () => {
  const quote = new ModelQuote();
  quote.layerStepTicks = 77;
  const input = numbered();
  guarded((_, answer) => {
    answer.bidDistanceTicks = Number.POSITIVE_INFINITY;
    answer.askDistanceTicks = -0.5;
  }).quote(input, quote);
  assert.equal(quote.bidDistanceTicks, Number.POSITIVE_INFINITY);
  assert.equal(quote.askDistanceTicks, -0.5);
  assert.equal(quote.layerStepTicks, input.layerStepTicks);
});

for (const [field, value] of [
  ['bidDistanceTicks', Number.NaN],
  ['askDistanceTicks', Number.NEGATIVE_INFINITY],
  ['askDistanceTicks', '3'],
  ['bidDistanceTicks', undefined],
  ['layerStepTicks', Number.NaN],
] as const) {
  test(`${field} = ${String(value)} (${typeof value}) is no answer`, () => {
    const error = failure((_, quote) => {
      quote.bidDistanceTicks = 1;
      quote.askDistanceTicks = 1;
      (quote as unknown as Record<string, unknown>)[field] = value;
    });
    assert.equal(error.code, 'MODEL_FAILED');
    assert.ok(error.message.includes(`answered ${field} = ${String(value)}`), error.message);
  });
}

test('an answer of the time before is no answer', () => {
  const quote = new ModelQuote();
  let isFirst = true;
  const model = guarded((_, answer) => {
    if (isFirst) Object.assign(answer, { bidDistanceTicks: 1, askDistanceTicks: 1 });
    isFirst = false;
  });
  model.quote(numbered(), quote);
  assert.throws(() => model.quote(numbered(), quote), ModelFailedError);
});

test('what the model throws is named with file and event time, and kept as the cause', () => {
  const thrown = new Error('no idea');
  const input = numbered();
  input.nowMicros = 1_767_600_000_500_000;
  const error = failure(() => {
    throw thrown;
  }, input);
  assert.equal(error.message, 'mine.ts: quote() at 2026-01-05T08:00:00.500Z threw: no idea');
  assert.equal(error.where, 'mine.ts');
  assert.equal(error.cause, thrown);
  assert.match(error.remedy, /mend the model/);
});

test('the trial asks flat, full and empty', () => {
  const asked: number[] = [];
  const model: QuoteModel = {
    name: 'asked',
    quote(input, quote) {
      asked.push(input.inventoryUnits / input.maxInventoryUnits);
      quote.bidDistanceTicks = 1;
      quote.askDistanceTicks = 1;
    },
    writeState: () => undefined,
    readState: () => undefined,
  };
  probeModel(model, 'mine.ts');
  assert.deepEqual(asked, [0, 1, -1]);
});
