package dev.oneport.transport.http2.hpack;

import dev.oneport.transport.HeadMemory;
import dev.oneport.transport.http2.frames.ConnectionError;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import java.util.Arrays;

/**
 * Decodes header blocks (RFC 7541), in time linear in their bytes.
 *
 * <p>A block whose fields exceed the limit is still decoded to its end, to keep the table in sync
 * with the peer's, but its fields are not kept. A block that cannot be decoded ends the connection
 * with COMPRESSION_ERROR.
 */
public final class HpackDecoder {
  private static final int LARGEST_INTEGER = 1 << 24;
  private static final byte[] NONE = new byte[0];

  private final DynamicTable table = new DynamicTable(Frame.DEFAULT_TABLE);
  private final RecentLiterals recent;
  private final int maxListSize;
  private byte[] block = NONE;
  private int position;
  private int end;

  /** A decoder that remembers only what the protocol asks for. */
  public HpackDecoder(int maxListSize) {
    this(maxListSize, new HeadMemory(0));
  }

  /**
   * The same for a client that repeats literals.
   *
   * @param memory for literals that the client sent recently
   */
  public HpackDecoder(int maxListSize, HeadMemory memory) {
    this.maxListSize = maxListSize;
    this.recent = new RecentLiterals(memory);
  }

  public HeaderList decode(byte[] bytes, int from, int to) {
    block = bytes;
    position = from;
    end = to;
    var list = new HeaderList(maxListSize);
    while (position < end && (block[position] & 0xE0) == 0x20) {
      resize();
    }
    while (position < end) {
      list.add(field());
    }
    block = NONE;
    return list;
  }

  /**
   * Decodes the complete fields of a block that arrives in pieces; returns their length in bytes.
   */
  public int decodeComplete(byte[] bytes, int from, int to, HeaderList list) {
    block = bytes;
    position = from;
    end = to;
    while (position < end) {
      long length = FieldLength.of(bytes, position, end);
      if (length == FieldLength.UNKNOWN || length > end - position) {
        break;
      }
      if (list.isEmpty() && (block[position] & 0xE0) == 0x20) {
        resize();
      } else {
        list.add(field());
      }
    }
    block = NONE;
    return position - from;
  }

  /** How many fields the dynamic table holds. */
  public int remembered() {
    return table.count();
  }

  /** Forgets recent literals, but not the table; any thread may call this. */
  public void forgetRecent() {
    recent.forget();
  }

  /** Handles a dropped literal, which began with this byte and is larger than the table. */
  public void skipped(byte first) {
    if ((first & 0xC0) == 0x40) {
      table.clear();
    }
  }

  private void resize() {
    int size = integer(5);
    if (size > Frame.DEFAULT_TABLE) {
      throw broken("table size above the limit");
    }
    table.capacity(size);
  }

  private HeaderField field() {
    int first = block[position];
    if ((first & 0x80) != 0) {
      return indexed(integer(7));
    }
    if ((first & 0x40) != 0) {
      var field = literal(integer(6));
      table.add(field);
      return field;
    }
    if ((first & 0x20) != 0) {
      throw broken("table size change inside a block");
    }
    return (first & 0x10) == 0 ? literal(integer(4)) : neverIndexed();
  }

  private HeaderField neverIndexed() {
    var known = recent.find(block, position, end);
    if (known != null) {
      position += known.length();
      return known.field();
    }
    int from = position;
    int nameIndex = integer(4);
    var field = literal(nameIndex);
    if (nameIndex <= StaticTable.SIZE) {
      recent.add(block, from, position, field);
    }
    return field;
  }

  private HeaderField indexed(int index) {
    if (index > 0 && index <= StaticTable.SIZE) {
      return StaticTable.get(index);
    }
    int age = index - StaticTable.SIZE - 1;
    if (age < 0 || age >= table.count()) {
      throw broken("no entry of that index");
    }
    return table.get(age);
  }

  private HeaderField literal(int nameIndex) {
    if (nameIndex == 0) {
      return HeaderField.received(string(), null, string());
    }
    var named = indexed(nameIndex);
    return HeaderField.received(named.nameBytes(), named.name(), string());
  }

  private byte[] string() {
    if (position >= end) {
      throw broken("a string is missing");
    }
    boolean huffman = (block[position] & 0x80) != 0;
    int length = integer(7);
    if (length > end - position) {
      throw broken("a string goes beyond the block");
    }
    int from = position;
    position += length;
    return huffman
        ? HuffmanCode.decode(block, from, length)
        : Arrays.copyOfRange(block, from, from + length);
  }

  /** Reads an integer with a prefix of this many bits (RFC 7541 section 5.1). */
  private int integer(int prefix) {
    int mask = (1 << prefix) - 1;
    int value = block[position++] & mask;
    if (value < mask) {
      return value;
    }
    for (int shift = 0; position < end; shift += 7) {
      int next = block[position++];
      if (shift > 21) {
        throw broken("integer");
      }
      value += (next & 0x7F) << shift;
      if (value > LARGEST_INTEGER) {
        throw broken("integer");
      }
      if ((next & 0x80) == 0) {
        return value;
      }
    }
    throw broken("an integer goes beyond the block");
  }

  private static ConnectionError broken(String message) {
    return new ConnectionError(ErrorCode.COMPRESSION_ERROR, message);
  }
}
