import { Document, isMap, isPair, isScalar, LineCounter, parseDocument, Scalar, visit } from 'yaml';
import type { z } from 'zod';
import { ConfigError, type ConfigProblem } from './config-error.ts';

/** A `--set path=value`: the value is read as YAML. */
export interface Override {
  readonly path: string;
  readonly value: string;
  /** The flag a person wrote, when it is one with a name of its own: "--seed". */
  readonly flag?: string;
}

/** A broken file can hold thousands of faults that all have one cause. */
const SYNTAX_PROBLEMS_MAX = 5;
const SYNTAX_REMEDY = 'Mind indentation, colons and duplicate keys';
/** A number as written, whose text means the same amount without any rounding. */
const PLAIN_DECIMAL = /^-?\d+(\.\d+)?$/;

/** A configuration as written, with the places of its keys, before validation. */
export class YamlDocument {
  private readonly file: string;
  private readonly lines = new LineCounter();
  private readonly document: Document;
  /** What the command line wrote, by path. */
  private readonly overridden = new Map<string, Override>();

  /** Throws ConfigError when the text is no YAML mapping. */
  constructor(text: string, file: string) {
    this.file = file;
    const parsed = parseDocument(text, {
      lineCounter: this.lines,
      uniqueKeys: true,
      // What it would only warn of is refused below, as an unknown key.
      logLevel: 'error',
    });
    if (parsed.errors.length > 0) {
      throw new ConfigError(
        parsed.errors.slice(0, SYNTAX_PROBLEMS_MAX).map((error) => ({
          file,
          line: error.linePos?.[0].line ?? 0,
          column: error.linePos?.[0].col ?? 0,
          path: '',
          reason: `this is not valid YAML: ${firstLine(error.message)}`,
          remedy: SYNTAX_REMEDY,
        })),
      );
    }
    if (parsed.contents === null) {
      this.document = new Document({});
    } else if (isMap(parsed.contents)) {
      this.document = parsed as unknown as Document;
    } else {
      throw new ConfigError([
        {
          file,
          line: 1,
          column: 1,
          path: '',
          reason: 'a configuration is a mapping of keys to values',
          remedy: 'Start from configs/dev/config.yaml',
        },
      ]);
    }
  }

  /**
   * Applies `--set` values on top. Throws ConfigError for a value that is no YAML and for a path that
   * runs through a plain value.
   */
  override(overrides: readonly Override[]): void {
    for (const override of overrides) {
      const { path, value } = override;
      this.overridden.set(path, override);
      const parsed = parseDocument(value);
      const fault = parsed.errors[0];
      if (fault !== undefined) {
        throw this.failure(
          path,
          `"${value}" is not valid YAML: ${firstLine(fault.message)}`,
          fault,
        );
      }
      try {
        const scalar = parsed.toJS() as unknown;
        this.document.setIn(path.split('.'), scalar);
      } catch (error) {
        throw this.failure(path, messageOf(error), error);
      }
    }
  }

  /**
   * A `--set account.quote=2000` means the text "2000": the shell took the quotes away. Where
   * validation wanted a text and a `--set` brought a plain decimal, its digits are taken as written.
   * Returns whether anything changed, so that validating again may help.
   */
  adoptDecimalTexts(error: z.ZodError): boolean {
    let isChanged = false;
    for (const issue of error.issues) {
      if (issue.code !== 'invalid_type' || issue.expected !== 'string') continue;
      const path = issue.path.map(String);
      const value = this.overridden.get(path.join('.'))?.value.trim();
      if (value === undefined || !PLAIN_DECIMAL.test(value)) continue;
      const scalar = new Scalar(value);
      scalar.type = Scalar.QUOTE_DOUBLE;
      this.document.setIn(path, scalar);
      isChanged = true;
    }
    return isChanged;
  }

  /** The plain values. Throws ConfigError for aliases that lead nowhere or grow without bound. */
  toObject(): Record<string, unknown> {
    try {
      return this.document.toJS() as Record<string, unknown>;
    } catch (error) {
      const { line, col } = this.lines.linePos(this.firstAliasOffset());
      throw new ConfigError(
        [
          {
            file: this.file,
            line,
            column: col,
            path: '',
            reason: `an alias cannot be followed: ${firstLine(messageOf(error))}`,
            remedy: 'Write the values out instead of using anchors (&) and aliases (*)',
          },
        ],
        { cause: error },
      );
    }
  }

  /** Turns a validation failure into problems with line, reason and remedy. */
  problems(error: z.ZodError): ConfigProblem[] {
    const problems: ConfigProblem[] = [];
    for (const issue of error.issues) {
      const path = issue.path.map(String);
      if (issue.code === 'unrecognized_keys') {
        for (const key of issue.keys) {
          problems.push(
            this.problemAt(
              [...path, key].join('.'),
              `unknown key "${key}"`,
              'Remove it or mend the spelling; `doge-mm check-config --print-effective` lists every key',
            ),
          );
        }
        continue;
      }
      problems.push(
        this.problemAt(
          path.join('.'),
          `${this.shown(path)}${issue.message}`,
          this.remedyOf(path.join('.')),
        ),
      );
    }
    return problems;
  }

  /** A problem at a key, with the line it stands on (or the `--set` it came from). */
  problemAt(path: string, reason: string, remedy: string): ConfigProblem {
    const overridden = this.overrideOf(path);
    if (overridden !== undefined) {
      return { file: flagOf(overridden), line: 0, column: 0, path: '', reason, remedy };
    }
    const position = this.position(path === '' ? [] : path.split('.'));
    return { file: this.file, line: position.line, column: position.column, path, reason, remedy };
  }

  /** True when a `--set` and not the file says what a key is. */
  isOverridden(path: string): boolean {
    return this.overrideOf(path) !== undefined;
  }

  /**
   * The `--set` that wrote a key: the key itself, the section around it, or something inside of it
   * that has no home.
   */
  private overrideOf(path: string): Override | undefined {
    const all = [...this.overridden.values()].reverse();
    return (
      this.overridden.get(path) ??
      all.find((one) => path.startsWith(`${one.path}.`)) ??
      all.find((one) => path !== '' && one.path.startsWith(`${path}.`))
    );
  }

  /** What to do about a refused value: where it is explained, and how a shell wants it written. */
  private remedyOf(path: string): string {
    const explained = 'the comment above this key in configs/dev/config.yaml';
    const overridden = this.overrideOf(path);
    if (overridden === undefined) return `See ${explained}`;
    if (overridden.flag !== undefined) return `Write another value behind it; see ${explained}`;
    const name = overridden.path;
    return `Write it like --set ${name}=VALUE, with --set '${name}="TEXT"' for a text that looks like a number; see ${explained}`;
  }

  private failure(path: string, reason: string, cause: unknown): ConfigError {
    const remedy =
      'Name a key, not a section, and quote a value with special signs: --set \'path="text"\'';
    return new ConfigError([this.problemAt(path, reason, remedy)], { cause });
  }

  private firstAliasOffset(): number {
    let offset = 0;
    visit(this.document, {
      Alias(_, node) {
        offset = node.range?.[0] ?? 0;
        return visit.BREAK;
      },
    });
    return offset;
  }

  private shown(path: readonly string[]): string {
    const value = this.document.getIn([...path]);
    if (value === undefined || (typeof value === 'object' && value !== null)) return '';
    return `"${String(value)}" is refused: `;
  }

  /** Position of the deepest part of the path that the file holds. */
  private position(path: readonly string[]): { line: number; column: number } {
    let node: unknown = this.document.contents;
    let offset = 0;
    for (const part of path) {
      if (!isMap(node)) break;
      const pair = node.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === part,
      );
      if (pair === undefined || !isScalar(pair.key)) break;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    }
    const found = this.lines.linePos(offset);
    return { line: found.line, column: found.col };
  }
}

function flagOf({ path, flag }: Override): string {
  return flag ?? `--set ${path}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A parser's message without the excerpt of the file it shows below it. */
function firstLine(message: string): string {
  return message.split('\n')[0]?.replace(/ at line .*$/, '') ?? '';
}
