// Identities and profiles, beacons, connection requests, the handshake and frames: sections 3, 4 and 5 of PROTOCOL.md.

import { Unpacker, bigEndian, concat, pack, unpack } from './messagepack.mjs';
import { agree, areEqual, ascii, decrypt, encrypt, hash, hmac, newPrivateKey, publicKeyOf, sign, verify } from './cryptography.mjs';

export function check(condition, what) {
  if (!condition) throw new Error(what);
}

const startsWith = (bytes, prefix) => areEqual(bytes.slice(0, prefix.length), prefix);

export async function idOf(signingKey, agreementKey) {
  return (await hash(signingKey, agreementKey)).slice(0, 16);
}

export async function identityFrom(signingPrivate, agreementPrivate) {
  const [signingKey, agreementKey] = [await publicKeyOf(signingPrivate), await publicKeyOf(agreementPrivate)];
  return { signingPrivate, agreementPrivate, signingKey, agreementKey, id: await idOf(signingKey, agreementKey) };
}

export const newIdentity = () => identityFrom(newPrivateKey(), newPrivateKey());

export async function makeProfile(identity, nick, version) {
  const signed = concat(ascii('LanChat/1 profile'), pack([identity.signingKey, identity.agreementKey, nick, version]));
  return pack([signed, await sign(identity.signingPrivate, signed)]);
}

export async function readProfile(bytes) {
  check(bytes.length <= 1024, 'a long profile');
  const [signed, signature] = unpack(bytes);
  const domain = ascii('LanChat/1 profile');
  check(startsWith(signed, domain), 'not a profile');
  const [signingKey, agreementKey, nick, version] = unpack(signed.slice(domain.length));
  check(await verify(signingKey, signed, signature), 'a profile with a bad signature');
  return { signingKey, agreementKey, nick, version, id: await idOf(signingKey, agreementKey) };
}

export const networkHash = async (network) => (await hash(ascii('LanChat/1 network'), ascii(network))).slice(0, 16);

/** Without LiteNetLib's 09 in front. */
export const makeBeacon = ({ kind, id, linkPort, instanceNonce, network, flags = 0, cookie = new Uint8Array(16) }) =>
  pack(['LanChat', 1, kind, id, bigEndian(linkPort, 2), instanceNonce, network, flags, cookie]);

// A hello as one process of a machine passes it on to the others: with the address it came from.
export const repeatBeacon = (beacon, address, scope = 0) => pack(['LanChat', 1, 3, address, scope, beacon]);

export function readBeacon(bytes) {
  const [magic, version, kind, id, port, instanceNonce, network, flags, cookie] = unpack(bytes);
  check(magic === 'LanChat' && version === 1 && bytes.length === 88 && kind <= 2, 'not a beacon');
  return { kind, id, linkPort: port[0] * 256 + port[1], instanceNonce, network, flags, cookie };
}

export const makeConnectRequest = (cookie, noise) => pack(['LanChat', 1, cookie, noise]);

export function readConnectRequest(bytes) {
  const [magic, version, cookie, noise] = unpack(bytes);
  check(magic === 'LanChat' && version === 1 && noise.length === 65, 'not a connection request');
  return { cookie, noise };
}

export const makePayload = (profile, instanceNonce, token = '') => pack([profile, instanceNonce, token]);

export async function readPayload(bytes) {
  const [profile, instanceNonce, token] = unpack(bytes);
  return { profile: await readProfile(profile), instanceNonce, token };
}

/** Noise_XX_P256_AESGCM_SHA256, revision 34; h, ck, k and n as the framework names them. */
export class Handshake {
  static async start(identity, isInitiator, ephemeralPrivate = newPrivateKey()) {
    const handshake = new Handshake();
    handshake.s = identity;
    handshake.isInitiator = isInitiator;
    handshake.e = ephemeralPrivate;
    const name = new Uint8Array(32);
    name.set(ascii('Noise_XX_P256_AESGCM_SHA256'));
    handshake.h = handshake.ck = name;
    handshake.k = null;
    await handshake.mixHash(ascii('LanChat/1'));
    handshake.patterns = [['e'], ['e', 'ee', 's', 'es'], ['s', 'se']];
    return handshake;
  }

  async write(payload = new Uint8Array(0)) {
    const parts = [];
    for (const token of this.patterns.shift()) {
      if (token === 'e') {
        const ephemeral = await publicKeyOf(this.e);
        parts.push(ephemeral);
        await this.mixHash(ephemeral);
      } else if (token === 's') {
        parts.push(await this.encryptAndHash(this.s.agreementKey));
      } else {
        await this.mixAgreement(token);
      }
    }
    parts.push(await this.encryptAndHash(payload));
    return concat(...parts);
  }

  async read(message) {
    for (const token of this.patterns.shift()) {
      if (token === 'e') {
        this.re = message.slice(0, 65);
        message = message.slice(65);
        await this.mixHash(this.re);
      } else if (token === 's') {
        this.rs = await this.decryptAndHash(message.slice(0, 65 + 16));
        message = message.slice(65 + 16);
      } else {
        await this.mixAgreement(token);
      }
    }
    return this.decryptAndHash(message);
  }

  /** The two keys of the frames, the initiator's first. */
  async split() {
    const [ofInitiator, ofResponder] = await this.hkdf(new Uint8Array(0));
    return this.isInitiator ? new Frames(ofInitiator, ofResponder) : new Frames(ofResponder, ofInitiator);
  }

  /** The tokens' letters name the initiator's key first. */
  async mixAgreement(token) {
    const [own, theirs] = this.isInitiator ? token : [token[1], token[0]];
    const shared = await agree(own === 'e' ? this.e : this.s.agreementPrivate, theirs === 'e' ? this.re : this.rs);
    [this.ck, this.k] = await this.hkdf(shared);
    this.n = 0;
  }

  async hkdf(input) {
    const temporary = await hmac(this.ck, input);
    const first = await hmac(temporary, Uint8Array.of(1));
    return [first, await hmac(temporary, first, Uint8Array.of(2))];
  }

  async mixHash(data) {
    this.h = await hash(this.h, data);
  }

  nonce() {
    return concat(new Uint8Array(4), bigEndian(this.n++, 8));
  }

  async encryptAndHash(plaintext) {
    const sealed = this.k ? await encrypt(this.k, this.nonce(), plaintext, this.h) : plaintext;
    await this.mixHash(sealed);
    return sealed;
  }

  async decryptAndHash(sealed) {
    const plaintext = this.k ? await decrypt(this.k, this.nonce(), sealed, this.h) : sealed;
    await this.mixHash(sealed);
    return plaintext;
  }
}

/** The frames of a link: one key per direction, one counter per direction and channel. */
export class Frames {
  constructor(sendKey, receiveKey) {
    [this.sendKey, this.receiveKey] = [sendKey, receiveKey];
    [this.sent, this.received] = [new Array(64).fill(0), new Array(64).fill(0)];
  }

  /** Seals messages, each an array that starts with its kind. */
  seal(channel, ...messages) {
    return encrypt(this.sendKey, concat(bigEndian(channel, 4), bigEndian(this.sent[channel]++, 8)), concat(...messages.map(pack)));
  }

  async open(channel, frame) {
    const plaintext = await decrypt(this.receiveKey, concat(bigEndian(channel, 4), bigEndian(this.received[channel]++, 8)), frame);
    const [unpacker, messages] = [new Unpacker(plaintext), []];
    while (!unpacker.isAtEnd) messages.push(unpacker.next());
    return messages;
  }
}
