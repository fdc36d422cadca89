/**
 * Goal: the page names exactly what is served.
 * Method: every row of the list opened at its door, and refused by the perpetuals' other one.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PublicStage } from './public-stage.test-support.ts';
import { sbeStream } from './sbe-door.ts';
import { SERVED_STREAMS, type ServedStream } from './served-streams.ts';
import { spotStream } from './spot-streams.ts';
import { usdmStream } from './usdm-streams.ts';

const { spotData, usdmData } = new PublicStage();

function find(door: ServedStream['door'], name: string): unknown {
  if (door === 'spot') return spotStream(spotData, name);
  return door === 'sbe' ? sbeStream(spotData, name) : usdmStream(usdmData, door, name);
}

for (const { door, name } of SERVED_STREAMS) {
  test(`${door} serves ${name}`, () => {
    const stream = name.replace('<s>', 'dogeusdt');
    assert.notEqual(find(door, stream), null);
    if (door === 'public') assert.equal(find('market', stream), null);
    if (door === 'market') assert.equal(find('public', stream), null);
  });
}
