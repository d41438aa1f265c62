// node talk.mjs initiator|responder: meets another client over stdin and stdout, one "word hexadecimal" a line: beacons, the handshake, then frames ("frame-CHANNEL") with entries and
// stamps of both sides in #lobby. Exits 0 with "done TEXT", where the text is what the other wrote.

import { createInterface } from 'node:readline';
import { areEqual, fromHex, randomBytes, toHex } from './cryptography.mjs';
import * as links from './links.mjs';
import * as rooms from './rooms.mjs';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = (word, bytes) => console.log(`${word} ${toHex(bytes)}`);

async function hear(expected) {
  const { value, done } = await lines.next();
  links.check(!done, `the end instead of ${expected}`);
  const [word, hex] = value.split(' ');
  links.check(word === expected, `${word} instead of ${expected}`);
  return fromHex(hex ?? '');
}

const isInitiator = process.argv[2] === 'initiator';
const me = await links.newIdentity();
const profile = await links.makeProfile(me, 'node', 1);
const instanceNonce = randomBytes(16);
const network = await links.networkHash('lan');

const ownBeacon = (kind, cookie) => links.makeBeacon({ kind, id: me.id, linkPort: 44050, instanceNonce, network, cookie });
let cookie;
if (isInitiator) {
  say('beacon', ownBeacon(0));
  const reply = links.readBeacon(await hear('beacon'));
  links.check(reply.kind === 1 && areEqual(reply.network, network), 'no reply of this network');
  cookie = reply.cookie;
} else {
  const hello = links.readBeacon(await hear('beacon'));
  links.check(hello.kind === 0 && areEqual(hello.network, network), 'no hello of this network');
  cookie = randomBytes(16);
  say('beacon', ownBeacon(1, cookie));
}

const handshake = await links.Handshake.start(me, isInitiator);
let payload;
if (isInitiator) {
  say('request', links.makeConnectRequest(cookie, await handshake.write()));
  payload = await links.readPayload(await handshake.read(await hear('noise')));
  say('noise', await handshake.write(links.makePayload(profile, instanceNonce)));
} else {
  const request = links.readConnectRequest(await hear('request'));
  links.check(areEqual(request.cookie, cookie), 'another cookie');
  await handshake.read(request.noise);
  say('noise', await handshake.write(links.makePayload(profile, instanceNonce)));
  payload = await links.readPayload(await handshake.read(await hear('noise')));
}
const other = payload.profile;
links.check(areEqual(handshake.rs, other.agreementKey), "another identity's profile");
const frames = await handshake.split();

const lobby = await rooms.publicRoom('lan', 'lobby');
const tag = await rooms.memberTag(lobby, handshake.h);
const channel = rooms.channelOf(lobby);
say('frame-0', await frames.seal(0, [1, [tag], Date.now()]));
const [[kind, tags]] = await frames.open(0, await hear('frame-0'));
links.check(kind === 1 && areEqual(tags[0], tag), 'not in #lobby');

const own = await rooms.makeEntry(lobby, me, { seq: 1, clock: rooms.clockAt(Date.now()), body: [1, 'hello from the second client', false] });
say(`frame-${channel}`, await frames.seal(channel, [13, tag, 0, true, [own.encoded]]));
const [[entriesKind, entriesTag, , , [encoded]], [stampsKind, , run]] = await frames.open(channel, await hear(`frame-${channel}`));
links.check(entriesKind === 13 && stampsKind === 21 && areEqual(entriesTag, tag), 'no entry and stamps');
const answer = await rooms.readEntry(lobby, encoded, other.signingKey);
links.check(areEqual(answer.author, other.id) && areEqual(answer.after[0][2], own.hash.slice(0, 16)), 'no answer to the entry');
await rooms.readStampRun(run);
links.check(areEqual(run[6][0], own.hash) && areEqual(run[6][1], answer.hash), 'stamps of other entries');

const second = await rooms.makeEntry(
  lobby, me, { seq: 2, previous: own.hash, after: [[answer.author, answer.seq, answer.hash.slice(0, 16)]], clock: rooms.clockAt(Date.now()) + 1n, body: [5, answer.hash, '👍', false] });
const stamps = await rooms.makeStampRun(me, lobby.id, [Date.now(), randomBytes(8)], 1, new Uint8Array(32), [own.hash, answer.hash, second.hash]);
say(`frame-${channel}`, await frames.seal(channel, [13, tag, 0, true, [second.encoded]], [21, tag, stamps]));
console.log(`done ${answer.body[1]}`);
process.exit(0);
