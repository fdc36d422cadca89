/**
 * Goal: a refusal by rate is taken for the limit it names, and by nobody else for one.
 * Method: every code that means a limit, and refusals that only look like one.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExecutionReport, ReportChannel } from './execution-report.ts';
import { ReportReason } from './order.ts';
import { VenueLimit, venueLimitOf, venueLimitPauseMicros } from './venue-limits.ts';

for (const [reason, venueCode, channel, limit, pauseMicros] of [
  [ReportReason.RATE_LIMIT, -1015, ReportChannel.RESPONSE, VenueLimit.ORDERS, 10_000_000],
  [ReportReason.RATE_LIMIT, -1003, ReportChannel.RESPONSE, VenueLimit.REQUESTS, 10_000_000],
  [ReportReason.RATE_LIMIT, 429, ReportChannel.QUERY, VenueLimit.REQUESTS, 10_000_000],
  [ReportReason.RATE_LIMIT, 418, ReportChannel.RESPONSE, VenueLimit.BAN, 120_000_000],
  [ReportReason.RATE_LIMIT, 0, ReportChannel.LOCAL, VenueLimit.NONE, 0],
  [ReportReason.OTHER, -1008, ReportChannel.RESPONSE, VenueLimit.NONE, 0],
] as const) {
  test(`reason ${reason} with code ${venueCode} on channel ${channel} is limit ${limit}`, () => {
    const report = Object.assign(new ExecutionReport(), { reason, venueCode, channel });
    assert.equal(venueLimitOf(report), limit);
    assert.equal(venueLimitPauseMicros(limit), pauseMicros);
  });
}
