package dev.oneport.testing;

/** A request header; a request may have several with one name. */
public record HeaderField(String name, String value) {
  public static HeaderField bearer(String token) {
    return new HeaderField("authorization", "Bearer " + token);
  }
}
