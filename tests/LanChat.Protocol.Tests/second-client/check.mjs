// node check.mjs PROTOCOL.md: makes every example of the page anew where it can be made, reads the others, and fails on the first difference.

import { readFileSync } from 'node:fs';
import { pack, unpack, Unpacker } from './messagepack.mjs';
import { areEqual, ascii, fromHex, hash, hkdf, toHex } from './cryptography.mjs';
import * as links from './links.mjs';
import * as rooms from './rooms.mjs';

const page = readFileSync(process.argv[2], 'utf8').replaceAll('\r\n', '\n');
const examples = new Map(Array.from(page.matchAll(/^```(hex|text) ([a-z0-9-]+)\n(.*?)^```/gms), ([, kind, name, body]) =>
  [name, kind === 'hex' ? fromHex(body.replace(/\|.*$/gm, '').replace(/\s/g, '')) : body.trim()]));
const checked = new Set();

function given(name) {
  if (!examples.has(name)) throw new Error(`PROTOCOL.md has no example ${name}`);
  checked.add(name);
  return examples.get(name);
}

function same(name, made) {
  const expected = given(name);
  if (typeof made === 'string' ? made !== expected : !areEqual(made, expected)) throw new Error(`${name}: ${typeof made === 'string' ? made : toHex(made)}`);
}

const count = (first, length) => Uint8Array.from({ length }, (_, i) => first + i);
const milliseconds = 1700000000000;

async function checkIdentities() {
  const people = {};
  for (const who of ['ana', 'bruno', 'relay']) {
    const person = await links.identityFrom(given(`${who}-signing-private`), given(`${who}-agreement-private`));
    same(`${who}-signing-public`, person.signingKey);
    same(`${who}-agreement-public`, person.agreementKey);
    same(`${who}-id`, person.id);
    people[who] = person;
  }
  for (const [who, version] of [['ana', 1], ['bruno', 3]]) {
    const made = await links.makeProfile(people[who], who, version);
    links.check(areEqual(made.slice(0, -64), given(`${who}-profile`).slice(0, -64)), `${who}-profile`);
    const read = await links.readProfile(given(`${who}-profile`));
    links.check(read.nick === who && read.version === version && areEqual(read.id, people[who].id), `${who}-profile`);
  }
  const digits = await hkdf(people.ana.id, ascii('LanChat/1 fingerprint'), 60);
  const group = (i) => digits.slice(5 * i, 5 * i + 5).reduce((number, byte) => number * 256 + byte, 0) % 100000;
  same('fingerprint-digits', Array.from({ length: 12 }, (_, i) => String(group(i)).padStart(5, '0')).join(' '));
  return people;
}

async function checkLink({ ana, bruno }) {
  const network = await links.networkHash('lan');
  const [anaInstance, brunoInstance, cookie] = [count(0x01, 16), count(0x11, 16), count(0xc0, 16)];
  same('beacon-hello', links.makeBeacon({ kind: 0, id: ana.id, linkPort: 44042, instanceNonce: anaInstance, network }));
  same('beacon-reply', links.makeBeacon({ kind: 1, id: bruno.id, linkPort: 44043, instanceNonce: brunoInstance, network, cookie }));
  same('beacon-repeated', links.repeatBeacon(given('beacon-hello'), Uint8Array.of(192, 0, 2, 7)));
  links.check(links.readBeacon(given('beacon-reply')).linkPort === 44043, 'beacon-reply');

  const initiator = await links.Handshake.start(ana, true, given('ana-ephemeral-private'));
  const responder = await links.Handshake.start(bruno, false, given('bruno-ephemeral-private'));
  const message1 = await initiator.write();
  same('noise-message-1', message1);
  same('connect-request', links.makeConnectRequest(cookie, message1));
  same('refusal-retry', pack(['LanChat', 1, 0, cookie]));
  await responder.read(message1);
  const message2 = await responder.write(links.makePayload(given('bruno-profile'), brunoInstance));
  same('noise-message-2', message2);
  const payload2 = await links.readPayload(await initiator.read(message2));
  links.check(areEqual(payload2.profile.id, bruno.id) && areEqual(initiator.rs, bruno.agreementKey), 'noise-message-2');
  const message3 = await initiator.write(links.makePayload(given('ana-profile'), anaInstance));
  same('noise-message-3', message3);
  await responder.read(message3);
  links.check(areEqual(responder.rs, ana.agreementKey), 'noise-message-3');
  same('handshake-hash', initiator.h);
  same('handshake-hash', responder.h);
  return { handshakeHash: initiator.h, left: await initiator.split(), right: await responder.split() };
}

async function checkRooms({ ana, bruno }, { handshakeHash, left, right }) {
  const lobby = await rooms.publicRoom('lan', '#Lobby');
  same('lobby-key', lobby.key);
  same('lobby-signing-public', lobby.signingKey);
  same('lobby-id', lobby.id);
  links.check(await rooms.verifyProof(lobby, handshakeHash, given('lobby-proof')), 'lobby-proof');
  for (const direct of [await rooms.directRoom(ana, bruno), await rooms.directRoom(bruno, ana)]) {
    same('direct-key', direct.key);
    same('direct-id', direct.id);
  }
  same('passphrase-key', await rooms.passphraseKey('lan', 'ops', 'four blue herons sing'));
  same('private-id', (await rooms.roomFromKey(count(0x70, 32), ana.id)).id);

  const [version, key, name, creator, network, relay] = new Unpacker(fromBase64Url(given('invite').slice('lanchat:'.length))).next();
  links.check(version === 1 && areEqual(key, count(0x70, 32)) && name === 'Ops' && network === 'lan', 'invite');
  links.check(areEqual(creator, ana.id) && areEqual(relay[0], given('relay-id')) && relay[1] === 'relay.example' && relay[2] === 42043, 'invite');

  const tag = await rooms.memberTag(lobby, handshakeHash);
  const message = [1, [tag], milliseconds];
  same('frame-plaintext', pack(message));
  same('frame-of-ana', await left.seal(0, message));
  same('frame-of-bruno', await right.seal(0, message));
  const [opened] = await right.open(0, given('frame-of-ana'));
  links.check(opened[0] === 1 && areEqual(opened[1][0], tag) && opened[2] === milliseconds, 'frame-of-ana');
  return { lobby, tag };
}

const fromBase64Url = (text) => new Uint8Array(Buffer.from(text, 'base64url'));

async function checkEntries({ ana, bruno, relay }, { lobby, tag }) {
  const make = (who, seq, previous, after, later, body, nonce) => rooms.makeEntry(
    lobby, who, { seq, previous, after, clock: rooms.clockAt(milliseconds + later), body, nonce: count(nonce, 12) });
  const one = await make(ana, 1, undefined, [], 0, [1, 'hello', false], 0x00);
  const two = await make(bruno, 1, undefined, [one.parent], 1000, [1, 'hello, ana', false], 0x10);
  const three = await make(ana, 2, one.hash, [two.parent], 2000, [5, two.hash, '👍', false], 0x20);
  same('entry-1-header', one.header);
  same('entry-1-body', one.sealed);
  for (const [i, [made, author]] of [[one, ana], [two, bruno], [three, ana]].entries()) {
    same(`entry-${i + 1}-hash`, made.hash);
    const read = await rooms.readEntry(lobby, given(`entry-${i + 1}`), author.signingKey);
    links.check(areEqual(read.header, made.header) && areEqual(read.sealed, made.sealed), `entry-${i + 1}`);
  }
  const epoch = [milliseconds, count(0x01, 8)];
  const hashes = [one.hash, two.hash, three.hash];
  const chain = await rooms.stampChain(relay.id, lobby.id, epoch, 1, new Uint8Array(32), hashes);
  chain.forEach((value, i) => same(`stamp-${i + 1}`, value));
  const [kind, runTag, run] = unpack(given('stamp-run'));
  links.check(kind === 21 && areEqual(runTag, tag) && areEqual(await rooms.readStampRun(run), chain[2]), 'stamp-run');
  const made = await rooms.makeStampRun(relay, lobby.id, epoch, 1, new Uint8Array(32), hashes);
  links.check(areEqual(pack([21, tag, made]).slice(0, -64), given('stamp-run').slice(0, -64)), 'stamp-run');

  const lines = [[bruno.id, [[1, 1]], two.hash.slice(0, 8)], [ana.id, [[1, 2]], three.hash.slice(0, 8)]].sort(([a], [b]) => Buffer.compare(a, b));
  same('summary-hash', (await hash(ascii('LanChat/1 summary'), pack([lines, [[relay.id, epoch, 3, chain[2]]]]))).slice(0, 16));
}

function checkMessages() {
  for (const [name, example] of examples) {
    if (!name.startsWith('message-') && !name.startsWith('body-')) continue;
    same(name, pack(unpack(example)));
  }
}

const people = await checkIdentities();
const link = await checkLink(people);
await checkEntries(people, await checkRooms(people, link));
checkMessages();
console.log(`checked ${checked.size} of ${examples.size}`);
