/**
 * The crash campaign: trading processes on the real disk are killed with SIGKILL, hundreds of times, while
 * the venue lives on, and after each restart everything must add up.
 *
 *   npm run crash-campaign -- --kills 500 --seed 1 --resume crash-progress.json
 *
 * Market time runs as fast as the trading process answers. Exit 1: a check failed; the folder is kept and named.
 * Exit 2: a wrong call. Interrupted: 128 and the signal's number, nothing is left but what `--resume` needs.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { buildInfo } from '#apps/cli/build-info.ts';
import type { ChapterResult } from './chapter.ts';
import { InterruptedError, interruption } from './interruption.ts';
import { runChapter } from './run-chapter.ts';

const KILLS_DEFAULT = 500;
/** Kills on one account: short enough that its journals stay small, and that little is done again. */
const KILLS_PER_CHAPTER = 10;
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/** The call was wrong, not the program. */
class UsageError extends Error {}

/** What is kept between two runs of the campaign. */
interface Progress {
  readonly seed: number;
  readonly build: string;
  readonly chapters: ChapterResult[];
}

function readProgress(file: string | undefined, seed: number): Progress {
  const build = buildInfo();
  if (file === undefined || !existsSync(file)) return { seed, build, chapters: [] };
  const progress = JSON.parse(readFileSync(file, 'utf8')) as Progress;
  if (progress.seed !== seed || progress.build !== build) {
    const theirs = `seed ${progress.seed} and build ${progress.build}`;
    throw new UsageError(`${file} is of ${theirs}, not ${seed} and ${build}: name another file`);
  }
  return progress;
}

/** In one step: an interruption leaves the old file or the new one. */
function writeProgress(file: string, progress: Progress): void {
  writeFileSync(`${file}.new`, JSON.stringify(progress));
  renameSync(`${file}.new`, file);
}

function wholeNumber(text: string, name: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new UsageError(`--${name} must be a whole number above zero, not "${text}"`);
  }
  return value;
}

function readCall(): { readonly kills: string; readonly seed: string; readonly resume?: string } {
  try {
    const { values } = parseArgs({
      options: {
        kills: { type: 'string', default: String(KILLS_DEFAULT) },
        seed: { type: 'string', default: '1' },
        resume: { type: 'string' },
      },
    });
    return values;
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

async function main(signal: AbortSignal): Promise<void> {
  const call = readCall();
  const wanted = wholeNumber(call.kills, 'kills');
  const seed = wholeNumber(call.seed, 'seed');
  const progress = readProgress(call.resume, seed);
  const { chapters } = progress;
  let done = chapters.reduce((sum, { kills }) => sum + kills, 0);
  if (done > 0) say(`${done}/${wanted} kills were done before`);
  while (done < wanted) {
    const kills = Math.min(KILLS_PER_CHAPTER, wanted - done);
    chapters.push(await runChapter({ seed: seed * 100_000 + chapters.length, kills, signal }));
    done += kills;
    if (call.resume !== undefined) writeProgress(call.resume, progress);
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

/** Says how it ended; returns the exit code. */
function explain(error: unknown): number {
  if (error instanceof UsageError) {
    say(`error: ${error.message}`);
    return EXIT_USAGE;
  }
  if (error instanceof InterruptedError) {
    say(`${error.message}: a chapter that was begun is not counted`);
    return error.exitCode;
  }
  say(`FAILED ${error instanceof Error ? `${error.message}\n${rootOf(error).stack}` : error}`);
  return EXIT_FAILED;
}

function rootOf(error: Error): Error {
  return error.cause instanceof Error ? rootOf(error.cause) : error;
}

try {
  await main(interruption());
} catch (error) {
  process.exitCode = explain(error);
}
