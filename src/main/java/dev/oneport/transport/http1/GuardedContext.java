package dev.oneport.transport.http1;

import dev.oneport.transport.DelegatingContext;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.webserver.ConnectionContext;

/** The context for Helidon's connection, which refers to the session around it. */
final class GuardedContext extends DelegatingContext {
  private final Http1Session session;

  GuardedContext(
      Http1Session session, ConnectionContext context, DataReader reader, DataWriter writer) {
    super(context, reader, writer);
    this.session = session;
  }

  Http1Session session() {
    return session;
  }
}
