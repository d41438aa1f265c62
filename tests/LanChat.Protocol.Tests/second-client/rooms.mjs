// Rooms, entries and stamps: sections 6, 7 and 10 of PROTOCOL.md.

import { bigEndian, concat, pack, unpack } from './messagepack.mjs';
import { agree, areEqual, ascii, decrypt, encrypt, hash, hkdf, hmac, isPrivateKey, pbkdf2, publicKeyOf, randomBytes, sign, verify } from './cryptography.mjs';
import { check, idOf } from './links.mjs';

const none = (length) => new Uint8Array(length);

function lowerCase(codePoint) {
  const lower = codePoint.toLowerCase();
  return [...lower].length === 1 ? lower : codePoint;
}

export const fold = (name) => Array.from(name.normalize('NFKC'), lowerCase).join('').normalize('NFKC');

export async function roomFromKey(key, creator = none(16)) {
  for (let i = 0; ; i++) {
    const signingPrivate = await hkdf(key, concat(ascii('LanChat/1 room signing'), Uint8Array.of(i)));
    if (!isPrivateKey(signingPrivate)) continue;
    const signingKey = await publicKeyOf(signingPrivate);
    return { key, creator, signingPrivate, signingKey, id: (await hash(signingKey, creator)).slice(0, 16) };
  }
}

export const publicRoom = async (network, name) =>
  roomFromKey(await hkdf(pack([fold(network), fold(name.replace(/^#/, ''))]), ascii('LanChat/1 public room')));

export async function directRoom(identity, other) {
  const [first, second] = Buffer.compare(identity.id, other.id) < 0 ? [identity.id, other.id] : [other.id, identity.id];
  return roomFromKey(await hkdf(await agree(identity.agreementPrivate, other.agreementKey), concat(ascii('LanChat/1 dm'), first, second)));
}

export const passphraseKey = (network, name, passphrase) => pbkdf2(
  ascii(passphrase.normalize('NFKC')), concat(ascii('LanChat/1 passphrase'), pack([fold(network), fold(name.replace(/^#/, ''))])), 600000);

export const memberTag = async (room, handshakeHash) => (await hmac(room.key, ascii('LanChat/1 member'), handshakeHash)).slice(0, 16);

export const verifyProof = (room, handshakeHash, proof) => verify(room.signingKey, concat(ascii('LanChat/1 room'), handshakeHash, room.id), proof);

export const channelOf = (room) => 8 + Number(BigInt(`0x${Buffer.from(room.id).toString('hex')}`) % 56n);

const bodyKey = (room, author) => hkdf(room.key, concat(ascii('LanChat/1 body'), author));

/** The entry's bytes, its hash, and what another needs to name it as a parent. The clock is a bigint. */
export async function makeEntry(room, identity, { seq, previous = none(32), after = [], clock, recipient = none(16), body, nonce = randomBytes(12) }) {
  const start = concat(ascii('LanChat/1 entry'), Uint8Array.of(0x99), ...[room.id, identity.id, seq, previous, after, clock, nonce, recipient].map(pack));
  const sealed = await encrypt(await bodyKey(room, identity.id), nonce, pack(body), start);
  const header = concat(start, pack(await hash(sealed)));
  const entryHash = await hash(header);
  const encoded = pack([header, await sign(identity.signingPrivate, header), sealed]);
  return { encoded, header, sealed, hash: entryHash, parent: [identity.id, seq, entryHash.slice(0, 16)] };
}

/** Checks hash and signature, and opens the body. */
export async function readEntry(room, encoded, signingKey) {
  check(encoded.length <= 32768, 'a long entry');
  const [header, signature, sealed] = unpack(encoded);
  const domain = ascii('LanChat/1 entry');
  check(areEqual(header.slice(0, domain.length), domain), 'not an entry');
  const [roomId, author, seq, previous, after, clock, nonce, recipient, bodyHash] = unpack(header.slice(domain.length));
  check(areEqual(roomId, room.id), 'an entry of another room');
  check(areEqual(await hash(sealed), bodyHash), 'another body');
  check(await verify(signingKey, header, signature), 'a bad signature');
  const body = unpack(await decrypt(await bodyKey(room, author), nonce, sealed, header.slice(0, header.length - 34)));
  return { author, seq, previous, after, clock: BigInt(clock), recipient, body, header, sealed, hash: await hash(header) };
}

export const clockAt = (milliseconds) => BigInt(milliseconds) << 16n;

const nextStamp = (before, relay, room, [milliseconds, random], place, entry) =>
  hash(before, relay, room, bigEndian(milliseconds, 8), random, bigEndian(place, 8), entry);

/** c of each entry. */
export async function stampChain(relay, room, epoch, first, before, entries) {
  const chain = [];
  for (const [i, entry] of entries.entries()) chain.push(await nextStamp(chain[i - 1] ?? before, relay, room, epoch, first + i, entry));
  return chain;
}

export async function makeStampRun(relay, room, epoch, first, before, entries) {
  const chain = await stampChain(relay.id, room, epoch, first, before, entries);
  const signature = await sign(relay.signingPrivate, concat(ascii('LanChat/1 stamps'), chain.at(-1)));
  return [relay.id, concat(relay.signingKey, relay.agreementKey), room, epoch, first, before, entries, [], signature];
}

/** Checks that a run proves itself; returns c of its last entry. */
export async function readStampRun([relay, relayKey, room, epoch, first, before, entries, , signature]) {
  check(areEqual(await idOf(relayKey.slice(0, 65), relayKey.slice(65)), relay), "another relay's key");
  const end = (await stampChain(relay, room, epoch, first, before, entries)).at(-1);
  check(await verify(relayKey.slice(0, 65), concat(ascii('LanChat/1 stamps'), end), signature), 'a bad signature under the stamps');
  return end;
}
