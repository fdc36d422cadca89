import type { PlantedBug } from './planted-bug.ts';
import type { Sight } from './search.ts';

/** FOUND: a promise broke. MISSED: none did. UNFIT: the program merely does not run with it. */
export const Verdict = { FOUND: 'found', MISSED: 'missed', UNFIT: 'unfit' } as const;
export type Verdict = (typeof Verdict)[keyof typeof Verdict];

/** What became of one planted bug. Plain data: it is kept in files. */
export interface Finding {
  readonly name: string;
  readonly does: string;
  readonly source: string;
  readonly file: string;
  readonly verdict: Verdict;
  /** What gave it away, or why it is unfit; empty when nothing did. */
  readonly how: string;
  readonly detail: string;
  /** Where: 0 when nowhere. */
  readonly seed: number;
  readonly hours: number;
  /** Market time of that run until the promise broke. */
  readonly marketSeconds: number;
  /** Seeds that were run, and how many of them it changed a command in, the one that failed included. */
  readonly lookedSeeds: number;
  readonly movedSeeds: number;
  readonly wallSeconds: number;
}

const NAMED_MAX = 3;
/** What JavaScript throws by itself at code that makes no sense. */
const NONSENSE = /^(TypeError|ReferenceError|SyntaxError)\b/;

/** Judges what a search saw. `sound`: hash of the commands of the sound program, per `keyOf` a seed. */
export function judge(
  bug: PlantedBug,
  sight: Sight,
  sound: ReadonlyMap<string, string>,
  wallSeconds: number,
): Finding {
  const { name, does, source, file } = bug;
  const { failed, looks, trouble } = sight;
  const moved = looks.filter((look) => look.commands !== sound.get(keyOf(look)));
  const common = {
    ...{ name, does, source, file, wallSeconds },
    ...{ lookedSeeds: looks.length, movedSeeds: moved.length },
  };
  const nowhere = { ...common, detail: '', seed: 0, hours: 0, marketSeconds: 0 };
  if (failed === null) {
    const verdict = trouble === '' ? Verdict.MISSED : Verdict.UNFIT;
    return { ...nowhere, verdict, how: trouble };
  }
  const { seed, hours, detail, marketSeconds, broken, outcome } = failed;
  const isNonsense = broken[0]?.startsWith('0 ') === true && NONSENSE.test(detail);
  return {
    ...{ ...common, detail, seed, hours, marketSeconds },
    verdict: isNonsense ? Verdict.UNFIT : Verdict.FOUND,
    how: broken.length === 0 ? outcome : broken.slice(0, NAMED_MAX).join(', '),
  };
}

/** Names one run of the sound program. */
export function keyOf({ seed, hours }: { readonly seed: number; readonly hours: number }): string {
  return `${seed} ${hours}`;
}
