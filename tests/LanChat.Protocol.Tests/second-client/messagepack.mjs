// The part of MessagePack that section 2 of PROTOCOL.md allows: unsigned integers, text, byte strings, arrays, flags and nil, all in their shortest form.

const utf8 = new TextEncoder();
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function concat(...parts) {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

export function bigEndian(value, width) {
  const bytes = new Uint8Array(width);
  let rest = BigInt(value);
  for (let i = width - 1; i >= 0; i--) {
    bytes[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

/** Numbers and bigints, strings, Uint8Arrays, booleans, null and arrays of these. */
export function pack(value) {
  if (value === null) return Uint8Array.of(0xc0);
  if (typeof value === 'boolean') return Uint8Array.of(value ? 0xc3 : 0xc2);
  if (typeof value === 'number' || typeof value === 'bigint') return packNumber(BigInt(value));
  if (value instanceof Uint8Array) return concat(head(value.length, [null, 0, 0xc4, 0xc5, 0xc6]), value);
  if (typeof value === 'string') {
    const bytes = utf8.encode(value);
    return concat(head(bytes.length, [0xa0, 31, 0xd9, 0xda, 0xdb]), bytes);
  }
  return concat(head(value.length, [0x90, 15, null, 0xdc, 0xdd]), ...value.map(pack));
}

function packNumber(value) {
  if (value < 0n) throw new Error('the protocol has no negative numbers');
  if (value < 128n) return Uint8Array.of(Number(value));
  for (const [code, width] of [[0xcc, 1], [0xcd, 2], [0xce, 4], [0xcf, 8]]) {
    if (value < 1n << BigInt(8 * width)) return concat(Uint8Array.of(code), bigEndian(value, width));
  }
  throw new Error('longer than 64 bits');
}

function head(length, [fix, fixMax, code8, code16, code32]) {
  if (fix !== null && length <= fixMax) return Uint8Array.of(fix | length);
  if (code8 !== null && length < 1 << 8) return concat(Uint8Array.of(code8), bigEndian(length, 1));
  if (length < 1 << 16) return concat(Uint8Array.of(code16), bigEndian(length, 2));
  return concat(Uint8Array.of(code32), bigEndian(length, 4));
}

/** Reads one value after the other; numbers come as numbers where they are exact, else as bigints. */
export class Unpacker {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  get isAtEnd() {
    return this.at >= this.bytes.length;
  }

  next() {
    const [code] = this.take(1);
    if (code < 0x80) return code;
    if (code < 0x90) throw new Error('a map');
    if (code < 0xa0) return this.array(code & 0x0f);
    if (code < 0xc0) return strictUtf8.decode(this.take(code & 0x1f));
    switch (code) {
      case 0xc0: return null;
      case 0xc2: return false;
      case 0xc3: return true;
      case 0xc4: return this.take(this.number(1, 0n));
      case 0xc5: return this.take(this.number(2, 0xffn));
      case 0xc6: return this.take(this.number(4, 0xffffn));
      case 0xcc: return this.number(1, 0x7fn);
      case 0xcd: return this.number(2, 0xffn);
      case 0xce: return this.number(4, 0xffffn);
      case 0xcf: return this.number(8, 0xffffffffn);
      case 0xd9: return strictUtf8.decode(this.take(this.number(1, 31n)));
      case 0xda: return strictUtf8.decode(this.take(this.number(2, 0xffn)));
      case 0xdb: return strictUtf8.decode(this.take(this.number(4, 0xffffn)));
      case 0xdc: return this.array(this.number(2, 15n));
      case 0xdd: return this.array(this.number(4, 0xffffn));
      default: throw new Error(`code ${code.toString(16)}`);
    }
  }

  array(count) {
    if (count > this.bytes.length - this.at) throw new Error('an array ends early');
    return Array.from({ length: count }, () => this.next());
  }

  /** A number of this many bytes; at or below the last parameter it had a shorter form. */
  number(width, shorter) {
    let value = 0n;
    for (const byte of this.take(width)) value = (value << 8n) | BigInt(byte);
    if (value <= shorter && !(width === 1 && shorter === 0n)) throw new Error('not the shortest form');
    return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
  }

  take(count) {
    if (count > this.bytes.length - this.at) throw new Error('ends early');
    this.at += count;
    return this.bytes.slice(this.at - count, this.at);
  }
}

/** The one value that the bytes are, to their end. */
export function unpack(bytes) {
  const unpacker = new Unpacker(bytes);
  const value = unpacker.next();
  if (!unpacker.isAtEnd) throw new Error('something follows');
  return value;
}
