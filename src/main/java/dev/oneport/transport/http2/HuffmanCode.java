package dev.oneport.transport.http2;

import java.util.Arrays;

/**
 * Decodes HPACK's Huffman code (RFC 7541 section 5.2 and appendix B), four bits at a time.
 *
 * <p>The code is canonical, so the lengths of its codes are all that has to be known. The automaton
 * has a state for each inner node of the tree; the shortest code has five bits, so that four bits
 * complete at most one symbol.
 */
final class HuffmanCode {
  private static final int EOS = 256;
  private static final int LONGEST = 30;
  private static final int INVALID = -1;

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

  // Per inner node: its two children; a symbol s is stored as ~s.
  private static final int[][] TREE = tree();
  // Per state and four bits: next state << 16 | 0x100 if a symbol is complete | symbol; or INVALID.
  private static final int[] STEPS = steps();
  // States in which the input may end: fewer than eight bits of padding, all ones (section 5.2).
  private static final boolean[] MAY_END = mayEnd();

  private HuffmanCode() {}

  /** Decodes into a new array; a code that is wrong, or padding that is, ends the connection. */
  static byte[] decode(byte[] source, int from, int length) {
    var target = new byte[length * 8 / 5];
    int size = 0;
    int state = 0;
    for (int i = from; i < from + length; i++) {
      for (int shift = 4; shift >= 0; shift -= 4) {
        int step = STEPS[state << 4 | (source[i] >> shift & 0xF)];
        if (step == INVALID) {
          throw new ConnectionError(ErrorCode.COMPRESSION_ERROR, "Huffman code");
        }
        if ((step & 0x100) != 0) {
          target[size++] = (byte) step;
        }
        state = step >>> 16;
      }
    }
    if (!MAY_END[state]) {
      throw new ConnectionError(ErrorCode.COMPRESSION_ERROR, "Huffman padding");
    }
    return size == target.length ? target : Arrays.copyOf(target, size);
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

  private static int[] steps() {
    var steps = new int[TREE.length << 4];
    for (int state = 0; state < TREE.length; state++) {
      for (int bits = 0; bits < 16; bits++) {
        steps[state << 4 | bits] = step(state, bits);
      }
    }
    return steps;
  }

  private static int step(int state, int bits) {
    int node = state;
    int symbol = 0;
    for (int bit = 3; bit >= 0; bit--) {
      int next = TREE[node][bits >>> bit & 1];
      if (next == ~EOS) {
        return INVALID;
      }
      if (next < 0) {
        symbol = 0x100 | ~next;
      }
      node = Math.max(next, 0);
    }
    return node << 16 | symbol;
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
