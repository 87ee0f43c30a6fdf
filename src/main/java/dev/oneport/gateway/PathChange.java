package dev.oneport.gateway;

/**
 * How a path changes on its way to the upstream: a prefix is taken off, then another is put on.
 *
 * @param strip begins with a slash and ends without, or is empty
 * @param add the same
 */
public record PathChange(String strip, String add) {
  public static final PathChange NONE = new PathChange("", "");

  /** The path at the upstream. */
  public String apply(String path) {
    var rest = path.startsWith(strip) ? path.substring(strip.length()) : path;
    return add + (rest.isEmpty() && !add.isEmpty() ? "" : rest.startsWith("/") ? rest : "/" + rest);
  }
}
