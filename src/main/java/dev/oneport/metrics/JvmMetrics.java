package dev.oneport.metrics;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** Metrics of the virtual machine, under OpenTelemetry's {@code jvm} names. */
final class JvmMetrics {
  private static final double NANOS = 1e9;
  private static final double MILLIS = 1e3;

  private JvmMetrics() {}

  static void addTo(Metrics metrics) {
    var threads = ManagementFactory.getThreadMXBean();
    var classes = ManagementFactory.getClassLoadingMXBean();
    metrics
        .gauges(
            "jvm_memory_used_bytes",
            "Memory in use.",
            "jvm_memory_pool_name",
            each(
                ManagementFactory.getMemoryPoolMXBeans(),
                MemoryPoolMXBean::getName,
                pool -> pool.getUsage().getUsed()))
        .gauges(
            "jvm_memory_committed_bytes",
            "Memory committed by the system.",
            "jvm_memory_pool_name",
            each(
                ManagementFactory.getMemoryPoolMXBeans(),
                MemoryPoolMXBean::getName,
                pool -> pool.getUsage().getCommitted()))
        .gauges(
            "jvm_buffer_memory_used_bytes",
            "Memory of buffers outside the heap.",
            "jvm_buffer_pool_name",
            each(
                ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class),
                BufferPoolMXBean::getName,
                BufferPoolMXBean::getMemoryUsed))
        .counters(
            "jvm_gc_duration_seconds_total",
            "Time spent in garbage collections.",
            "jvm_gc_name",
            each(
                ManagementFactory.getGarbageCollectorMXBeans(),
                GarbageCollectorMXBean::getName,
                gc -> gc.getCollectionTime() / MILLIS))
        .gauge("jvm_thread_count", "Platform threads.", threads::getThreadCount)
        .gauge("jvm_class_count", "Loaded classes.", classes::getLoadedClassCount);
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      metrics.counter(
          "jvm_cpu_time_seconds_total",
          "Processor time of this process.",
          () -> system.getProcessCpuTime() / NANOS);
    }
  }

  private static <B> Supplier<Map<String, ? extends Number>> each(
      List<B> beans, Function<B, String> name, Function<B, Number> value) {
    return () -> {
      var values = new LinkedHashMap<String, Number>();
      beans.forEach(bean -> values.put(name.apply(bean), value.apply(bean)));
      return values;
    };
  }
}
