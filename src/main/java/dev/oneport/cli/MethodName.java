package dev.oneport.cli;

import dev.oneport.client.InvalidInput;

/**
 * The name of a gRPC method.
 *
 * @param service with its package
 */
record MethodName(String service, String method) {
  /**
   * Parses {@code package.Service/Method}; a dot instead of the slash, and a leading slash, are
   * accepted.
   *
   * @throws InvalidInput if the text has another form
   */
  static MethodName parse(String text) {
    var name = text.startsWith("/") ? text.substring(1) : text;
    int end = name.indexOf('/') < 0 ? name.lastIndexOf('.') : name.indexOf('/');
    if (end < 1 || end == name.length() - 1 || name.indexOf('/', end + 1) >= 0) {
      throw new InvalidInput("a method is named with its service, such as shop.Orders/Find");
    }
    return new MethodName(name.substring(0, end), name.substring(end + 1));
  }

  @Override
  public String toString() {
    return service + "/" + method;
  }
}
