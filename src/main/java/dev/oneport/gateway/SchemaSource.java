package dev.oneport.gateway;

import dev.oneport.config.Section;
import dev.oneport.schema.InvalidSchema;
import dev.oneport.schema.Schema;
import java.util.Optional;

/**
 * How an upstream's schema is found: in a file ({@code descriptors}), or by asking the upstream's
 * server reflection, unless {@code reflection} is false.
 *
 * @param file the schema in the file
 */
public record SchemaSource(Optional<Schema> file, boolean reflection) {
  /** No schema is known, and the upstream is not asked. */
  static final SchemaSource NONE = new SchemaSource(Optional.empty(), false);

  /** Reads the keys of an upstream; the section stays open. */
  static SchemaSource read(Section section, boolean grpc) {
    var reflection = section.flag("reflection", true);
    var bytes = section.binary("descriptors");
    if (!grpc) {
      for (var key : new String[] {"descriptors", "reflection"}) {
        if (section.has(key)) {
          section.problem(key, "is for gRPC, whose URLs begin with h2c:// or https://");
        }
      }
      return NONE;
    }
    return new SchemaSource(bytes.flatMap(it -> parse(section, it)), reflection);
  }

  private static Optional<Schema> parse(Section section, byte[] bytes) {
    try {
      return Optional.of(Schema.parse(bytes));
    } catch (InvalidSchema e) {
      section.problem("descriptors", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }
}
