package dev.oneport.testing;

/** A header of a request; a request may have several of one name. */
public record HeaderField(String name, String value) {
  public static HeaderField bearer(String token) {
    return new HeaderField("authorization", "Bearer " + token);
  }
}
