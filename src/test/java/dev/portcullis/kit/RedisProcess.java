package dev.portcullis.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import redis.embedded.core.ExecutableProvider;

/** A real Redis on a free port of loopback, which can be killed, paused, and restarted on its files. */
public final class RedisProcess implements AutoCloseable {
    static final Path BINARY = binary();

    /** Commands that tests need. Up to 6.2 they are enabled by default. */
    private static final List<String> DEBUGGING =
            release() < 7 ? List.of() : List.of("--enable-debug-command", "local");

    private final int port;
    private final Path folder;
    private final List<String> settings;
    private Process process;

    private RedisProcess(int port, Path folder, List<String> settings) {
        this.port = port;
        this.folder = folder;
        this.settings = settings;
    }

    /** Starts a Redis without persistence, unless the settings enable it: {@code "--appendonly", "yes"}. */
    public static RedisProcess start(String... settings) {
        try {
            RedisProcess redis =
                    new RedisProcess(FreePort.find(), Files.createTempDirectory("portcullis-redis"), List.of(settings));
            redis.restart();
            return redis;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Starts a Redis that has on its disk what it acknowledged. */
    public static RedisProcess startKeeping() {
        return start("--appendonly", "yes", "--appendfsync", "always", "--auto-aof-rewrite-percentage", "0");
    }

    public int port() {
        return port;
    }

    public Path folder() {
        return folder;
    }

    public String uri() {
        return "redis://127.0.0.1:" + port;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** Restarts it on its port and files, and returns when it serves them. */
    public void restart() {
        List<String> command = new ArrayList<>(
                List.of(BINARY.toString(), "--port", "" + port, "--bind", "127.0.0.1", "--dir", folder.toString()));
        command.addAll(List.of("--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"));
        command.addAll(DEBUGGING);
        command.addAll(settings);
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("log").toFile())
                    .start();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        if (!Await.until(this::accepts)) {
            throw new IllegalStateException("Redis does not start; see " + folder.resolve("log"));
        }
    }

    /** Sends {@code SIGKILL}, which loses all unwritten data. */
    public void kill() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Copies its files. With {@code appendfsync always} they contain everything that it has acknowledged. */
    public Path copyFiles() {
        Path copy = folder.resolve("copy-" + System.nanoTime());
        copy(folder, copy);
        return copy;
    }

    /** Replaces its files by a copy, while it is down. */
    public void takeFiles(Path copy) {
        loseFiles();
        copy(copy, folder);
    }

    /** Deletes its files, while it is down. */
    public void loseFiles() {
        appendOnly(folder).sorted(Comparator.reverseOrder()).forEach(each -> {
            try {
                Files.delete(each);
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        });
    }

    private static void copy(Path from, Path to) {
        appendOnly(from).forEach(each -> {
            try {
                Path copy = to.resolve(from.relativize(each));
                Files.createDirectories(copy.getParent());
                Files.copy(each, copy);
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        });
    }

    /** One file up to 6.2, and a folder of files from 7 on. Folders come before their files. */
    private static Stream<Path> appendOnly(Path folder) {
        return Stream.of("appendonly.aof", "appendonlydir")
                .map(folder::resolve)
                .filter(Files::exists)
                .flatMap(each -> {
                    try (Stream<Path> all = Files.walk(each)) {
                        return all.toList().stream();
                    } catch (IOException broken) {
                        throw new UncheckedIOException(broken);
                    }
                });
    }

    public void pause() {
        Signal.STOP.to(pid());
    }

    public void goOn() {
        Signal.CONT.to(pid());
    }

    @Override
    public void close() {
        if (isAlive()) {
            goOn();
            kill();
        }
    }

    private boolean accepts() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
            return !isLoading(socket);
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Whether it is up. A server with TLS or a password answers with an error or closes the connection. */
    private static boolean isLoading(Socket socket) {
        try {
            socket.setSoTimeout(1_000);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readNBytes("+PONG\r\n".length());
            return new String(answer, StandardCharsets.US_ASCII).startsWith("-LOADIN");
        } catch (IOException closed) {
            return false;
        }
    }

    private static int release() {
        try {
            String version = new String(
                    new ProcessBuilder(BINARY.toString(), "--version")
                            .start()
                            .getInputStream()
                            .readAllBytes(),
                    StandardCharsets.UTF_8);
            Matcher release = Pattern.compile("v=(\\d+)").matcher(version);
            return release.find() ? Integer.parseInt(release.group(1)) : 0;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** The test dependency, or another release: {@code -Dportcullis.redis=/usr/bin/redis-server}. */
    private static Path binary() {
        String given = System.getProperty("portcullis.redis");
        try {
            return given == null
                    ? ExecutableProvider.newJarResourceProvider().get().toPath()
                    : Path.of(given);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
