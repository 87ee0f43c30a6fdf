// Reads and writes protobuf's binary format, by the fields that the server describes (protobuf.dev/programming-guides/encoding).

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

const SCALARS = {
  int32: [VARINT, (value) => varint(BigInt(value)), (raw) => Number(BigInt.asIntN(32, raw))],
  uint32: [VARINT, (value) => varint(BigInt(value)), (raw) => Number(BigInt.asUintN(32, raw))],
  sint32: [VARINT, (value) => varint(zigzag(BigInt(value))), (raw) => Number(unzigzag(raw))],
  int64: [VARINT, (value) => varint(BigInt(value)), (raw) => String(BigInt.asIntN(64, raw))],
  uint64: [VARINT, (value) => varint(BigInt(value)), String],
  sint64: [VARINT, (value) => varint(zigzag(BigInt(value))), (raw) => String(unzigzag(raw))],
  bool: [VARINT, (value) => varint(value ? 1n : 0n), (raw) => raw !== 0n],
  double: [FIXED64, fixed(8, 'setFloat64', Number), (raw) => view(raw).getFloat64(0, true)],
  fixed64: [FIXED64, fixed(8, 'setBigUint64', BigInt), (raw) => String(view(raw).getBigUint64(0, true))],
  sfixed64: [FIXED64, fixed(8, 'setBigInt64', BigInt), (raw) => String(view(raw).getBigInt64(0, true))],
  float: [FIXED32, fixed(4, 'setFloat32', Number), (raw) => view(raw).getFloat32(0, true)],
  fixed32: [FIXED32, fixed(4, 'setUint32', Number), (raw) => view(raw).getUint32(0, true)],
  sfixed32: [FIXED32, fixed(4, 'setInt32', Number), (raw) => view(raw).getInt32(0, true)],
  string: [BYTES, (value) => sized(new TextEncoder().encode(String(value))), (raw) => new TextDecoder().decode(raw)],
  bytes: [BYTES, (value) => sized(fromBase64(value)), (raw) => toBase64(raw)],
};

function varint(value) {
  const bytes = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest > 0x7fn; rest >>= 7n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
  }
  bytes.push(Number(rest));
  return bytes;
}

const zigzag = (value) => (value << 1n) ^ (value >> 63n);
const unzigzag = (raw) => (raw >> 1n) ^ -(raw & 1n);
const view = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const sized = (bytes) => [...varint(BigInt(bytes.length)), ...bytes];
const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));

function fixed(size, setter, convert) {
  return (value) => {
    const bytes = new Uint8Array(size);
    view(bytes)[setter](0, convert(value), true);
    return [...bytes];
  };
}

/** Base64 with or without its padding. */
export function fromBase64(text) {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
}

/** Encodes an object as a message of a type. */
export function encode(object, type, types) {
  const bytes = [];
  for (const [name, value] of Object.entries(object)) {
    const described = types[type]?.find((each) => each.name === name);
    if (!described) {
      throw new Error(`${type} has no field ${name}`);
    }
    for (const each of values(described, value)) {
      bytes.push(...encodeField(described, each, types));
    }
  }
  return Uint8Array.from(bytes);
}

function values(described, value) {
  if (value === null || value === undefined) {
    return [];
  }
  if (described.map) {
    return Object.entries(value).map(([key, each]) => ({ key, value: each }));
  }
  return described.repeated ? value : [value];
}

function encodeField(described, value, types) {
  const tag = (wire) => varint((BigInt(described.number) << 3n) | BigInt(wire));
  if (described.type === 'message') {
    return [...tag(BYTES), ...sized(encode(value, described.of, types))];
  }
  if (described.type === 'enum') {
    return [...tag(VARINT), ...varint(BigInt(described.values[value] ?? value))];
  }
  const scalar = SCALARS[described.type];
  if (!scalar) {
    throw new Error(`fields of type ${described.type} are not supported here`);
  }
  const [wire, write] = scalar;
  return [...tag(wire), ...write(value)];
}

/** The default value of a field that was not sent; undefined if it has none. */
function initial(described) {
  if (described.repeated || described.optional || described.type === 'message') {
    return undefined;
  }
  if (described.type === 'enum') {
    return Object.keys(described.values).find((name) => described.values[name] === 0);
  }
  const zero = { string: '', bytes: '', bool: false, int64: '0', uint64: '0', sint64: '0', fixed64: '0', sfixed64: '0' };
  return zero[described.type] ?? 0;
}

/** Decodes a message of a type; unknown fields are skipped. */
export function decode(bytes, type, types) {
  const object = {};
  for (const described of types[type] ?? []) {
    const value = initial(described);
    if (value !== undefined) {
      object[described.name] = value;
    }
  }
  const at = { index: 0 };
  while (at.index < bytes.length) {
    const tag = readVarint(bytes, at);
    const wire = Number(tag & 7n);
    const raw = readRaw(bytes, at, wire);
    const described = types[type]?.find((each) => BigInt(each.number) === tag >> 3n);
    if (described) {
      put(object, described, raw, wire, types);
    }
  }
  return object;
}

function put(object, described, raw, wire, types) {
  const packed = described.repeated && wire === BYTES && (SCALARS[described.type] ?? [VARINT])[0] !== BYTES && described.type !== 'message';
  const found = (packed ? unpack(raw, described) : [raw]).map((each) => valueOf(described, each, types));
  if (described.map) {
    object[described.name] = { ...object[described.name], [found[0].key]: found[0].value };
  } else if (described.repeated) {
    object[described.name] = [...(object[described.name] ?? []), ...found];
  } else {
    object[described.name] = found[0];
  }
}

function valueOf(described, raw, types) {
  if (described.type === 'message') {
    return decode(raw, described.of, types);
  }
  if (described.type === 'enum') {
    const number = Number(BigInt.asIntN(32, raw));
    return Object.keys(described.values).find((name) => described.values[name] === number) ?? number;
  }
  return SCALARS[described.type]?.[2](raw);
}

function unpack(bytes, described) {
  const wire = (SCALARS[described.type] ?? [VARINT])[0];
  const found = [];
  for (const at = { index: 0 }; at.index < bytes.length;) {
    found.push(readRaw(bytes, at, wire));
  }
  return found;
}

function readRaw(bytes, at, wire) {
  switch (wire) {
    case VARINT: return readVarint(bytes, at);
    case FIXED64: return take(bytes, at, 8);
    case BYTES: return take(bytes, at, Number(readVarint(bytes, at)));
    case FIXED32: return take(bytes, at, 4);
    default: throw new Error(`unknown wire type ${wire}`);
  }
}

function readVarint(bytes, at) {
  let value = 0n;
  for (let shift = 0n; ; shift += 7n) {
    const [byte] = take(bytes, at, 1);
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) {
      return value;
    }
  }
}

function take(bytes, at, count) {
  if (at.index + count > bytes.length) {
    throw new Error('the message is cut short');
  }
  at.index += count;
  return bytes.subarray(at.index - count, at.index);
}
