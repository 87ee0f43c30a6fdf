package dev.oneport.transport.http2.hpack;

import dev.oneport.transport.http2.frames.ConnectionError;
import dev.oneport.transport.http2.frames.ErrorCode;
import java.util.Arrays;

/**
 * Decodes HPACK's Huffman code (RFC 7541 section 5.2 and appendix B).
 *
 * <p>The code is canonical, so it can be built from the lengths of its codes. A table maps the next
 * {@link #PEEK} bits to the one or two symbols that they contain, which covers all characters
 * common in headers; it is fast because a client that does not index its token sends it with every
 * call. The tree decodes longer codes and the last bits.
 */
public final class HuffmanCode {
  private static final int EOS = 256;
  private static final int LONGEST = 30;

  // Lengths of the codes of the symbols 0 to 255 and EOS.
  private static final String LENGTHS =
      """
      13 23 28 28 28 28 28 28 28 24 30 28 28 30 28 28 28 28 28 28 28 28 30 28 28 28 28 28 28 28 28 28
      6 10 10 12 13 6 8 11 10 10 8 11 8 6 6 6 5 5 5 6 6 6 6 6 6 6 7 8 15 6 12 10
      13 6 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 8 7 8 13 19 13 14 6
      15 5 6 5 6 5 6 6 6 5 7 7 6 6 6 5 6 7 6 5 5 6 7 7 7 7 7 15 11 14 13 28
      20 22 20 20 22 22 22 23 22 23 23 23 23 23 24 23 24 24 22 23 24 23 23 23 23 21 22 23 22 23 23 24
      22 21 20 22 22 23 23 21 23 22 22 24 21 22 23 23 21 21 22 21 23 22 23 23 20 22 22 22 23 22 22 23
      26 26 20 19 22 23 22 25 26 26 26 27 27 26 24 25 19 21 26 27 27 26 27 24 21 21 26 26 28 27 27 27
      20 24 20 21 22 21 21 23 22 22 25 25 24 24 26 23 26 27 26 26 27 27 27 27 27 28 27 27 27 27 27 26
      30
      """;

  /** The table uses 16 KiB, half of a typical L1 cache. */
  private static final int PEEK = 12;

  // Per inner node: its two children; a symbol s is stored as ~s.
  private static final int[][] TREE = tree();
  // Per PEEK bits: bits used << 24 | symbols << 16 | second symbol << 8 | first; 0 if a longer code
  // begins there.
  private static final int[] TABLE = table();
  // Nodes in which the input may end: fewer than eight bits of padding, all ones (section 5.2).
  private static final boolean[] MAY_END = mayEnd();

  private HuffmanCode() {}

  /** Decodes into a new array; an invalid code or padding ends the connection. */
  public static byte[] decode(byte[] source, int from, int length) {
    // One extra byte, because the second symbol is written before it is counted.
    var target = new byte[length * 8 / 5 + 1];
    int size = 0;
    long bits = 0;
    int count = 0;
    int next = from;
    while (true) {
      while (count <= Long.SIZE - 2 * Byte.SIZE && next < from + length) {
        bits = (bits << Byte.SIZE) | (source[next++] & 0xFF);
        count += Byte.SIZE;
      }
      int found = count < PEEK ? 0 : TABLE[(int) (bits >>> (count - PEEK)) & (TABLE.length - 1)];
      if (found != 0) {
        target[size] = (byte) found;
        target[size + 1] = (byte) (found >>> 8);
        size += found >>> 16 & 0xFF;
        count -= found >>> 24;
        continue;
      }
      int node = 0;
      while (node >= 0 && count > 0) {
        node = TREE[node][(int) (bits >>> --count) & 1];
      }
      if (node == ~EOS) {
        throw new ConnectionError(ErrorCode.COMPRESSION_ERROR, "Huffman code");
      }
      if (node >= 0) {
        if (!MAY_END[node]) {
          throw new ConnectionError(ErrorCode.COMPRESSION_ERROR, "Huffman padding");
        }
        return Arrays.copyOf(target, size);
      }
      target[size++] = (byte) ~node;
    }
  }

  private static int[][] tree() {
    var lengths = LENGTHS.split("\\s", -1);
    var tree = new int[EOS][2];
    int nodes = 1;
    int code = 0;
    for (int length = 1; length <= LONGEST; length++, code <<= 1) {
      for (int symbol = 0; symbol <= EOS; symbol++) {
        if (Integer.parseInt(lengths[symbol]) == length) {
          nodes = insert(tree, nodes, code++, length, symbol);
        }
      }
    }
    return tree;
  }

  private static int insert(int[][] tree, int nodes, int code, int length, int symbol) {
    int node = 0;
    int count = nodes;
    for (int bit = length - 1; bit > 0; bit--) {
      int side = code >>> bit & 1;
      if (tree[node][side] == 0) {
        tree[node][side] = count++;
      }
      node = tree[node][side];
    }
    tree[node][code & 1] = ~symbol;
    return count;
  }

  private static int[] table() {
    var table = new int[1 << PEEK];
    for (int bits = 0; bits < table.length; bits++) {
      int first = symbol(bits, PEEK);
      if (first != 0) {
        int used = first >>> 8;
        int second = symbol(bits, PEEK - used);
        table[bits] =
            second == 0
                ? (used << 24) | (1 << 16) | (first & 0xFF)
                : ((used + (second >>> 8)) << 24)
                    | (2 << 16)
                    | ((second & 0xFF) << 8)
                    | (first & 0xFF);
      }
    }
    return table;
  }

  /** The first symbol in the lowest bits: bits used << 8 | symbol; 0 if it needs more bits. */
  private static int symbol(int bits, int count) {
    int node = 0;
    for (int bit = count - 1; bit >= 0; bit--) {
      node = TREE[node][bits >>> bit & 1];
      if (node < 0) {
        return ((count - bit) << 8) | ~node;
      }
    }
    return 0;
  }

  private static boolean[] mayEnd() {
    var result = new boolean[TREE.length];
    int node = 0;
    for (int bits = 0; bits < 8; bits++) {
      result[node] = true;
      node = TREE[node][1];
    }
    return result;
  }
}
