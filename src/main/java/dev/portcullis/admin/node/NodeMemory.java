package dev.portcullis.admin.node;

import io.netty.util.internal.PlatformDependent;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.LinkedHashMap;
import java.util.Map;

/** The memory of this process. */
final class NodeMemory {
    private NodeMemory() {}

    static double heapUsed() {
        return heap().getUsed();
    }

    static long heapMax() {
        return heap().getMax();
    }

    static Map<String, Object> fields() {
        MemoryUsage heap = heap();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("heapUsed", heap.getUsed());
        fields.put("heapMax", heap.getMax());
        fields.put("direct", Math.max(0, PlatformDependent.usedDirectMemory())); // the JVM's figure lacks these buffers
        fields.put("directMax", PlatformDependent.maxDirectMemory());
        return fields;
    }

    private static MemoryUsage heap() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    }
}
