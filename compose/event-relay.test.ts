/**
 * Goal: the relay hands on while it is bound and swallows otherwise.
 * Method: a sink that counts.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TimerEvent } from '#contracts/events.ts';
import { EventRelay } from './event-relay.ts';

test('events pass only between bind and cut', () => {
  const relay = new EventRelay();
  const event = new TimerEvent();
  let passed = 0;
  relay.publish(event);
  relay.bind({
    publish: (one) => {
      assert.equal(one, event);
      passed += 1;
    },
  });
  relay.publish(event);
  relay.publish(event);
  relay.cut();
  relay.publish(event);
  assert.equal(passed, 2);
});
