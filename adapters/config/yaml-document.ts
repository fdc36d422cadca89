import { Document, isMap, isPair, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { ConfigError, type ConfigProblem } from './config-error.ts';

/** A `--set path=value`: the value is read as YAML. */
export interface Override {
  readonly path: string;
  readonly value: string;
}

/** A configuration as written, with the places of its keys, before validation. */
export class YamlDocument {
  private readonly file: string;
  private readonly lines = new LineCounter();
  private readonly document: Document;
  private readonly overridden = new Set<string>();

  /** Throws ConfigError when the text is no YAML mapping. */
  constructor(text: string, file: string) {
    this.file = file;
    const parsed = parseDocument(text, { lineCounter: this.lines, uniqueKeys: true });
    if (parsed.errors.length > 0) {
      throw new ConfigError(
        parsed.errors.map((error) => ({
          file,
          line: error.linePos?.[0].line ?? 0,
          column: error.linePos?.[0].col ?? 0,
          path: '',
          reason: `this is not valid YAML: ${error.message.split('\n')[0]?.replace(/ at line .*$/, '') ?? ''}`,
          remedy: 'Mind indentation, colons and duplicate keys',
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

  /** Applies `--set` values on top. Throws ConfigError on a path that runs through a plain value. */
  override(overrides: readonly Override[]): void {
    for (const { path, value } of overrides) {
      const scalar = parseDocument(value).toJS() as unknown;
      try {
        this.document.setIn(path.split('.'), scalar);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new ConfigError([this.problemAt(path, reason, 'Name a key, not a section')], {
          cause: error,
        });
      }
      this.overridden.add(path);
    }
  }

  toObject(): Record<string, unknown> {
    return this.document.toJS() as Record<string, unknown>;
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
          'See the comment above this key in configs/dev/config.yaml',
        ),
      );
    }
    return problems;
  }

  /** A problem at a key, with the line it stands on (or the `--set` it came from). */
  problemAt(path: string, reason: string, remedy: string): ConfigProblem {
    const overridden = this.overrideOf(path);
    if (overridden !== undefined) {
      return { file: `--set ${overridden}`, line: 0, column: 0, path: '', reason, remedy };
    }
    const position = this.position(path === '' ? [] : path.split('.'));
    return { file: this.file, line: position.line, column: position.column, path, reason, remedy };
  }

  /** The `--set` that wrote a key: the key itself, or something inside of it that has no home. */
  private overrideOf(path: string): string | undefined {
    if (path === '') return undefined;
    if (this.overridden.has(path)) return path;
    return [...this.overridden].find((one) => one.startsWith(`${path}.`));
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
