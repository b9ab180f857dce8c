package dev.portcullis.admin.node;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** The processor time of this process. */
final class NodeProcess {
    private NodeProcess() {}

    /**
     * What it has used since its start, in nanoseconds; 0 where that is not known. The JVM's own figure of a load is of the time since
     * anyone asked for it last, such as a scrape a moment ago.
     */
    static long cpuNanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean machine
                ? Math.max(0, machine.getProcessCpuTime())
                : 0;
    }
}
