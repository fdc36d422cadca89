/**
 * Goal: looking is free on loopback only; acting always needs the token, however it is carried.
 * Method: headers as a browser or a script would send them.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Access } from './access.ts';

const TOKEN = 'a-token-long-enough';

test('off loopback nobody looks without the token, and the page carries it as a protocol', () => {
  const access = new Access('10.0.0.7', TOKEN);
  access.bindPort(8080);
  assert.equal(access.isOpenToView, false);
  assert.equal(access.isOwnSite('10.0.0.7:8080', undefined), true);
  assert.equal(access.isOwnSite('127.0.0.1:8080', undefined), false);
  assert.equal(access.mayAct({ 'sec-websocket-protocol': `doge-mm, token.${TOKEN}` }), true);
  assert.equal(access.mayAct({ 'sec-websocket-protocol': 'doge-mm, token.other' }), false);
});

test('on loopback everybody looks, under any of its names but no other', () => {
  const access = new Access('127.0.0.1', TOKEN);
  access.bindPort(8080);
  assert.equal(access.isOpenToView, true);
  for (const name of ['127.0.0.1:8080', 'localhost:8080', '[::1]:8080', 'LOCALHOST:8080']) {
    assert.equal(access.isOwnSite(name, `http://${name}`), true, name);
  }
  for (const name of ['127.0.0.1', '127.0.0.1:80', 'localhost.example:8080']) {
    assert.equal(access.isOwnSite(name, undefined), false, name);
  }
  assert.equal(access.isOwnSite(undefined, undefined), false);
  assert.equal(access.isOwnSite('localhost:8080', 'null'), false);
});

test('the token is wanted exactly', () => {
  const access = new Access('127.0.0.1', TOKEN);
  assert.equal(access.mayAct({ authorization: `Bearer ${TOKEN}` }), true);
  assert.equal(access.mayAct({ authorization: `Bearer ${TOKEN} ` }), false);
  assert.equal(access.mayAct({ authorization: 'Bearer ' }), false);
  assert.equal(access.mayAct({}), false);
});
