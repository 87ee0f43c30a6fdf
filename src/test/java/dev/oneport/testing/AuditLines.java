package dev.oneport.testing;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The audit of a server under test; every line must be as the schema says. */
public final class AuditLines extends ByteArrayOutputStream {
  private static final JsonSchema SCHEMA =
      JsonSchemaFactory.getInstance(VersionFlag.V202012)
          .getSchema(
              Objects.requireNonNull(AuditLines.class.getResourceAsStream("/audit-schema.json")));

  /** The lines so far. */
  public List<String> lines() {
    return toString(StandardCharsets.UTF_8).lines().toList();
  }

  /** Fails if a line is not as the schema says. */
  void check() {
    var wrong = new ArrayList<String>();
    for (var line : lines()) {
      SCHEMA
          .validate(line, InputFormat.JSON)
          .forEach(problem -> wrong.add(problem + " in " + line));
    }
    if (!wrong.isEmpty()) {
      throw new AssertionError(String.join("\n", wrong));
    }
  }
}
