package dev.portcullis.admin.node;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** The processor time of this process. */
final class NodeProcess {
    private NodeProcess() {}

    /** Since the call before, in thousandths of all processors; 0 while it is not known. */
    static long cpuPermille() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean machine
                ? Math.max(0, Math.round(machine.getProcessCpuLoad() * 1_000))
                : 0;
    }
}
