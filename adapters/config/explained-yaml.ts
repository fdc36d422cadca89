import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { profileDefaults } from './config.ts';
import {
  type Configuration,
  configurationSchema,
  PROFILE_NAMES,
  type ProfileName,
} from './configuration-schema.ts';

/** What `z.toJSONSchema` says of one key, with the extras the fields carry. */
interface KeySchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, KeySchema>>;
  readonly shown?: string;
  readonly quoted?: boolean;
}

const WIDTH = 100;

/** The JSON Schema that editors use for completion and checks: standard keywords only. */
export function configurationJsonSchema(): Record<string, unknown> {
  return withoutExtras(fullSchema()) as Record<string, unknown>;
}

function fullSchema(): unknown {
  return z.toJSONSchema(configurationSchema, { io: 'input' });
}

/** Strict validators refuse keywords they do not know: ours stay in the house. */
function withoutExtras(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutExtras);
  if (typeof schema !== 'object' || schema === null) return schema;
  const isKey = 'description' in schema && !('properties' in schema);
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([name]) => !(isKey && (name === 'shown' || name === 'quoted')))
      .map(([name, value]) => [name, withoutExtras(value)]),
  );
}

/**
 * A configuration file with every key, its explanation above it, and its value: `written` where it
 * says something, else the default. Pricing keys that a profile sets are left commented out with the
 * value the profile gives them, so that choosing another profile still works.
 */
export function explainedYaml(written: Record<string, unknown>): string {
  const schema = fullSchema() as KeySchema;
  const lines = [
    '# Configuration of doge-mm. Every key with its value; remove what you do not change.',
    '# Durations carry a unit (us ms s m h d); money is a decimal in quotes.',
    '# Check with: doge-mm check-config FILE',
    '# yaml-language-server: $schema=../config.schema.json',
    '',
  ];
  const profile = PROFILE_NAMES.find((name) => name === written['profile']) ?? 'floor';
  writeKeys(schema.properties ?? {}, written, { profile, path: [], lines });
  return `${lines.join('\n').trimEnd()}\n`;
}

interface Writing {
  readonly profile: ProfileName;
  readonly path: readonly string[];
  readonly lines: string[];
}

function writeKeys(
  keys: Readonly<Record<string, KeySchema>>,
  written: Record<string, unknown>,
  writing: Writing,
): void {
  const { path, lines } = writing;
  const indent = '  '.repeat(path.length);
  for (const [name, key] of Object.entries(keys)) {
    const value = written[name];
    if (key.properties !== undefined) {
      lines.push('', ...comment(key.description ?? '', indent), `${indent}${name}:`);
      const inner = typeof value === 'object' && value !== null ? value : {};
      const deeper = { ...writing, path: [...path, name] };
      writeKeys(key.properties, inner as Record<string, unknown>, deeper);
      continue;
    }
    writeKey(name, key, value, writing);
  }
}

function writeKey(name: string, key: KeySchema, value: unknown, writing: Writing): void {
  const { path, lines, profile } = writing;
  const indent = '  '.repeat(path.length);
  const byProfile = value === undefined && isProfileKey(path, name);
  const note = byProfile ? ' Set by the profile.' : '';
  const shown = byProfile ? profileDefaults(profile)[name] : value;
  lines.push(...comment(`${key.description ?? ''}${note}`, indent));
  lines.push(`${indent}${byProfile ? '# ' : ''}${name}: ${shownValue(key, shown)}`);
}

function isProfileKey(path: readonly string[], name: string): boolean {
  if (path[0] !== 'pricing') return false;
  return PROFILE_NAMES.some((profile) => name in profileDefaults(profile));
}

/** `undefined`: the default. Texts are quoted where YAML would read them as something else. */
function shownValue(key: KeySchema, value: unknown): string {
  if (value === undefined) return key.quoted === true ? `"${key.shown}"` : (key.shown ?? '');
  if (typeof value === 'string' && key.quoted !== true && isPlainText(value)) return value;
  return JSON.stringify(value);
}

function isPlainText(text: string): boolean {
  return /^[\w./][\w./:+-]*$/.test(text) && typeof parseYaml(text) === 'string';
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
