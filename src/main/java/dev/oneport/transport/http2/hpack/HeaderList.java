package dev.oneport.transport.http2.hpack;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one header block in their order, up to a size counted as in RFC 9113 section 6.5.2.
 * Beyond it the list says that it is too large and keeps nothing more.
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

  /** A field of the block is larger than all of them may be together. */
  public void dropAll() {
    for (int i = 0; i < count; i++) {
      note(fields[i]);
    }
    // Stays above the limit whatever comes, without overflow.
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

  /** Of a list that is too large: says which protocol has to refuse it. */
  public @Nullable HeaderField contentType() {
    return contentType;
  }

  /** Of a list that is too large: says what was to be called. */
  public @Nullable HeaderField path() {
    return path;
  }

  /** Of a list that is too large: says how it was to be called. */
  public @Nullable HeaderField method() {
    return method;
  }

  public boolean isEmpty() {
    return size == 0;
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
