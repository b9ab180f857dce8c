package dev.portcullis.app.node;

import dev.portcullis.app.config.NodeConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The name of a node in its log and on the bus: that of its machine, by which an operator finds it, and random letters that
 * tell nodes of one machine, and one process from the next, apart. The starts of a process that are tried again share it.
 */
public final class NodeName {
    private static final int MAX_MACHINE_LENGTH = 63;
    private static final int LETTERS = 4;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Path KERNEL_NAME = Path.of("/proc/sys/kernel/hostname");

    private final String machine;
    private volatile String value;

    private NodeName(String machine) {
        this.machine = machine;
        this.value = on(machine);
    }

    public static NodeName of(NodeConfig config) {
        return new NodeName(machine(config.nodeName()));
    }

    /** The name that the configuration gives this machine, or else its host's. */
    public static String machine(Optional<String> configured) {
        return configured.orElseGet(NodeName::host);
    }

    public String value() {
        return value;
    }

    /**
     * Other nodes know the name now. If this start fails, they expire what bears it, so the next one has to use another.
     */
    void appeared() {
        value = on(machine);
    }

    /**
     * Replaces unusual characters: a host may have any name, and the name of a node is part of addresses and log lines.
     */
    static String on(String machine) {
        String safe = machine.replaceAll("[^A-Za-z0-9.-]+", "-");
        String letters = RANDOM.ints(LETTERS, 0, Character.MAX_RADIX)
                .mapToObj(digit -> Character.toString(Character.forDigit(digit, Character.MAX_RADIX)))
                .collect(Collectors.joining());
        return safe.substring(0, Math.min(safe.length(), MAX_MACHINE_LENGTH)) + "-" + letters;
    }

    /** The kernel knows it also where no name server does. */
    private static String host() {
        try {
            String known = Files.isReadable(KERNEL_NAME)
                    ? Files.readString(KERNEL_NAME).strip()
                    : "";
            return known.isEmpty() ? InetAddress.getLocalHost().getHostName() : known;
        } catch (UnknownHostException unknown) {
            return "node";
        } catch (IOException unreadable) {
            return "node";
        }
    }
}
