/** One thing wrong with a configuration file: where, why, and how to mend it. */
export interface ConfigProblem {
  readonly file: string;
  /** 1-based; 0 when the whole file is meant. */
  readonly line: number;
  readonly column: number;
  /** Dotted path of the key ("risk.maxOrderNotional"), or "" for the file. */
  readonly path: string;
  readonly reason: string;
  readonly remedy: string;
}

/** A configuration was refused. Carries every problem found, not only the first. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'BAD_CONFIGURATION';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[], options?: ErrorOptions) {
    super(problems.map(describeProblem).join('\n'), options);
    this.problems = problems;
  }
}

/** "configs/dev/config.yaml:12:3 risk.maxOrderNotional: reason. Remedy." */
export function describeProblem(problem: ConfigProblem): string {
  const place =
    problem.line === 0 ? problem.file : `${problem.file}:${problem.line}:${problem.column}`;
  const path = problem.path === '' ? '' : ` ${problem.path}`;
  return `${place}${path}: ${problem.reason}. ${problem.remedy}.`;
}

/** "configs/dev/config.yaml:12 risk.maxOrderNotional", or "--set risk.maxOrderNotional". */
export function placeOf(problem: ConfigProblem): string {
  const line = problem.line === 0 ? '' : `:${problem.line}`;
  return `${problem.file}${line}${problem.path === '' ? '' : ` ${problem.path}`}`;
}
