/**
 * Goal: good files of both units are read exactly, and bad ones are refused with line and remedy.
 * Method: worked files.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { LatencyRowsError, parseLatencyRows } from './latency-rows.ts';

test('nanosecond stamps are cut to microseconds', () => {
  const rows = parseLatencyRows(
    'req_ts,exch_ts,resp_ts,_padding\n1723161255000000999,1723161255004000001,1723161255009999999,0\n',
  );
  assert.deepEqual(rows, [
    {
      requestMicros: 1_723_161_255_000_000,
      exchangeMicros: 1_723_161_255_004_000,
      responseMicros: 1_723_161_255_009_999,
    },
  ]);
});

test('microsecond stamps, comments, blank lines and rejected rows are read', () => {
  const rows = parseLatencyRows(
    '# measured\r\n\r\n1723161255000000, 1723161255004000, 1723161255009000\r\n1723161256000000,-1,1723161256030000',
  );
  assert.equal(rows.length, 2);
  assert.deepEqual(rows[1], {
    requestMicros: 1_723_161_256_000_000,
    exchangeMicros: 0,
    responseMicros: 1_723_161_256_030_000,
  });
});

const GOOD = '1723161255000000,1723161255004000,1723161255009000';

for (const [text, message, why] of [
  ['', /no rows/, 'an empty file'],
  ['req,exch,resp\n', /no rows/, 'a lone header'],
  [`${GOOD}\nreq,exch,resp`, /line 2.*whole number/, 'a header in the middle'],
  ['1,2\n', /line 1: 2 columns/, 'too few columns'],
  ['1723161255000.5,1,1', /line 1.*whole number/, 'a fraction'],
  ['1723161255000,1723161255004,1723161255009', /neither ns nor µs/, 'milliseconds'],
  [`${GOOD}\n1723161256000000000,0,1723161256000000001`, /mixed/, 'mixed units'],
  [`${GOOD}\n1723161254000000,0,1723161254000001`, /line 2.*sorted/, 'an unsorted row'],
  ['1723161255000000,1723161254000000,1723161255009000', /clock offset/, 'a venue before us'],
  ['1723161255000000,1723161255004000,1723161255003000', /clock offset/, 'an answer too early'],
  ['1723161255000000,0,1723161254000000', /go back/, 'a rejection before the request'],
] as const) {
  test(`${why} is refused`, () => {
    assert.throws(
      () => parseLatencyRows(text),
      (error) => error instanceof LatencyRowsError && message.test(error.message),
    );
  });
}
