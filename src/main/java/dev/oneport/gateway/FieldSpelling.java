package dev.oneport.gateway;

/**
 * Names of fields as an upstream may read them. CGI and interfaces like it make one variable of
 * {@code X-Caller}, {@code x_caller} and, in some servers, {@code X.Caller}, so a name is compared
 * by its letters and digits alone.
 */
final class FieldSpelling {
  private FieldSpelling() {}

  /** The name in lower case, with a hyphen for each character but a letter or a digit. */
  static String plain(String name) {
    var plain = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        plain.append((char) (c + 'a' - 'A'));
      } else {
        plain.append((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '-');
      }
    }
    return plain.toString();
  }
}
