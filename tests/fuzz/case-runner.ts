/** The cases of one target, each from its number alone: in blocks that begin with a fresh instance. */
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SeededRandom } from '#simulation/random/random.ts';
import { mutate } from './mutations.ts';
import { BrokenPromise, type Target, type TargetEntry, type Verdict } from './target.ts';

/** What stays of a message is seen within a block; a case is repeated by its block's cases up to it. */
export const BLOCK_CASES = 256;
/** The heap of a target may grow by so much between its first block and its last. */
const HEAP_GROWTH_MAX = 32 * 1024 * 1024;
const INPUT_SHOWN_MAX = 400;

export interface Finding {
  readonly target: string;
  /** -1: an input of the corpus, or the campaign as a whole. */
  readonly case: number;
  readonly what: string;
  /** The input's beginning, bytes beyond ASCII escaped. */
  readonly input: string;
  readonly repeat: string;
}

export interface TargetResult {
  readonly target: string;
  readonly cases: number;
  readonly accepted: number;
  readonly refused: number;
  readonly slowestMillis: number;
  readonly slowestCase: number;
  readonly heapGrowthBytes: number;
  readonly findings: readonly Finding[];
}

export interface RunOptions {
  readonly seed: number;
  /** Number of the first case, at the beginning of a block. */
  readonly from: number;
  readonly count: number;
  /** Called with the number of each case before it begins. */
  readonly onCase: (index: number) => void;
}

const FINDINGS_MAX = 5;

export async function runCases(entry: TargetEntry, options: RunOptions): Promise<TargetResult> {
  const run = new Run(entry, options);
  await run.checkCorpus();
  const end = options.from + options.count;
  let firstHeap = 0;
  for (let from = options.from; from < end && run.mayGoOn; from += BLOCK_CASES) {
    await run.runBlock(from, Math.min(end, from + BLOCK_CASES));
    if (firstHeap === 0) firstHeap = await usedHeap();
  }
  run.heapGrowthBytes = Math.max(0, (await usedHeap()) - firstHeap);
  if (run.heapGrowthBytes > HEAP_GROWTH_MAX) {
    run.find(-1, `the heap grew by ${run.heapGrowthBytes} bytes`, EMPTY);
  }
  return run.result();
}

const EMPTY = new Uint8Array();

class Run {
  heapGrowthBytes = 0;
  private readonly entry: TargetEntry;
  private readonly options: RunOptions;
  private readonly corpus: readonly Uint8Array[];
  private readonly counts: Record<Verdict, number> = { ACCEPTED: 0, REFUSED: 0 };
  private readonly findings: Finding[] = [];
  private readonly told = new Set<string>();
  private slowestMillis = 0;
  private slowestCase = -1;

  constructor(entry: TargetEntry, options: RunOptions) {
    this.entry = entry;
    this.options = options;
    this.corpus = entry.corpus();
  }

  get mayGoOn(): boolean {
    return this.findings.length < FINDINGS_MAX;
  }

  /** A corpus whose inputs are refused would prove little. */
  async checkCorpus(): Promise<void> {
    for (const input of this.corpus) {
      const target = await this.entry.open();
      try {
        const verdict = await target.run(input);
        if (verdict !== 'ACCEPTED') this.find(-1, 'an input of the corpus is refused', input);
      } catch (error) {
        this.find(-1, `an input of the corpus: ${wordsOf(error)}`, input);
      }
      await target.close?.();
    }
  }

  async runBlock(from: number, end: number): Promise<void> {
    const target = await this.entry.open();
    const expected = await target.probe();
    for (let index = from; index < end && this.mayGoOn; index++) {
      this.options.onCase(index);
      const input = mutate(this.corpus, this.entry.form, this.randomOf(index));
      await this.runCase(target, index, input, expected);
    }
    await target.close?.();
  }

  result(): TargetResult {
    const { ACCEPTED: accepted, REFUSED: refused } = this.counts;
    return {
      target: this.entry.name,
      cases: accepted + refused,
      accepted,
      refused,
      slowestMillis: Math.round(this.slowestMillis * 100) / 100,
      slowestCase: this.slowestCase,
      heapGrowthBytes: this.heapGrowthBytes,
      findings: this.findings,
    };
  }

  /** Once for each kind of trouble: digits do not make a new one. */
  find(index: number, what: string, input: Uint8Array): void {
    const kind = what.replace(/\d+/g, '#').slice(0, 60);
    if (this.told.has(kind)) return;
    this.told.add(kind);
    this.findings.push(findingOf(this.entry.name, this.options.seed, index, what, input));
  }

  private async runCase(
    target: Target,
    index: number,
    input: Uint8Array,
    expected: string,
  ): Promise<void> {
    const began = performance.now();
    try {
      this.counts[await target.run(input)] += 1;
    } catch (error) {
      this.find(index, wordsOf(error), input);
    }
    const millis = performance.now() - began;
    if (millis > this.slowestMillis) {
      this.slowestMillis = millis;
      this.slowestCase = index;
    }
    try {
      const found = await target.probe();
      if (found !== expected) {
        throw new BrokenPromise(`afterwards a valid input gives ${found} for ${expected}`);
      }
    } catch (error) {
      this.find(index, `the state is spoilt: ${wordsOf(error)}`, input);
    }
  }

  private randomOf(index: number): SeededRandom {
    let stream = index;
    for (const character of this.entry.name) {
      stream = (Math.imul(stream, 31) + character.charCodeAt(0)) | 0;
    }
    return new SeededRandom(this.options.seed, stream);
  }
}

export function findingOf(
  target: string,
  seed: number,
  index: number,
  what: string,
  input: Uint8Array,
): Finding {
  const one = index < 0 ? `--cases ${BLOCK_CASES}` : `--case ${index}`;
  return {
    target,
    case: index,
    what: what.slice(0, 1_000),
    input: shown(input),
    repeat: `npm run fuzz -- --only ${target} --seed ${seed} ${one}`,
  };
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${String(error)}`;
  const place =
    /\n\s+at (?!.*(?:tests\/fuzz|node:internal))[^\n]*/.exec(error.stack ?? '')?.[0].trim() ?? '';
  return `${error.name}: ${error.message} ${place.replace(/file:\/\/\S*?\/(?=adapters|engine|apps|tests|compose)/, '')}`;
}

function shown(input: Uint8Array): string {
  const text = Buffer.from(input.subarray(0, INPUT_SHOWN_MAX)).toString('latin1');
  const escaped = [...text]
    .map((one) =>
      one >= ' ' && one <= '~' ? one : `\\x${one.charCodeAt(0).toString(16).padStart(2, '0')}`,
    )
    .join('');
  return input.length > INPUT_SHOWN_MAX ? `${escaped}... (${input.length} bytes)` : escaped;
}

const COLLECTIONS = 3;
const PAUSE_MILLIS = 20;
let collect: (() => void) | null = null;

/** After what is not needed any more was given back: buffers go one round later than what held them. */
async function usedHeap(): Promise<number> {
  if (collect === null) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  for (let round = 0; round < COLLECTIONS; round++) {
    collect();
    await setTimeout(PAUSE_MILLIS);
  }
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + external + arrayBuffers;
}
