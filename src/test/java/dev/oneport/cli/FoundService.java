package dev.oneport.cli;

import dev.oneport.api.Mount;
import dev.oneport.api.Service;

/** A service that is declared only in a jar on the class path. */
public final class FoundService implements Service {
  @Override
  public void mount(Mount port) {
    port.http().get("/found", (_, response) -> response.send("found"));
  }
}
