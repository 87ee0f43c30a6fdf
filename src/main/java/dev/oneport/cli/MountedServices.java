package dev.oneport.cli;

import dev.oneport.api.Service;
import dev.oneport.config.ConfigurationProblem;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.config.Problems;
import dev.oneport.sample.EchoService;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * What is served: the services that other jars bring. Without any it is the sample; beside them the
 * sample is served only while a rule is about it.
 */
record MountedServices(List<Service> services, Optional<Service> sample) {
  /** An error that comes again and again must not be waited out. */
  private static final int MOST = 1_000;

  /**
   * Looks for services.
   *
   * @throws InvalidConfiguration with those that cannot be made
   */
  static MountedServices find() {
    var services = new ArrayList<Service>();
    var problems = new Problems();
    var found = ServiceLoader.load(Service.class).iterator();
    for (int i = 0; i < MOST; i++) {
      try {
        if (!found.hasNext()) {
          break;
        }
        services.add(found.next());
      } catch (ServiceConfigurationError | LinkageError e) {
        problems.add(
            new ConfigurationProblem(
                "", "META-INF/services/" + Service.class.getName(), reason(e)));
      }
    }
    problems.throwIfAny();
    var sample = new EchoService();
    return services.isEmpty()
        ? new MountedServices(List.of(sample), Optional.empty())
        : new MountedServices(services, Optional.of(sample));
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
