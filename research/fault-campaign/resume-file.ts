import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { SimulationResult } from '#compose/simulation-result.ts';

/** What all runs of a campaign share: results of another campaign are not its results. */
export interface CampaignIdentity {
  readonly build: string;
  readonly hours: number;
  readonly faults: readonly string[];
}

/** The file does not belong to this campaign, or is none at all. */
export class ResumeFileError extends Error {
  override readonly name = 'ResumeFileError';
  readonly remedy: string;

  constructor(message: string, details: ErrorOptions & { readonly remedy: string }) {
    super(message, details);
    this.remedy = details.remedy;
  }
}

/**
 * Results of a long campaign, one JSON line a seed, so that it can be stopped and go on. The first
 * line says which campaign it is. A last line that was not finished is run again.
 */
export class ResumeFile {
  /** Results of earlier sittings. */
  readonly done: readonly SimulationResult[];
  private readonly file: string;

  /** Opens or begins the file. Throws ResumeFileError for a file of something else. */
  constructor(file: string, identity: CampaignIdentity) {
    this.file = file;
    const head = JSON.stringify(identity);
    if (existsSync(file) && !statSync(file).isFile()) {
      throw new ResumeFileError(`${file} is no file`, {
        remedy: 'name a file, or one that does not exist yet',
      });
    }
    if (!existsSync(file) || readFileSync(file, 'utf8') === '') {
      writeFileSync(file, `${head}\n`);
      this.done = [];
      return;
    }
    const text = readFileSync(file, 'utf8');
    const lines = text.split('\n');
    if (lines[0] !== head) throw this.notOurs(lines[0] ?? '');
    const isWhole = text.endsWith('\n');
    const results = lines.slice(1, isWhole ? undefined : -1);
    this.done = this.readAll(results);
    // What a killed sitting did not finish writing goes, or the next line would stand behind it.
    if (!isWhole) writeFileSync(file, `${[head, ...results].join('\n')}\n`);
  }

  /** Keeps one result. */
  add(result: SimulationResult): void {
    appendFileSync(this.file, `${JSON.stringify(result)}\n`);
  }

  private notOurs(found: string): ResumeFileError {
    return new ResumeFileError(`${this.file} belongs to another campaign: ${found.slice(0, 200)}`, {
      remedy:
        'name another file, or repeat the command with the build, hours and faults it was begun with',
    });
  }

  /** Each seed once: of a line that stands there twice the first counts. */
  private readAll(lines: readonly string[]): SimulationResult[] {
    const bySeed = new Map<number, SimulationResult>();
    for (const [index, line] of lines.entries()) {
      if (line === '') continue;
      const result = this.parse(line, index + 2);
      if (!bySeed.has(result.seed)) bySeed.set(result.seed, result);
    }
    return [...bySeed.values()];
  }

  private parse(line: string, number: number): SimulationResult {
    try {
      const found: unknown = JSON.parse(line);
      if (isResult(found)) return found;
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause;
      throw this.notAResult(number, { cause });
    }
    throw this.notAResult(number);
  }

  private notAResult(number: number, options: ErrorOptions = {}): ResumeFileError {
    return new ResumeFileError(`${this.file}, line ${number} is no result of a run`, {
      remedy: 'delete that line: its seed is run again',
      ...options,
    });
  }
}

/** What the sums of a campaign read; a line without one of these was written by something else. */
const NEEDED: readonly (keyof SimulationResult)[] = [
  ...(['outcome', 'hours', 'events', 'ownFills', 'faults', 'cells', 'checks'] as const),
  ...(['excuses', 'violations', 'violationCount', 'lives', 'kills', 'hashes', 'trace'] as const),
];

function isResult(found: unknown): found is SimulationResult {
  if (typeof found !== 'object' || found === null) return false;
  const hasSeed = 'seed' in found && Number.isSafeInteger(found.seed);
  return hasSeed && NEEDED.every((name) => name in found);
}
