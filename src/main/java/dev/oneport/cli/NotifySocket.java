package dev.oneport.cli;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/**
 * Sends a datagram to a Unix socket, for which Java has no channel. The constants are those of
 * Linux, the only system with systemd. Loaded only if it is needed.
 */
@SuppressWarnings("restricted") // calls the C library
final class NotifySocket {
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM_CLOEXEC = 0x80002;
  private static final int MSG_NOSIGNAL = 0x4000;

  /** The longest path in {@code sockaddr_un}, which begins with two bytes for the family. */
  private static final int LONGEST = 107;

  private static final int FAMILY = Short.BYTES;

  private static final MethodHandle SOCKET =
      function(
          "socket",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT));
  private static final MethodHandle SENDTO =
      function(
          "sendto",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT));
  private static final MethodHandle CLOSE =
      function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

  private NotifySocket() {}

  private static MethodHandle function(String name, FunctionDescriptor type) {
    var linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
  }

  /**
   * Sends a text; false if that failed.
   *
   * @param socket a path, or an abstract name after {@code @}
   */
  static boolean send(String socket, String text) throws Throwable {
    var name = socket.getBytes(StandardCharsets.UTF_8);
    if (name.length > LONGEST || !(socket.startsWith("/") || socket.startsWith("@"))) {
      return false;
    }
    var isAbstract = name[0] == '@';
    name[0] = isAbstract ? 0 : name[0];
    try (var arena = Arena.ofConfined()) {
      // The rest of the memory is zero, and so ends the path.
      var address = arena.allocate(FAMILY + LONGEST + 1);
      address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
      MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, FAMILY, name.length);
      var content = text.getBytes(StandardCharsets.UTF_8);
      var message = arena.allocateFrom(ValueLayout.JAVA_BYTE, content);
      return send(address, FAMILY + name.length + (isAbstract ? 0 : 1), message);
    }
  }

  private static boolean send(MemorySegment address, int length, MemorySegment message)
      throws Throwable {
    int descriptor = (int) SOCKET.invokeExact(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
    if (descriptor < 0) {
      return false;
    }
    try {
      long size = message.byteSize();
      long sent =
          (long) SENDTO.invokeExact(descriptor, message, size, MSG_NOSIGNAL, address, length);
      return sent == size;
    } finally {
      int _ = (int) CLOSE.invokeExact(descriptor);
    }
  }
}
