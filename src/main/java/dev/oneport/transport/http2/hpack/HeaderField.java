package dev.oneport.transport.http2.hpack;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A header field: a name in lower case and a value, as bytes and as text, with cached results of
 * checks. A field that a client repeats by its index in the dynamic table is the same object each
 * time, so it is not decoded or checked again.
 *
 * <p>The arrays are shared and must not be modified.
 */
public final class HeaderField {
  /** No fields: no head, or no trailers. */
  public static final HeaderField[] NONE = {};

  /** The overhead of each field besides its text (RFC 9113 section 6.5.2, RFC 7541 section 4.1). */
  public static final int OVERHEAD = 32;

  private final byte[] nameBytes;
  private final byte[] valueBytes;
  private final boolean wellFormed;
  private @Nullable String name;
  private @Nullable String value;
  private int staticIndex = Integer.MIN_VALUE;

  private HeaderField(byte[] name, byte[] value, boolean wellFormed) {
    this.nameBytes = name;
    this.valueBytes = value;
    this.wellFormed = wellFormed;
  }

  /** A field to send, or in a table. */
  public static HeaderField of(String name, String value) {
    var field =
        new HeaderField(
            name.getBytes(StandardCharsets.ISO_8859_1),
            value.getBytes(StandardCharsets.ISO_8859_1),
            true);
    field.name = name;
    field.value = value;
    return field;
  }

  /** A field to send, or in a table; the arrays are not copied. */
  public static HeaderField of(byte[] name, byte[] value) {
    return new HeaderField(name, value, true);
  }

  /** A field that was received. */
  public static HeaderField received(byte[] name, @Nullable String text, byte[] value) {
    var field = new HeaderField(name, value, HeaderText.wellFormed(name, value));
    field.name = text;
    return field;
  }

  /** The name, lower case. */
  public String name() {
    var known = name;
    if (known == null) {
      known = StaticTable.nameOf(nameBytes);
      name = known;
    }
    return known;
  }

  /** The value, each byte one character (ISO 8859-1). */
  public String value() {
    var known = value;
    if (known == null) {
      known = new String(valueBytes, StandardCharsets.ISO_8859_1);
      value = known;
    }
    return known;
  }

  /** The bytes of the name; must not be modified. */
  public byte[] nameBytes() {
    return nameBytes;
  }

  /** The bytes of the value; must not be modified. */
  public byte[] valueBytes() {
    return valueBytes;
  }

  /** Whether the name and the value contain only bytes that RFC 9113 section 8.2.1 allows. */
  public boolean wellFormed() {
    return wellFormed;
  }

  public int size() {
    return nameBytes.length + valueBytes.length + OVERHEAD;
  }

  /** The index in the static table; negated if only the name matches; 0 if neither does. */
  public int staticIndex() {
    if (staticIndex == Integer.MIN_VALUE) {
      staticIndex = StaticTable.find(this);
    }
    return staticIndex;
  }

  public boolean sameAs(HeaderField other) {
    return this == other
        || (Arrays.equals(valueBytes, other.valueBytes)
            && Arrays.equals(nameBytes, other.nameBytes));
  }

  /** Only the name, because values may be secrets. */
  @Override
  public String toString() {
    return name();
  }
}
