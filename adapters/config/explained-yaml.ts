import { z } from 'zod';
import { profileDefaults } from './config.ts';
import { type Configuration, configurationSchema, PROFILE_NAMES } from './configuration-schema.ts';

/** What `z.toJSONSchema` says of one key, with the extras the fields carry. */
interface KeySchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, KeySchema>>;
  readonly shown?: string;
  readonly quoted?: boolean;
}

const WIDTH = 100;

/** The JSON Schema that editors use for completion and checks. */
export function configurationJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(configurationSchema, { io: 'input' }) as Record<string, unknown>;
}

/**
 * A configuration file with every key, its explanation above it, and its value: `written` where it
 * says something, else the default. Pricing keys that a profile sets are left commented out, so that
 * choosing another profile still works.
 */
export function explainedYaml(written: Record<string, unknown>): string {
  const schema = configurationJsonSchema() as unknown as KeySchema;
  const lines = [
    '# Configuration of doge-mm. Every key with its default; remove what you do not change.',
    '# Durations carry a unit (us ms s m h d); money is a decimal in quotes. Check with: doge-mm check-config FILE',
    '# yaml-language-server: $schema=../config.schema.json',
    '',
  ];
  writeKeys(schema.properties ?? {}, written, '', [], lines);
  return `${lines.join('\n').trimEnd()}\n`;
}

function writeKeys(
  keys: Readonly<Record<string, KeySchema>>,
  written: Record<string, unknown>,
  indent: string,
  path: readonly string[],
  lines: string[],
): void {
  for (const [name, key] of Object.entries(keys)) {
    const value = written[name];
    if (key.properties !== undefined) {
      lines.push('', `${indent}${name}:`);
      const inner = typeof value === 'object' && value !== null ? value : {};
      writeKeys(
        key.properties,
        inner as Record<string, unknown>,
        `${indent}  `,
        [...path, name],
        lines,
      );
      continue;
    }
    const byProfile = value === undefined && isProfileKey(path, name);
    const note = byProfile ? ' Set by the profile.' : '';
    lines.push(...comment(`${key.description ?? ''}${note}`, indent));
    lines.push(`${indent}${byProfile ? '# ' : ''}${name}: ${shownValue(key, value)}`);
  }
}

function isProfileKey(path: readonly string[], name: string): boolean {
  if (path[0] !== 'pricing') return false;
  return PROFILE_NAMES.some((profile) => name in profileDefaults(profile));
}

function shownValue(key: KeySchema, value: unknown): string {
  if (value === undefined) return key.quoted === true ? `"${key.shown}"` : (key.shown ?? '');
  if (typeof value === 'string') return key.quoted === true || value === '' ? `"${value}"` : value;
  return JSON.stringify(value);
}

function comment(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && `${indent}# ${line} ${word}`.length > WIDTH) {
      lines.push(`${indent}# ${line}`);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  if (line !== '') lines.push(`${indent}# ${line}`);
  return lines;
}

/** The values in force as plain JSON, for `check-config --json`. */
export function effectiveValues(configuration: Configuration): unknown {
  return JSON.parse(JSON.stringify(configuration));
}
