package dev.oneport.fleet.redis;

import dev.oneport.fleet.RedisSettings;
import dev.oneport.threads.Background;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.netty.util.concurrent.Future;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Lettuce, set up so that nothing in it waits or grows without a bound. */
final class RedisDriver implements AutoCloseable {
  /** How long connecting may take, with the handshakes. */
  static final Duration CONNECTING = Duration.ofSeconds(2);

  private static final int THREADS = 2;

  /** Commands that wait for an answer at the same time; more are refused. */
  private static final int MOST_WAITING = 10_000;

  private static final RedisCodec<String, byte[]> CODEC =
      RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

  private final RedisSettings settings;
  private final ClientResources resources;
  private final RedisClient client;

  RedisDriver(RedisSettings settings) {
    this.settings = settings;
    this.resources =
        DefaultClientResources.builder()
            .ioThreadPoolSize(THREADS)
            .computationThreadPoolSize(THREADS)
            .threadFactoryProvider(_ -> Background.factory("redis"))
            .commandLatencyRecorder(CommandLatencyRecorder.disabled())
            .build();
    this.client = new AsyncRedisClient(resources);
    client.setOptions(options(settings));
  }

  /** A lost connection is replaced by another one: see {@link RedisConnection}. */
  private static ClientOptions options(RedisSettings settings) {
    var ssl = SslOptions.builder().jdkSslProvider().handshakeTimeout(CONNECTING);
    settings
        .ca()
        .map(pem -> pem.getBytes(StandardCharsets.US_ASCII))
        .ifPresent(pem -> ssl.trustManager(() -> new ByteArrayInputStream(pem)));
    return ClientOptions.builder()
        .autoReconnect(false)
        .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
        .requestQueueSize(MOST_WAITING)
        .timeoutOptions(TimeoutOptions.enabled(settings.timeout()))
        .maintNotificationsConfig(MaintNotificationsConfig.disabled())
        .socketOptions(SocketOptions.builder().connectTimeout(CONNECTING).build())
        .sslOptions(ssl.build())
        .build();
  }

  /**
   * Connects.
   *
   * @throws IOException if Redis cannot be reached, or refuses the user
   */
  RedisLink connect() throws IOException, InterruptedException {
    var uri = uri();
    var commands = join(client.connectAsync(CODEC, uri));
    try {
      return new RedisLink(commands, join(client.connectPubSubAsync(CODEC, uri)));
    } catch (IOException | InterruptedException e) {
      var _ = commands.closeAsync();
      throw e;
    }
  }

  private static <T extends StatefulConnection<?, ?>> T join(CompletionStage<T> connecting)
      throws IOException, InterruptedException {
    try {
      return connecting.toCompletableFuture().get(2 * CONNECTING.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      giveUp(connecting);
      throw e;
    } catch (ExecutionException e) {
      throw new RedisFailure("no connection: " + RedisTrouble.text(e));
    } catch (TimeoutException _) {
      giveUp(connecting);
      throw new RedisFailure("no connection: no answer");
    }
  }

  private static void giveUp(CompletionStage<? extends StatefulConnection<?, ?>> connecting) {
    var _ =
        connecting.thenAccept(
            late -> {
              var _ = late.closeAsync();
            });
  }

  private RedisURI uri() throws IOException {
    var uri =
        RedisURI.Builder.redis(settings.host(), settings.port())
            .withSsl(settings.tls())
            .withDatabase(settings.database())
            .withTimeout(CONNECTING);
    var password = settings.currentPassword().toCharArray();
    if (!settings.username().isEmpty()) {
      uri.withAuthentication(settings.username(), password);
    } else if (password.length > 0) {
      uri.withPassword(password);
    }
    return uri.build();
  }

  @Override
  public void close() {
    var _ = client.shutdownAsync(0, 1, TimeUnit.SECONDS);
    Future<Boolean> _ = resources.shutdown(0, 1, TimeUnit.SECONDS);
  }
}
