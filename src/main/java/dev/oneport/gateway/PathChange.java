package dev.oneport.gateway;

/**
 * The change of a path for the upstream: one prefix is removed, then another is added.
 *
 * @param strip the prefix to remove; begins with a slash and does not end with one, or is empty
 * @param add the prefix to add, in the same form
 */
public record PathChange(String strip, String add) {
  public static final PathChange NONE = new PathChange("", "");

  /** The path for the upstream. */
  public String apply(String path) {
    var rest = path.startsWith(strip) ? path.substring(strip.length()) : path;
    return add + (rest.isEmpty() && !add.isEmpty() ? "" : rest.startsWith("/") ? rest : "/" + rest);
  }
}
