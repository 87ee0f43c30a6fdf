package dev.oneport.transport.http1.client;

import dev.oneport.transport.HeaderLine;
import dev.oneport.transport.http1.Ascii;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads heads and trailers strictly (RFC 9112 sections 4 and 5). */
final class ResponseParser {
  private static final int STATUS_LINE = "HTTP/1.1 200".length();
  private static final byte[] VERSION = "HTTP/1.".getBytes(StandardCharsets.US_ASCII);
  private static final int MINOR = VERSION.length;

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
    if (!isStatusLine(line) || !Ascii.fieldValue(line, 0, line.length)) {
      throw new UncleanResponse("the status line is malformed");
    }
    int status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + line[11] - '0';
    var reason = line.length > STATUS_LINE ? Ascii.text(line, STATUS_LINE + 1, line.length) : "";
    return new OriginHead(line[MINOR] == '0', status, reason, fields());
  }

  /** Whether it is a version that begins with 1, a status of three digits, and any reason. */
  private static boolean isStatusLine(byte[] line) {
    return line.length >= STATUS_LINE
        && Arrays.equals(line, 0, MINOR, VERSION, 0, MINOR)
        && (line[MINOR] == '0' || line[MINOR] == '1')
        && line[8] == ' '
        && line[9] != '0'
        && digit(line[9])
        && digit(line[10])
        && digit(line[11])
        && (line.length == STATUS_LINE || line[STATUS_LINE] == ' ');
  }

  private static boolean digit(byte b) {
    return b >= '0' && b <= '9';
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
