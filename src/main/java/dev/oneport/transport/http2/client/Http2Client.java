package dev.oneport.transport.http2.client;

import dev.oneport.threads.Background;
import dev.oneport.threads.OnDemand;
import dev.oneport.transport.RequestMemory;
import dev.oneport.transport.http2.flow.StreamPart;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one server. A stream is opened on the least busy connection; another
 * connection is opened when all are full. Failed attempts back off, and meanwhile calls without a
 * connection fail at once.
 */
public final class Http2Client implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofMillis(250);
  private static final long SHORTEST_PAUSE = Duration.ofMillis(50).toNanos();
  private static final long LONGEST_PAUSE = Duration.ofSeconds(5).toNanos();

  private final Dialer dialer;
  private final ClientLimits limits;
  private final RequestMemory memory;
  private final OnDemand watchdog;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Retired connections whose last stream has not ended.
  private final Set<ClientConnection> leaving = ConcurrentHashMap.newKeySet();
  // Guarded by the lock for writing; the list is replaced, never modified.
  private volatile List<ClientConnection> connections = List.of();
  private volatile int waiting;
  private int dialing;
  private long pause;
  private long nextAttempt;
  private @Nullable ConnectFailure lastFailure;
  private volatile boolean closed;

  /**
   * Creates a client without connections.
   *
   * @param memory bounds the responses that wait to be read, on all connections together
   */
  public Http2Client(Dialer dialer, ClientLimits limits, RequestMemory memory) {
    this.dialer = dialer;
    this.limits = limits;
    this.memory = memory;
    this.watchdog =
        new OnDemand(
            "http2-client", PERIOD, () -> !connections.isEmpty() || !leaving.isEmpty(), this::tick);
  }

  /**
   * Opens a stream; waits for a connection if there is none.
   *
   * @param first the part of the request to send at once
   * @param arrived called when a part of the response has arrived or the stream has ended, on the
   *     thread that reads the connection; must not block
   * @param patience how long to wait for a permit while all connections are full
   * @throws ConnectFailure if no connection is available; nothing was sent
   */
  public ClientStream open(StreamPart first, Runnable arrived, Duration patience)
      throws ConnectFailure {
    return place(patience.toNanos()).open(first, arrived);
  }

  /** The number of open streams. */
  public int streams() {
    return all().stream().mapToInt(connection -> connection.streams().taken()).sum();
  }

  /** The number of open connections. */
  public int connections() {
    return all().size();
  }

  /** Finds or opens a connection and acquires a permit on it. */
  private ClientConnection place(long patience) throws ConnectFailure {
    var free = free();
    if (free != null) {
      return free;
    }
    long deadline = System.nanoTime() + patience;
    lock.lock();
    try {
      while (true) {
        free = free();
        if (free != null) {
          return free;
        }
        checkOpen();
        if (mayDial()) {
          dial();
        } else if (connections.isEmpty() && dialing == 0) {
          throw refused();
        } else {
          await(deadline);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private @Nullable ClientConnection free() {
    var known = connections;
    if (known.size() == 1) {
      var only = known.getFirst();
      return only.acquire() ? only : null;
    }
    return known.stream()
        .sorted(Comparator.comparingInt(connection -> connection.streams().taken()))
        .filter(ClientConnection::acquire)
        .findFirst()
        .orElse(null);
  }

  private void checkOpen() throws ConnectFailure {
    if (closed) {
      throw new ConnectFailure("the client is closed", false);
    }
  }

  private boolean mayDial() {
    // Without a connection, one attempt is enough: all calls wait for it.
    boolean first = connections.isEmpty();
    return (first ? dialing == 0 : connections.size() + dialing < limits.maxConnections())
        && (pause == 0 || System.nanoTime() - nextAttempt >= 0);
  }

  private ConnectFailure refused() {
    var last = lastFailure;
    return last == null ? new ConnectFailure("no connection", false) : last;
  }

  /** Waits for a change; the caller checks again after any wake-up. */
  @SuppressWarnings({"WaitNotInLoop", "NonAtomicVolatileUpdate"}) // counted under the lock
  private void await(long deadline) throws ConnectFailure {
    long left = deadline - System.nanoTime();
    if (left <= 0) {
      throw new ConnectFailure("all connections to the server are full", true);
    }
    waiting = waiting + 1;
    try {
      long _ = changed.awaitNanos(left);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConnectFailure("interrupted", false);
    } finally {
      waiting = waiting - 1;
    }
  }

  /** Opens a connection, without holding the lock while it waits. */
  private void dial() throws ConnectFailure {
    dialing++;
    @Nullable ClientConnection connection = null;
    lock.unlock();
    try {
      connection = connect();
    } catch (ConnectFailure e) {
      lock.lock();
      try {
        lastFailure = e;
        pause = Math.clamp(pause * 2, SHORTEST_PAUSE, LONGEST_PAUSE);
        nextAttempt = System.nanoTime() + pause;
      } finally {
        lock.unlock();
      }
      throw e;
    } finally {
      lock.lock();
      dialing--;
      if (connection != null) {
        pause = 0;
        add(connection);
      }
      changed.signalAll();
    }
  }

  private ClientConnection connect() throws ConnectFailure {
    long deadline = System.nanoTime() + limits.connect().toNanos();
    try {
      var socket = dialer.dial(limits.connect());
      var connection = new ClientConnection(socket, limits, memory, this::changed);
      connection.greet(deadline - System.nanoTime());
      return connection;
    } catch (SocketTimeoutException e) {
      throw new ConnectFailure("connecting took too long", true);
    } catch (IOException e) {
      throw new ConnectFailure(e.getClass().getSimpleName() + ": " + e.getMessage(), false);
    }
  }

  private void add(ClientConnection connection) {
    var more = new ArrayList<>(connections);
    more.add(connection);
    connections = List.copyOf(more);
    if (closed) {
      // The calls that wait for the connection fail because the client is closed.
      connection.lose("the client is closed");
    } else if (connection.streams().isLeaving()) {
      remove(connection);
    }
    watchdog.wake();
  }

  /** Called when a stream or a connection has ended. */
  private void changed(ClientConnection connection) {
    boolean leaves = connection.streams().isLeaving();
    if (!leaves && waiting == 0) {
      return;
    }
    lock.lock();
    try {
      if (leaves) {
        remove(connection);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void remove(ClientConnection connection) {
    connections = connections.stream().filter(other -> !other.equals(connection)).toList();
    if (connection.isLost()) {
      leaving.remove(connection);
    } else {
      leaving.add(connection);
    }
  }

  private void tick() {
    for (var connection : all()) {
      var _ = Background.attempt(connection::tick);
    }
  }

  /** Opens no more streams; each connection ends after its last one. */
  public void retire() {
    closed = true;
    connections.forEach(ClientConnection::retire);
  }

  private List<ClientConnection> all() {
    return Stream.concat(connections.stream(), leaving.stream()).toList();
  }

  /** Closes all connections now. */
  @Override
  public void close() {
    closed = true;
    all().forEach(connection -> connection.lose("the client is closed"));
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
