/**
 * Reads a zip archive of the plain kind that Sotto writes: files one after the other, each named once, both of its
 * headers saying the same, nothing in between, before or after. A package must mean the same to every reader.
 */

import { isEqual, Malformed, textOf, type Bytes } from "./bytes";

const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;

/** Larger lets more be exported at once; smaller bounds what a hostile file may ask for. */
export const MAX_UNPACKED_BYTES = 2 ** 30;

const STORED = 0;
const DEFLATED = 8;
const UTF8_NAMES = 0x800;

export async function readZip(blob: Bytes): Promise<Map<string, Bytes>> {
  try {
    return await readArchive(blob);
  } catch (error) {
    if (error instanceof RangeError) {
      throw new Malformed("zip_form"); // A header reaches beyond the end.
    }
    throw error;
  }
}

async function readArchive(blob: Bytes): Promise<Map<string, Bytes>> {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const end = blob.length - END_BYTES;
  const count = view.getUint16(end + 10, true);
  const directory = view.getUint32(end + 16, true);
  refuseUnless(
    view.getUint32(end, true) === 0x06054b50 &&
      view.getUint32(end + 4, true) === 0 && // One disk.
      view.getUint16(end + 8, true) === count &&
      directory + view.getUint32(end + 12, true) === end &&
      view.getUint16(end + 20, true) === 0, // No comment.
  );
  const files = new Map<string, Bytes>();
  const budget = { left: MAX_UNPACKED_BYTES };
  let [at, dataEnd] = [directory, 0];
  for (let number = 0; number < count; number += 1) {
    const nameEnd = at + CENTRAL_BYTES + view.getUint16(at + 28, true);
    const name = textOf(blob.slice(at + CENTRAL_BYTES, nameEnd));
    refuseUnless(
      view.getUint32(at, true) === 0x02014b50 &&
        view.getUint32(at + 30, true) === 0 && // No extra field, no comment.
        view.getUint32(at + 42, true) === dataEnd &&
        name !== null &&
        !files.has(name),
    );
    const [content, next] = await readMember(blob, view, at, nameEnd, budget);
    files.set(name ?? "", content);
    [at, dataEnd] = [nameEnd, next];
  }
  refuseUnless(at === end && dataEnd === directory);
  return files;
}

/** One file and where it ends; what the directory says of it lies from `central` to `nameEnd`. */
async function readMember(
  blob: Bytes,
  view: DataView,
  central: number,
  nameEnd: number,
  budget: { left: number },
): Promise<[Bytes, number]> {
  const start = view.getUint32(central + 42, true);
  const name = blob.subarray(central + CENTRAL_BYTES, nameEnd);
  const body = start + LOCAL_BYTES + name.length;
  // Flags, method, time, date, checksum, both sizes and the length of the name lie in the same order in both headers.
  const told = blob.subarray(central + 8, central + 30);
  refuseUnless(
    view.getUint32(start, true) === 0x04034b50 &&
      view.getUint16(start + 28, true) === 0 &&
      isEqual(blob.subarray(start + 6, start + 28), told) &&
      isEqual(blob.subarray(start + LOCAL_BYTES, body), name),
  );
  const flags = view.getUint16(start + 6, true);
  const method = view.getUint16(start + 8, true);
  const packed = blob.slice(body, body + view.getUint32(start + 18, true));
  const size = view.getUint32(start + 22, true);
  budget.left -= size;
  refuseUnless(
    (flags & ~UTF8_NAMES) === 0 &&
      (method === STORED || method === DEFLATED) &&
      packed.length === view.getUint32(start + 18, true) &&
      budget.left >= 0,
  );
  const content = method === STORED ? packed : await inflate(packed, size);
  refuseUnless(content.length === size && crc32(content) === view.getUint32(start + 14, true));
  return [content, body + packed.length];
}

/** What deflates to `packed`; never grows beyond the size that was announced. */
async function inflate(packed: Bytes, size: number): Promise<Bytes> {
  const content = new Uint8Array(size);
  let filled = 0;
  try {
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    for await (const chunk of chunks(stream)) {
      refuseUnless(filled + chunk.length <= size);
      content.set(chunk, filled);
      filled += chunk.length;
    }
  } catch (error) {
    throw error instanceof Malformed ? error : new Malformed("zip_form");
  }
  refuseUnless(filled === size);
  return content;
}

/** The chunks of a stream; not every browser can iterate one by itself. */
async function* chunks(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      yield next.value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) {
    value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return value;
});

function crc32(bytes: Bytes): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value = (value >>> 8) ^ (CRC_TABLE[(value ^ byte) & 0xff] ?? 0);
  }
  return (value ^ 0xffffffff) >>> 0;
}

function refuseUnless(condition: boolean): void {
  if (!condition) {
    throw new Malformed("zip_form");
  }
}
