/**
 * The crash campaign: trading processes on the real disk are killed with SIGKILL, hundreds of times, while
 * the venue lives on, and after each restart everything must add up.
 *
 *   npm run crash-campaign -- --kills 500 --seed 1 --resume crash-progress.json
 *
 * Market time runs as fast as the trading process answers. Exit 1: a check failed; the folder is kept. Exit 2: a wrong call.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Chapter, type ChapterResult } from './chapter.ts';

const KILLS_DEFAULT = 500;
/** Kills on one account: short enough that its journals stay small. */
const KILLS_PER_CHAPTER = 10;

/** The call was wrong, not the program. */
class UsageError extends Error {}

/** What is kept between two runs of the campaign. */
interface Progress {
  readonly seed: number;
  readonly chapters: ChapterResult[];
}

function readProgress(file: string | undefined, seed: number): Progress {
  if (file === undefined || !existsSync(file)) return { seed, chapters: [] };
  const progress = JSON.parse(readFileSync(file, 'utf8')) as Progress;
  if (progress.seed !== seed) {
    throw new UsageError(`${file} is of seed ${progress.seed}, not ${seed}: name another file`);
  }
  return progress;
}

function wholeNumber(text: string, name: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new UsageError(`--${name} must be a whole number above zero, not "${text}"`);
  }
  return value;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: String(KILLS_DEFAULT) },
      seed: { type: 'string', default: '1' },
      resume: { type: 'string' },
    },
  });
  const wanted = wholeNumber(values.kills, 'kills');
  const seed = wholeNumber(values.seed, 'seed');
  const progress = readProgress(values.resume, seed);
  const { chapters } = progress;
  let done = chapters.reduce((sum, { kills }) => sum + kills, 0);
  while (done < wanted) {
    const kills = Math.min(KILLS_PER_CHAPTER, wanted - done);
    const chapterSeed = seed * 100_000 + chapters.length;
    const folder = mkdtempSync(join(tmpdir(), 'crash-campaign-'));
    try {
      chapters.push(await new Chapter({ folder, seed: chapterSeed, kills }).run());
    } catch (error) {
      say(`seed ${chapterSeed}, ${kills} kills: FAILED\n  folder ${folder}`);
      throw error;
    }
    rmSync(folder, { recursive: true });
    done += kills;
    if (values.resume !== undefined) writeFileSync(values.resume, JSON.stringify(progress));
    say(`${done}/${wanted} kills: ${JSON.stringify(chapters.at(-1))}`);
  }
  say(JSON.stringify(sumOf(chapters)));
}

function sumOf(chapters: readonly ChapterResult[]): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  const add = (name: string, value: number): void => {
    sums[name] = (sums[name] ?? 0) + value;
  };
  for (const { seed: _, byMoment, ...counts } of chapters) {
    for (const [name, value] of Object.entries(counts)) add(name, value);
    for (const [name, value] of Object.entries(byMoment)) add(`killed at ${name}`, value);
  }
  return sums;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  say(`error: ${error.message}`);
  process.exitCode = 2;
}
