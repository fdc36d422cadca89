/**
 * Goal: nothing that takes bytes from outside is brought down, hung, bloated or fooled by bad ones; and the
 * campaign itself sees it when one is.
 * Method: eight thousand cases of the campaign; then targets that are broken on purpose.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '#simulation/random/random.ts';
import { runCampaign } from './campaign.ts';
import { BLOCK_CASES, runCases } from './case-runner.ts';
import { mutate } from './mutations.ts';
import { BrokenPromise, type Target, type TargetEntry } from './target.ts';
import { TARGETS } from './targets.ts';

test('eight thousand cases bring nothing to light', async () => {
  const result = await runCampaign({
    targets: TARGETS,
    seed: 20_261_124,
    cases: 8_000,
    onlyCase: null,
    onTarget: () => undefined,
  });
  assert.deepEqual(result.findings, []);
  assert.ok(result.cases > 7_500, `${result.cases} cases`);
  for (const { target, accepted, refused } of result.targets) {
    assert.ok(accepted > 0 && refused > 0, `${target}: ${accepted} accepted, ${refused} refused`);
  }
});

const CORPUS = [Buffer.from('{"a":"1.5","b":[1,2],"c":"x"}')];

function entry(open: () => Target): TargetEntry {
  return { name: 'broken', share: 1, form: 'TEXT', corpus: () => CORPUS, open };
}

const sound: Target = { run: () => 'ACCEPTED', probe: () => 'the same' };
const OPTIONS = { seed: 1, from: 0, count: 2 * BLOCK_CASES, onCase: () => undefined };

test('an error that no contract names is found, with the input and a command', async () => {
  const result = await runCases(
    entry(() => ({
      ...sound,
      run: (input) => {
        if (Buffer.from(input).includes('constructor')) throw new TypeError('x is not a function');
        return 'ACCEPTED';
      },
    })),
    OPTIONS,
  );
  const [finding] = result.findings;
  assert.match(finding?.what ?? '', /TypeError: x is not a function/);
  assert.match(finding?.input ?? '', /constructor/);
  assert.equal(finding?.repeat, `npm run fuzz -- --only broken --seed 1 --case ${finding?.case}`);
  const again = await runCases(
    entry(() => ({
      ...sound,
      run: (input) => {
        if (Buffer.from(input).includes('constructor')) throw new TypeError('x is not a function');
        return 'ACCEPTED';
      },
    })),
    {
      ...OPTIONS,
      from: (finding?.case ?? 0) - ((finding?.case ?? 0) % BLOCK_CASES),
      count: 1 + ((finding?.case ?? 0) % BLOCK_CASES),
    },
  );
  assert.deepEqual(again.findings.at(-1), finding);
});

test('a state that bad input spoils is found', async () => {
  const result = await runCases(
    entry(() => {
      let count = 0;
      return {
        run: () => {
          count += 1;
          return 'REFUSED';
        },
        probe: () => (count > 5 ? 'another' : 'the same'),
      };
    }),
    OPTIONS,
  );
  assert.ok(result.findings.some(({ what }) => what.includes('the state is spoilt')));
  assert.ok(result.findings.some(({ what }) => what.includes('an input of the corpus is refused')));
});

test('memory that grows is found', async () => {
  const kept: Buffer[] = [];
  const result = await runCases(
    entry(() => ({
      ...sound,
      run: () => {
        kept.push(Buffer.alloc(256 * 1024, 1));
        return 'ACCEPTED';
      },
    })),
    OPTIONS,
  );
  assert.ok(result.findings.some(({ what }) => what.includes('the heap grew')));
  assert.ok(kept.length > 0);
});

test('a broken promise is told in its own words', async () => {
  const result = await runCases(
    entry(() => ({
      ...sound,
      run: () => {
        throw new BrokenPromise('an event with side = 7');
      },
    })),
    OPTIONS,
  );
  assert.ok(result.findings.every(({ what }) => what.includes('an event with side = 7')));
});

test('mutations depend on the number alone and reach every kind of damage', () => {
  const texts = Array.from({ length: 4_000 }, (_, index) =>
    mutate(CORPUS, 'TEXT', new SeededRandom(1, index)),
  );
  const again = mutate(CORPUS, 'TEXT', new SeededRandom(1, 17));
  assert.deepEqual(again, texts[17]);
  for (const [what, isThere] of [
    ['nesting', (one: Buffer) => one.includes('[[[')],
    ['a doubled key', (one: Buffer) => /"a":[^,]*,"a":/.test(one.toString('latin1'))],
    ['a huge number', (one: Buffer) => one.includes('18446744073709551616')],
    ['a name of the prototype', (one: Buffer) => one.includes('__proto__')],
    ['bytes that are no UTF-8', (one: Buffer) => one.includes(0xff)],
    ['nothing at all', (one: Buffer) => one.length === 0],
    ['a null in a value', (one: Buffer) => one.includes(':null')],
    ['great length', (one: Buffer) => one.length > 40_000],
  ] as const) {
    assert.ok(texts.some(isThere), what);
  }
});
