// Section 3 of PROTOCOL.md on WebCrypto.

import { concat } from './messagepack.mjs';

const subtle = globalThis.crypto.subtle;
const encoder = new TextEncoder();

export const ascii = (text) => encoder.encode(text);
export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
export const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
export const randomBytes = (count) => globalThis.crypto.getRandomValues(new Uint8Array(count));
export const areEqual = (left, right) => toHex(left) === toHex(right);

export async function hash(...parts) {
  return new Uint8Array(await subtle.digest('SHA-256', concat(...parts)));
}

export async function hmac(key, ...parts) {
  const imported = await subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await subtle.sign('HMAC', imported, concat(...parts)));
}

export async function hkdf(secret, info, length = 32) {
  const imported = await subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits']);
  return new Uint8Array(await subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info }, imported, 8 * length));
}

export async function pbkdf2(secret, salt, iterations) {
  const imported = await subtle.importKey('raw', secret, 'PBKDF2', false, ['deriveBits']);
  return new Uint8Array(await subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations }, imported, 256));
}

export async function encrypt(key, nonce, plaintext, additionalData = new Uint8Array(0)) {
  const imported = await subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt']);
  return new Uint8Array(await subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData, tagLength: 128 }, imported, plaintext));
}

/** Throws where the tag is wrong. */
export async function decrypt(key, nonce, sealed, additionalData = new Uint8Array(0)) {
  const imported = await subtle.importKey('raw', key, 'AES-GCM', false, ['decrypt']);
  return new Uint8Array(await subtle.decrypt({ name: 'AES-GCM', iv: nonce, additionalData, tagLength: 128 }, imported, sealed));
}

const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

export function isPrivateKey(bytes) {
  const number = BigInt(`0x${toHex(bytes)}`);
  return number > 0n && number < order;
}

/** PKCS #8 of a P-256 private key without its public half. */
const pkcs8 = (privateKey) => concat(fromHex('3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420'), privateKey);

const importPrivate = (privateKey, name, usage) =>
  subtle.importKey('pkcs8', pkcs8(privateKey), { name, namedCurve: 'P-256' }, true, [usage]);

const importPublic = (publicKey, name, usages) =>
  subtle.importKey('raw', publicKey, { name, namedCurve: 'P-256' }, false, usages);

export async function publicKeyOf(privateKey) {
  const jwk = await subtle.exportKey('jwk', await importPrivate(privateKey, 'ECDH', 'deriveBits'));
  return concat(Uint8Array.of(4), Buffer.from(jwk.x, 'base64url'), Buffer.from(jwk.y, 'base64url'));
}

export function newPrivateKey() {
  for (;;) {
    const candidate = randomBytes(32);
    if (isPrivateKey(candidate)) return candidate;
  }
}

export async function agree(privateKey, publicKey) {
  const own = await importPrivate(privateKey, 'ECDH', 'deriveBits');
  return new Uint8Array(await subtle.deriveBits({ name: 'ECDH', public: await importPublic(publicKey, 'ECDH', []) }, own, 256));
}

export async function sign(privateKey, message) {
  const key = await importPrivate(privateKey, 'ECDSA', 'sign');
  return new Uint8Array(await subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, message));
}

export async function verify(publicKey, message, signature) {
  return subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, await importPublic(publicKey, 'ECDSA', ['verify']), signature, message);
}
