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

/** The audit lines of a server under test, each checked against the schema. */
public final class AuditLines extends ByteArrayOutputStream {
  private static final JsonSchema SCHEMA =
      JsonSchemaFactory.getInstance(VersionFlag.V202012)
          .getSchema(
              Objects.requireNonNull(AuditLines.class.getResourceAsStream("/audit-schema.json")));

  /** The lines so far. */
  public List<String> lines() {
    return toString(StandardCharsets.UTF_8).lines().toList();
  }

  /** The lines so far, which are then forgotten: thousands would fill the memory. */
  public synchronized List<String> take() {
    var lines = lines();
    reset();
    return lines;
  }

  /** Fails if a line does not match the schema. */
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
