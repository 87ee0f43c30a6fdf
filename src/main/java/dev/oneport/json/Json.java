package dev.oneport.json;

import jakarta.json.spi.JsonProvider;

/** The JSON library of the server, which is looked up once: each lookup reads service files. */
public final class Json {
  public static final JsonProvider PROVIDER = JsonProvider.provider();

  private Json() {}
}
