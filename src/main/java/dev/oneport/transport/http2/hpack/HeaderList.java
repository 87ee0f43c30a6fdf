package dev.oneport.transport.http2.hpack;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one header block in order, up to a size as defined in RFC 9113 section 6.5.2. A
 * larger list is marked as too large and keeps no more fields.
 */
public final class HeaderList {
  private static final int LONGEST_NOTED = 512;

  private final int maxSize;
  private HeaderField[] fields = new HeaderField[12];
  private int count;
  private int size;
  private @Nullable HeaderField contentType;
  private @Nullable HeaderField path;
  private @Nullable HeaderField method;

  public HeaderList(int maxSize) {
    this.maxSize = maxSize;
  }

  public void add(HeaderField field) {
    size += field.size();
    if (size > maxSize) {
      dropAll();
      note(field);
      return;
    }
    if (count == fields.length) {
      fields = Arrays.copyOf(fields, count * 2);
    }
    fields[count++] = field;
  }

  /** Drops all fields, because one field exceeds the size of the list. */
  public void dropAll() {
    for (int i = 0; i < count; i++) {
      note(fields[i]);
    }
    // Stays above the limit without overflow.
    size = maxSize + 1;
    count = 0;
  }

  private void note(HeaderField field) {
    if (field.size() > LONGEST_NOTED) {
      return;
    }
    if (contentType == null && field.name().equals("content-type")) {
      contentType = field;
    } else if (path == null && field.name().equals(":path")) {
      path = field;
    } else if (method == null && field.name().equals(":method")) {
      method = field;
    }
  }

  /**
   * The content type of a list that is too large; it determines the protocol that refuses the
   * request.
   */
  public @Nullable HeaderField contentType() {
    return contentType;
  }

  /** The path of a list that is too large. */
  public @Nullable HeaderField path() {
    return path;
  }

  /** The method of a list that is too large. */
  public @Nullable HeaderField method() {
    return method;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  /** The bytes that are kept, as RFC 9113 section 6.5.2 counts them. */
  public int kept() {
    return tooLarge() ? 0 : size;
  }

  public boolean tooLarge() {
    return size > maxSize;
  }

  public int count() {
    return count;
  }

  public HeaderField get(int index) {
    return fields[index];
  }
}
