/**
 * What every paper's program shares: flags in, one JSON object out. Usage errors end with exit code
 * 2 and say which flag, what is wrong and what to write instead.
 */
import { parseArgs } from 'node:util';

/** One flag. `placeholder` is shown in --help; a flag without one is a switch. */
export interface PaperFlag {
  readonly placeholder?: string;
  readonly about: string;
  readonly required?: boolean;
}

export interface Paper {
  /** File name without extension. */
  readonly name: string;
  readonly about: string;
  /** The flags of a call that works. */
  readonly example: string;
  readonly flags: Readonly<Record<string, PaperFlag>>;
  /** Throws PaperUsageError for flags that make no sense. */
  readonly compute: (flags: PaperFlags) => object;
}

/** A flag that cannot be used; the message is for the person who typed it. */
export class PaperUsageError extends Error {
  override readonly name = 'PaperUsageError';
}

/** The flags of one call, by name without dashes. */
export class PaperFlags {
  private readonly values: Readonly<Record<string, string | boolean | undefined>>;

  constructor(values: Readonly<Record<string, string | boolean | undefined>>) {
    this.values = values;
  }

  has(name: string): boolean {
    return this.values[name] !== undefined && this.values[name] !== false;
  }

  text(name: string, fallback?: string): string {
    const value = this.values[name];
    if (typeof value === 'string') return value;
    if (fallback !== undefined) return fallback;
    throw new PaperUsageError(`--${name} is missing`);
  }

  /** A finite number. */
  number(name: string, fallback?: number): number {
    if (!this.has(name) && fallback !== undefined) return fallback;
    const text = this.text(name);
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value)) {
      throw new PaperUsageError(`--${name} must be a number, not "${text}"`);
    }
    return value;
  }

  positive(name: string, fallback?: number): number {
    const value = this.number(name, fallback);
    if (!(value > 0)) throw new PaperUsageError(`--${name} must be above zero, not ${value}`);
    return value;
  }

  wholeNumber(name: string, fallback?: number): number {
    const value = this.number(name, fallback);
    if (!Number.isSafeInteger(value)) {
      throw new PaperUsageError(`--${name} must be a whole number, not ${value}`);
    }
    return value;
  }
}

export interface PaperOutcome {
  readonly exitCode: 0 | 2;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a paper on command-line arguments without touching the process. */
export function runPaper(paper: Paper, args: readonly string[]): PaperOutcome {
  if (args.includes('--help') || args.includes('-h')) {
    return { exitCode: 0, stdout: helpText(paper), stderr: '' };
  }
  try {
    const result = paper.compute(parseFlags(paper, args));
    return { exitCode: 0, stdout: `${JSON.stringify(result)}\n`, stderr: '' };
  } catch (error) {
    if (!(error instanceof PaperUsageError)) throw error;
    const remedy = `node research/papers/${paper.name}.ts --help shows the flags`;
    return { exitCode: 2, stdout: '', stderr: `${paper.name}: ${error.message}\n${remedy}\n` };
  }
}

/** Runs a paper as the program that was started. */
export function runPaperProgram(paper: Paper): void {
  const outcome = runPaper(paper, process.argv.slice(2));
  process.stdout.write(outcome.stdout);
  process.stderr.write(outcome.stderr);
  process.exitCode = outcome.exitCode;
}

function parseFlags(paper: Paper, args: readonly string[]): PaperFlags {
  const options: Record<string, { type: 'string' | 'boolean' }> = {};
  for (const [name, flag] of Object.entries(paper.flags)) {
    options[name] = { type: flag.placeholder === undefined ? 'boolean' : 'string' };
  }
  let values: Readonly<Record<string, string | boolean | undefined>>;
  try {
    values = parseArgs({ args: joinNegativeNumbers(args), options, strict: true }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new PaperUsageError(error.message, { cause: error });
  }
  for (const [name, flag] of Object.entries(paper.flags)) {
    if (flag.required === true && values[name] === undefined) {
      throw new PaperUsageError(`--${name} is missing: ${flag.about}`);
    }
  }
  return new PaperFlags(values);
}

/** `--premium -0.001` becomes `--premium=-0.001`: parseArgs would take the value for a flag. */
function joinNegativeNumbers(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const argument of args) {
    const previous = joined.at(-1);
    const isValue = /^-[\d.]/.test(argument);
    if (isValue && previous !== undefined && /^--[^=]+$/.test(previous)) {
      joined[joined.length - 1] = `${previous}=${argument}`;
    } else {
      joined.push(argument);
    }
  }
  return joined;
}

function helpText(paper: Paper): string {
  const rows = Object.entries(paper.flags).map(([name, flag]): [string, string] => {
    const value = flag.placeholder === undefined ? '' : ` ${flag.placeholder}`;
    return [`--${name}${value}`, flag.required === true ? `${flag.about} (needed)` : flag.about];
  });
  const width = Math.max(...rows.map(([left]) => left.length));
  const lines = rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
  return [
    paper.about,
    '',
    ...lines,
    '',
    'Example:',
    `  node research/papers/${paper.name}.ts ${paper.example}`,
    '',
  ].join('\n');
}
