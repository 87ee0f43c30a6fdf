package dev.oneport.cli;

import dev.oneport.api.Service;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.config.Problem;
import dev.oneport.config.Problems;
import dev.oneport.echo.EchoService;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** What is served: add your own service here, or bring it in a jar of its own. */
final class MountedServices {
  /** An error that comes again and again must not be waited out. */
  private static final int MOST = 1_000;

  private MountedServices() {}

  /**
   * All services, those of other jars after ours.
   *
   * @throws InvalidConfiguration with those that cannot be made
   */
  static List<Service> all() {
    var services = new ArrayList<Service>();
    services.add(new EchoService());
    var problems = new Problems();
    var found = ServiceLoader.load(Service.class).iterator();
    for (int i = 0; i < MOST; i++) {
      try {
        if (!found.hasNext()) {
          break;
        }
        services.add(found.next());
      } catch (ServiceConfigurationError | LinkageError e) {
        problems.add(new Problem("", "META-INF/services/" + Service.class.getName(), reason(e)));
      }
    }
    problems.throwIfAny();
    return services;
  }

  /** What ServiceLoader says names the service; of others the kind of error counts too. */
  private static String name(Throwable error) {
    return error instanceof ServiceConfigurationError
        ? String.valueOf(error.getMessage())
        : error.toString();
  }

  /** The messages of an error and of what caused it. */
  private static String reason(Throwable error) {
    var reason = new StringBuilder();
    var at = error;
    for (int i = 0; i < 5 && at != null; i++) {
      reason.append(i == 0 ? "" : ": ").append(i == 0 ? name(at) : at);
      at = at.getCause();
    }
    return reason.toString();
  }
}
