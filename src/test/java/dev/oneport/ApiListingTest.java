package dev.oneport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.api.Service;
import dev.oneport.client.OnePortClient;
import dev.oneport.server.OnePort;
import dev.oneport.testing.ApiListing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The public API is what {@code api/} lists; everything else is internal. A change to it is seen in
 * review: {@code -Doneport.api.update} writes the listing anew.
 */
final class ApiListingTest {
  private static final Path FOLDER = Path.of("api");

  @Test
  void theApiOfServices() throws Exception {
    assertListed("services.api", Service.class.getPackageName(), Service.class);
  }

  @Test
  void theApiOfTheClient() throws Exception {
    assertListed("client.api", OnePortClient.class.getPackageName(), OnePortClient.class);
  }

  @Test
  void theApiOfTheServer() throws Exception {
    assertListed("server.api", "", OnePort.class, OnePort.Builder.class);
  }

  /** Lists a package with all its public classes, or some classes alone. */
  private static void assertListed(String file, String wholePackage, Class<?>... classes)
      throws IOException, ReflectiveOperationException {
    var listing =
        wholePackage.isEmpty() ? ApiListing.of(classes) : ApiListing.ofPackageOf(classes[0]);
    var path = FOLDER.resolve(file);
    if (Boolean.getBoolean("oneport.api.update")) {
      Files.createDirectories(FOLDER);
      Files.writeString(path, listing);
    }
    assertEquals(
        Files.exists(path) ? Files.readString(path) : "",
        listing,
        "the public API changed; if that is wanted, run this test with -Doneport.api.update=true");
  }
}
