package dev.oneport.cli;

import dev.oneport.api.Service;
import dev.oneport.config.Configuration;
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
 * The services to serve: those in other jars on the class path, or the sample if there are none.
 * Next to other services, or to calls that are forwarded, the sample is served only if the policy
 * has a rule for it.
 */
record MountedServices(List<Service> services, Optional<Service> sample) {
  /** Limits the loop if the loader throws the same error forever. */
  private static final int MOST = 1_000;

  /** The services in other jars. */
  List<Service> withoutSample() {
    return sample.isEmpty() ? List.of() : services;
  }

  /** The same for a server with that configuration. */
  MountedServices with(Configuration configuration) {
    return sample.isEmpty() && configuration.root().has("forward")
        ? new MountedServices(List.of(), Optional.of(services.getFirst()))
        : this;
  }

  /**
   * Loads the services.
   *
   * @throws InvalidConfiguration listing those that cannot be created
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

  /**
   * ServiceLoader's message names the service; for other errors the type is part of the
   * description.
   */
  private static String name(Throwable error) {
    return error instanceof ServiceConfigurationError
        ? String.valueOf(error.getMessage())
        : error.toString();
  }

  /** The messages of an error and its causes. */
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
