package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.oneport.config.InvalidConfiguration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CapacityTest {
  private static final long MUCH = 1L << 40;

  @ParameterizedTest
  @CsvSource({
    "16384, 1048576, 16384",
    "16384, 9223372036854775807, 16384",
    "16384, 1024, 768",
    "16384, 272, 16",
    "4, 260, 4"
  })
  void filesBoundConnections(int wanted, long files, int connections) {
    assertEquals(connections, Capacity.connections(wanted, MUCH, files));
  }

  @ParameterizedTest
  @CsvSource({"16384, 271", "16384, 257", "16384, 100", "4, 259"})
  void tooFewFilesStopTheStart(int wanted, long files) {
    assertThrows(InvalidConfiguration.class, () -> Capacity.connections(wanted, MUCH, files));
  }

  @ParameterizedTest
  @CsvSource({"16384, 268435456, 8192", "100, 268435456, 100"})
  void memoryBoundsConnections(int wanted, long memory, int connections) {
    assertEquals(connections, Capacity.connections(wanted, memory, 1 << 20));
  }
}
