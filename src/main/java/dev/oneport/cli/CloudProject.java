package dev.oneport.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The Google Cloud project of this process, for trace names: from the environment, or on Cloud Run
 * from the metadata server. The metadata server is asked on another thread, so that one that hangs
 * delays nothing.
 */
final class CloudProject implements Supplier<String> {
  private static final System.Logger LOG = System.getLogger(CloudProject.class.getName());
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  private volatile String project;

  private CloudProject(String project) {
    this.project = project;
  }

  static CloudProject of(Map<String, String> environment) {
    var found = new CloudProject(environment.getOrDefault("GOOGLE_CLOUD_PROJECT", ""));
    if (found.project.isEmpty() && environment.containsKey("K_SERVICE")) {
      var host = environment.getOrDefault("GCE_METADATA_HOST", "metadata.google.internal");
      Thread.ofVirtual().name("metadata").start(() -> found.ask(host));
    }
    return found;
  }

  /** The project's ID; empty while it is unknown. */
  @Override
  public String get() {
    return project;
  }

  private void ask(String host) {
    try (var client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
      var uri = URI.create("http://" + host + "/computeMetadata/v1/project/project-id");
      var request =
          HttpRequest.newBuilder(uri).timeout(TIMEOUT).header("Metadata-Flavor", "Google").build();
      var response = client.send(request, BodyHandlers.ofString());
      if (response.statusCode() == 200 && response.body().matches("[a-z0-9:.-]{1,80}")) {
        project = response.body();
      }
    } catch (IOException | IllegalArgumentException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the metadata server did not return the project: {0}",
          e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
