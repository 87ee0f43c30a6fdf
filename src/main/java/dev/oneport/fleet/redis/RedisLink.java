package dev.oneport.fleet.redis;

import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/**
 * One connection for commands and one for messages, which live and die together.
 *
 * @param commands for commands
 * @param messages for messages of the channels
 */
record RedisLink(
    StatefulRedisConnection<String, byte[]> commands,
    StatefulRedisPubSubConnection<String, byte[]> messages)
    implements AutoCloseable {
  RedisAsyncCommands<String, byte[]> async() {
    return commands.async();
  }

  /** Whether neither was closed. */
  boolean isOpen() {
    return commands.isOpen() && messages.isOpen();
  }

  /** Completed when both have answered. */
  CompletableFuture<Void> ping() {
    return CompletableFuture.allOf(
        commands.async().ping().toCompletableFuture(),
        messages.async().ping().toCompletableFuture());
  }

  /**
   * Receives the messages of channels; completed when Redis will send them.
   *
   * @param heard receives channel and message on the library's thread, and must not wait
   */
  CompletableFuture<Void> subscribe(BiConsumer<String, byte[]> heard, String... channels) {
    messages.addListener(
        new RedisPubSubAdapter<String, byte[]>() {
          @Override
          public void message(String channel, byte[] message) {
            heard.accept(channel, message);
          }
        });
    return messages.async().subscribe(channels).toCompletableFuture();
  }

  @Override
  public void close() {
    var _ = commands.closeAsync();
    var _ = messages.closeAsync();
  }
}
