package dev.oneport.cli;

import dev.oneport.echo.EchoService;
import dev.oneport.server.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** What is served: add your own service here, or bring it in a jar of its own. */
final class MountedServices {
  private MountedServices() {}

  static List<Service> all() {
    var services = new ArrayList<Service>();
    services.add(new EchoService());
    ServiceLoader.load(Service.class).forEach(services::add);
    return services;
  }
}
