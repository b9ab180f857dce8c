package dev.portcullis.edge.tcp;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * The file descriptors that this process may have, and what of them is for clients. Without any left, the embedded store
 * can't open its next file, and takes no write until the node is started again (CWE-774).
 *
 * @param limit of the process; the JVM raises the soft limit to the hard one
 */
public record FileDescriptors(long limit) {
    /**
     * The descriptors for the store (256), the audit files, the bus, Redis, outgoing and operators' connections, and the
     * process itself.
     */
    public static final int RESERVED = 512;

    private static final int MIN_FOR_CLIENTS = 200;

    public static FileDescriptors ofProcess() {
        return new FileDescriptors(
                ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                        ? system.getMaxFileDescriptorCount()
                        : Long.MAX_VALUE);
    }

    public boolean areEnough() {
        return limit >= minimum();
    }

    public static int minimum() {
        return RESERVED + MIN_FOR_CLIENTS;
    }

    /** The descriptors for connections that have not upgraded: a quarter of those that are not reserved. */
    public int pending() {
        return clamp(forClients() / 4);
    }

    /** The descriptors for WebSocket connections: the rest. */
    public int open() {
        return clamp(forClients() - pending());
    }

    private long forClients() {
        return Math.max(MIN_FOR_CLIENTS, limit - RESERVED);
    }

    private static int clamp(long number) {
        return (int) Math.min(Integer.MAX_VALUE, number);
    }
}
