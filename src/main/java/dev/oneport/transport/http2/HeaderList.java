package dev.oneport.transport.http2;

import java.util.Arrays;

/**
 * The fields of one header block in their order, up to a size counted as in RFC 9113 section 6.5.2.
 * Beyond it the list says that it is too large and keeps nothing more.
 */
final class HeaderList {
  private final int maxSize;
  private HeaderField[] fields = new HeaderField[12];
  private int count;
  private int size;

  HeaderList(int maxSize) {
    this.maxSize = maxSize;
  }

  void add(HeaderField field) {
    size += field.size();
    if (size > maxSize) {
      // Stays above the limit whatever comes, without overflow.
      size = maxSize + 1;
      count = 0;
      return;
    }
    if (count == fields.length) {
      fields = Arrays.copyOf(fields, count * 2);
    }
    fields[count++] = field;
  }

  boolean tooLarge() {
    return size > maxSize;
  }

  int count() {
    return count;
  }

  HeaderField get(int index) {
    return fields[index];
  }
}
