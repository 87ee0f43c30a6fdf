package dev.oneport.transport.http1.client;

import dev.oneport.transport.HeaderLine;
import dev.oneport.transport.http1.Ascii;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads heads and trailers strictly (RFC 9112 sections 4 and 5). */
final class ResponseParser {
  private static final int STATUS_LINE = "HTTP/1.1 200".length();

  private final OriginInput input;
  private int left;

  /**
   * @param most the maximum size of a head, and of trailers, in bytes
   */
  ResponseParser(OriginInput input, int most) {
    this.input = input;
    this.left = most;
  }

  /** The next head. */
  OriginHead head() throws IOException {
    var line = line();
    var text = Ascii.text(line, 0, line.length);
    if (line.length < STATUS_LINE
        || !text.matches("(?s)HTTP/1\\.[01] [1-9]\\d\\d( .*)?")
        || !Ascii.fieldValue(line, 0, line.length)) {
      throw new UncleanResponse("the status line is malformed");
    }
    int status = Integer.parseInt(text.substring(9, STATUS_LINE));
    var reason = text.length() > STATUS_LINE ? text.substring(STATUS_LINE + 1) : "";
    return new OriginHead(text.charAt(7) == '0', status, reason, fields());
  }

  /** Reads fields up to an empty line. */
  List<HeaderLine> fields() throws IOException {
    var fields = new ArrayList<HeaderLine>();
    for (var line = line(); line.length > 0; line = line()) {
      fields.add(field(line));
    }
    return fields;
  }

  private byte[] line() throws IOException {
    var line = input.line(left);
    left -= line.length + 2;
    if (left < 0) {
      throw new UncleanResponse("too large a head");
    }
    return line;
  }

  private static HeaderLine field(byte[] line) throws UncleanResponse {
    int colon = Ascii.endOfToken(line, 0, line.length);
    if (colon == 0
        || colon == line.length
        || line[colon] != ':'
        || !Ascii.fieldValue(line, colon + 1, line.length)) {
      throw new UncleanResponse("a field is malformed");
    }
    int from = colon + 1;
    int to = line.length;
    while (from < to && Ascii.blank(line[from])) {
      from++;
    }
    while (to > from && Ascii.blank(line[to - 1])) {
      to--;
    }
    return new HeaderLine(Ascii.text(line, 0, colon), Ascii.text(line, from, to));
  }
}
