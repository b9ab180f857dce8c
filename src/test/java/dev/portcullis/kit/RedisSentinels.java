package dev.portcullis.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Three real sentinels on loopback, which promote a replica half a second after they lose the master. */
public final class RedisSentinels implements AutoCloseable {
    public static final String MASTER_NAME = "chat";

    private static final int COUNT = 3;

    private final List<Integer> ports = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();

    private RedisSentinels() {}

    /** Returns when all of them know each other and the replica. */
    public static RedisSentinels watching(RedisProcess master) {
        RedisSentinels sentinels = new RedisSentinels();
        for (int i = 0; i < COUNT; i++) {
            sentinels.begin(master);
        }
        if (!Await.until(() -> sentinels.ports.stream().allMatch(RedisSentinels::isReady))) {
            throw new IllegalStateException("the sentinels do not find each other");
        }
        return sentinels;
    }

    public String uri() {
        return "redis://" + ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
    }

    /** Whether all of them name this server as the master. */
    public boolean name(RedisProcess server) {
        return ports.stream()
                .allMatch(port -> new RedisConsole(port)
                        .ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER_NAME)
                        .endsWith("\n" + server.port()));
    }

    public int port(int index) {
        return ports.get(index);
    }

    /** Sends {@code SIGKILL} to one of them. */
    public void kill(int index) {
        processes.get(index).destroyForcibly();
    }

    @Override
    public void close() {
        processes.forEach(Process::destroyForcibly);
    }

    private void begin(RedisProcess master) {
        try {
            Path folder = Files.createTempDirectory("portcullis-sentinel");
            int port = FreePort.find();
            Path config = Files.write(
                    folder.resolve("sentinel.conf"),
                    List.of(
                            "port " + port,
                            "bind 127.0.0.1",
                            "dir " + folder,
                            "sentinel monitor " + MASTER_NAME + " 127.0.0.1 " + master.port() + " 2",
                            "sentinel down-after-milliseconds " + MASTER_NAME + " 500",
                            "sentinel failover-timeout " + MASTER_NAME + " 3000"));
            ports.add(port);
            processes.add(new ProcessBuilder(RedisProcess.BINARY.toString(), config.toString(), "--sentinel")
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("log").toFile())
                    .start());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static boolean isReady(int port) {
        try {
            String known = new RedisConsole(port).ask("INFO", "sentinel");
            return known.contains("slaves=1,sentinels=" + COUNT);
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }
}
