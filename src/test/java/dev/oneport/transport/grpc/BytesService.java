package dev.oneport.transport.grpc;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** A service with one method, whose messages are bytes and whose handler is the test's. */
public final class BytesService {
  public static final String PATH = "/test.Bytes/Call";

  private BytesService() {}

  public static ServerServiceDefinition unary(ServerCallHandler<byte[], byte[]> handler) {
    return of(MethodType.UNARY, handler);
  }

  public static ServerServiceDefinition bidi(ServerCallHandler<byte[], byte[]> handler) {
    return of(MethodType.BIDI_STREAMING, handler);
  }

  public static ServerServiceDefinition of(
      MethodType type, ServerCallHandler<byte[], byte[]> handler) {
    return ServerServiceDefinition.builder("test.Bytes").addMethod(method(type), handler).build();
  }

  public static MethodDescriptor<byte[], byte[]> method(MethodType type) {
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setFullMethodName("test.Bytes/Call")
        .setType(type)
        .setRequestMarshaller(Bytes.MARSHALLER)
        .setResponseMarshaller(Bytes.MARSHALLER)
        .build();
  }

  private enum Bytes implements Marshaller<byte[]> {
    MARSHALLER;

    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
