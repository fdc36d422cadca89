import { availableParallelism } from 'node:os';
import { type Finding, judge, keyOf, Verdict } from './finding.ts';
import type { PlantedBug } from './planted-bug.ts';
import { ScratchCopy } from './scratch-copy.ts';
import { type Sight, searchIn } from './search.ts';
import type { Round } from './seed-look.ts';
import { type KeptSight, type SightFile, searchKey } from './sight-file.ts';

export interface SweepOptions {
  readonly bugs: readonly PlantedBug[];
  readonly rounds: readonly Round[];
  /** Searches of earlier sittings, and where those of this one are kept. */
  readonly kept: SightFile;
  /** Takes a line about each search that is over. */
  readonly say: (line: string) => void;
}

export interface SweepResult {
  /** In the order of the bugs; empty when the sound program failed. */
  readonly findings: readonly Finding[];
  /** How the program without any bug failed; empty when it did not. */
  readonly soundFailure: string;
}

/** Looks for all bugs, one copy of the project a core. The sound program goes first. */
export async function sweep(options: SweepOptions): Promise<SweepResult> {
  const copies = Array.from({ length: availableParallelism() }, () => new ScratchCopy());
  try {
    return await new Sweep(options).run(copies);
  } finally {
    for (const copy of copies) copy.remove();
  }
}

class Sweep {
  private readonly options: SweepOptions;
  private readonly sights = new Map<PlantedBug | null, KeptSight>();
  private soundFailure = '';

  constructor(options: SweepOptions) {
    this.options = options;
  }

  async run(copies: readonly ScratchCopy[]): Promise<SweepResult> {
    const queue = [null, ...this.options.bugs].values();
    const work = async (copy: ScratchCopy): Promise<void> => {
      for (const bug of queue) {
        if (this.soundFailure !== '') return;
        await this.searchFor(bug, copy);
      }
    };
    await Promise.all(copies.map(work));
    const { soundFailure } = this;
    return { findings: soundFailure === '' ? this.findings() : [], soundFailure };
  }

  private async searchFor(bug: PlantedBug | null, copy: ScratchCopy): Promise<void> {
    const { kept, rounds } = this.options;
    const key = searchKey(bug);
    let one = kept.find(key);
    if (one === null) {
      const startedAt = performance.now();
      const sight = await copy.whilePlanted(bug, () => searchIn(copy, rounds, bug?.needsSockets));
      one = { key, sight, wallSeconds: (performance.now() - startedAt) / 1_000 };
      kept.add(one);
    }
    this.sights.set(bug, one);
    if (bug === null) this.noteSound(one.sight);
    else this.tell(judge(bug, one.sight, new Map(), one.wallSeconds));
  }

  private noteSound({ failed, trouble }: Sight): void {
    if (failed !== null) {
      const { seed, hours, broken, outcome, detail } = failed;
      this.soundFailure = `seed ${seed}, ${hours} h: ${outcome}, ${broken.join(', ')}: ${detail}`;
    } else this.soundFailure = trouble;
    if (this.soundFailure === '') this.options.say('the program without any bug breaks no promise');
  }

  private tell({ name, verdict, how, seed, hours, wallSeconds }: Finding): void {
    const words: Record<Verdict, string> = {
      [Verdict.FOUND]: 'found    ',
      [Verdict.MISSED]: 'NOT FOUND',
      [Verdict.UNFIT]: 'UNFIT    ',
    };
    const done = [...this.sights.keys()].filter((bug) => bug !== null).length;
    const place = seed === 0 ? '' : ` · seed ${seed} of ${hours} h`;
    const what = how === '' ? '' : `: ${how}`;
    this.options.say(
      `[${done}/${this.options.bugs.length}] ${words[verdict]} ${name}${what}${place} · ${wallSeconds.toFixed(0)} s`,
    );
  }

  private findings(): Finding[] {
    const looks = this.sights.get(null)?.sight.looks ?? [];
    const sound = new Map(looks.map((look) => [keyOf(look), look.commands]));
    return this.options.bugs.map((bug) => {
      const one = this.sights.get(bug);
      if (one === undefined) throw new Error(`${bug.name} was not looked for`);
      return judge(bug, one.sight, sound, one.wallSeconds);
    });
  }
}
