package dev.oneport.testing;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Edits of the bytes that a fuzz test starts from. */
public final class Mutations {
  private Mutations() {}

  /** The bytes with up to three edits, each of which may insert one of the pieces. */
  public static Arbitrary<byte[]> of(Arbitrary<byte[]> bytes, Arbitrary<byte[]> pieces) {
    var added = Arbitraries.oneOf(pieces, pieces, Arbitraries.just(new byte[0]));
    var edit =
        Combinators.combine(
                Arbitraries.integers().between(0, 1000), Arbitraries.of(0, 0, 1, 2, 7), added)
            .as(Mutations::edit);
    return Combinators.combine(bytes, edit.list().ofMaxSize(3)).as(Mutations::apply);
  }

  /**
   * One edit.
   *
   * @param at the position, in thousandths of the length
   * @param dropped how many bytes are removed
   * @param added the bytes inserted
   */
  private static UnaryOperator<byte[]> edit(int at, int dropped, byte[] added) {
    return bytes -> {
      var from = (int) ((long) bytes.length * at / 1000);
      var to = Math.min(bytes.length, from + dropped);
      var edited = new ByteArrayOutputStream();
      edited.write(bytes, 0, from);
      edited.writeBytes(added);
      edited.write(bytes, to, bytes.length - to);
      return edited.toByteArray();
    };
  }

  private static byte[] apply(byte[] bytes, List<UnaryOperator<byte[]>> edits) {
    var edited = bytes;
    for (var edit : edits) {
      edited = edit.apply(edited);
    }
    return edited;
  }
}
