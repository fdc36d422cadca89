/**
 * Goal: the shipped configurations are what the program explains: every key with its comment, in sync
 * with the schema; the JSON Schema accepts what the program accepts and refuses what it refuses.
 * Method: the files of configs/ against the generator, line by line; the JSON Schema read back by
 * another reader.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadConfiguration } from './config.ts';
import { configurationSchema, PROFILE_NAMES } from './configuration-schema.ts';
import { configurationJsonSchema, effectiveValues, explainedYaml } from './explained-yaml.ts';

const CONFIGS = fileURLToPath(new URL('../../configs/', import.meta.url));
const read = (name: string): string => readFileSync(`${CONFIGS}${name}`, 'utf8');
const valuesOf = (text: string): Record<string, unknown> => parse(text) ?? {};

/** Dotted paths of all keys the schema knows. */
function schemaKeys(schema: Record<string, unknown>, path = ''): string[] {
  const properties = schema['properties'] as Record<string, Record<string, unknown>> | undefined;
  if (properties === undefined) return [path];
  return Object.entries(properties).flatMap(([name, inner]) =>
    schemaKeys(inner, path === '' ? name : `${path}.${name}`),
  );
}

/** Dotted paths of the keys of an explained file, commented-out ones included. */
function fileKeys(text: string): string[] {
  const keys: string[] = [];
  let section = '';
  for (const line of text.split('\n')) {
    const match = /^( *)(?:# )?([A-Za-z]\w*):( .*)?$/.exec(line);
    if (match === null) continue;
    const [, indent = '', name = '', value] = match;
    if (indent === '' && value === undefined) section = name;
    else if (indent !== '') keys.push(`${section}.${name}`);
    else if (!line.startsWith('#')) keys.push(name);
  }
  return keys;
}

test('the dev configuration holds every key, and is what the program prints', () => {
  const text = read('dev/config.yaml');
  assert.equal(text, explainedYaml(valuesOf(text)), 'run: doge-mm check-config --print-effective');
  assert.deepEqual(fileKeys(text).sort(), schemaKeys(configurationJsonSchema()).sort());
});

test('the production configuration is explained by the program too', () => {
  const text = read('prod/config.yaml');
  assert.equal(text, explainedYaml(valuesOf(text)));
});

test('every key of the dev configuration has a comment above it, in sentences', () => {
  const lines = read('dev/config.yaml').split('\n');
  for (const [index, line] of lines.entries()) {
    const isKey =
      /^ *(?:# )?[A-Za-z]\w*:( |$)/.test(line) && !/^# (Check|Configuration)/.test(line);
    if (!isKey || /\$schema/.test(line)) continue;
    const above = lines[index - 1] ?? '';
    assert.match(above, /^ *# .*\S$/, `no comment above line ${index + 1}: ${line}`);
    assert.match(above, /[.)]$/, `the comment above line ${index + 1} ends without a full stop`);
  }
});

test('every shipped configuration is accepted, and says which profile it is', () => {
  const shipped = ['dev/config.yaml', 'prod/config.yaml', 'test/config.yaml', 'test/made-up.yaml'];
  const profiles = shipped.map(
    (name) => loadConfiguration({ file: `${CONFIGS}${name}`, overrides: [] }).configuration.profile,
  );
  assert.deepEqual(profiles, ['floor', 'floor', 'naive-touch', 'naive-touch']);
});

test('the dev configuration means the same as no configuration at all', () => {
  const file = `${CONFIGS}dev/config.yaml`;
  const dev = loadConfiguration({ file, overrides: [] });
  assert.equal(dev.hash, loadConfiguration({ file: null, overrides: [] }).hash);
});

test('choosing another profile in an explained file works as without the file', () => {
  const file = `${CONFIGS}dev/config.yaml`;
  for (const profile of PROFILE_NAMES) {
    const overrides = [{ path: 'profile', value: profile }];
    assert.equal(
      loadConfiguration({ file, overrides }).hash,
      loadConfiguration({ file: null, overrides }).hash,
      profile,
    );
  }
});

test('an explained file of another profile shows the values of that profile', () => {
  const text = explainedYaml({ profile: 'naive-touch' });
  assert.match(text, /^ {2}# model: touch$/m);
  assert.match(text, /^ {2}# floorEnabled: false$/m);
  assert.match(explainedYaml({ profile: 'no such profile' }), /^ {2}# model: glft$/m);
});

test('written values come back as they were written, whatever they look like', () => {
  const written = {
    feed: 'recording:a file.gz,b#1.gz',
    modelFile: 'true',
    symbol: '1000',
    simulation: { startPrice: '0.10', startTime: '2026-01-05T07:55:00Z' },
    limits: { maxOrderNotional: '12.50' },
    fees: { spotMakerBps: 4.5 },
    instruments: { custom: [{ market: 'spot', symbol: 'WOOFUSDT' }] },
  };
  const back = valuesOf(explainedYaml(written));
  for (const [name, value] of Object.entries(written)) {
    if (typeof value === 'string') assert.equal(back[name], value, name);
    else assert.deepEqual({ ...(back[name] as object), ...value }, back[name], name);
  }
});

test('the schema for editors is in sync, and has standard keywords only', () => {
  const schema = configurationJsonSchema();
  assert.deepEqual(JSON.parse(read('config.schema.json')), schema);
  assert.doesNotMatch(JSON.stringify(schema), /"shown":"|"quoted":true/);
  assert.equal(schema['$schema'], 'https://json-schema.org/draft/2020-12/schema');
});

test('the schema for editors accepts the shipped files and refuses what the program refuses', () => {
  const editor = z.fromJSONSchema(
    configurationJsonSchema() as Parameters<typeof z.fromJSONSchema>[0],
  );
  for (const name of [
    'dev/config.yaml',
    'prod/config.yaml',
    'test/config.yaml',
    'test/made-up.yaml',
  ]) {
    const result = editor.safeParse(valuesOf(read(name)));
    assert.ok(result.success, `${name}: ${JSON.stringify(result.error?.issues)}`);
  }
  for (const wrong of [
    { nonsense: 1 },
    { limits: { nonsense: 1 } },
    { profile: 'wild' },
    { seed: -1 },
    { limits: { leaseExpiry: 1000 } },
    { limits: { leaseExpiry: '1 second' } },
    { limits: { maxOrderNotional: 2000 } },
    { account: { leverage: 500 } },
  ]) {
    assert.equal(editor.safeParse(wrong).success, false, JSON.stringify(wrong));
    assert.equal(configurationSchema.safeParse(wrong).success, false, JSON.stringify(wrong));
  }
});

test('the values in force are plain JSON', () => {
  const { configuration } = loadConfiguration({ file: null, overrides: [] });
  const values = effectiveValues(configuration) as Record<string, Record<string, unknown>>;
  assert.equal(values['limits']?.['leaseExpiry'], 1_000_000);
});
