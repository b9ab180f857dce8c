package dev.portcullis.forked;

import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.RedisProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The classes that a node loads, as an archive of the JVM beside the jar: a process that has it reads, checks and links them
 * in a fraction of the time. The first process that wants it makes it, and all others of the build take it.
 */
final class ClassArchive {
    /** The JVM writes to the output of the program what it has against an archive, and goes on without it. */
    private static final List<String> QUIET = List.of("-Xlog:cds=off", "-Xlog:cds+dynamic=off");

    private static final long PATIENCE_SECONDS = 180;

    private ClassArchive() {}

    /** @param compiler options of the JVM that the archive is for */
    static List<String> options(Path jar, List<String> compiler) {
        try {
            Path archive = jar.toAbsolutePath().resolveSibling("classes.jsa");
            if (!isOf(jar, archive)) {
                make(jar, archive, compiler);
            }
            return with(compiler, "-XX:SharedArchiveFile=" + archive);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** The JVM refuses the archive of another jar. */
    private static boolean isOf(Path jar, Path archive) throws IOException {
        return Files.exists(archive)
                && Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(jar)) > 0;
    }

    /** Several JVMs of tests may want it at once: one makes it while the others wait. */
    private static synchronized void make(Path jar, Path archive, List<String> compiler) throws IOException {
        Path lock = archive.resolveSibling("classes.lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.lock(); // until the channel is closed
            if (!isOf(jar, archive)) {
                Path made = archive.resolveSibling("classes.new");
                startAndStop(with(compiler, "-XX:ArchiveClassesAtExit=" + made));
                Files.move(made, archive, StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    /** The archive is written when the process ends. A node of a cluster loads what one without a cluster does, and more. */
    private static void startAndStop(List<String> options) {
        int port = FreePort.find();
        try (RedisProcess redis = RedisProcess.start();
                JarProcess node = JarProcess.start(List.of(), options, Map.of(), arguments(redis, port))) {
            if (node.out()
                    .await(line -> line.contains(" is ready"), PATIENCE_SECONDS)
                    .isEmpty()) {
                throw new AssertionError(
                        "no node is ready; it printed " + node.err().lines());
            }
            node.terminate();
            node.ended();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private static List<String> arguments(RedisProcess redis, int port) {
        return ForkedNode.arguments(
                Path.of("conf/dev.json"),
                "http.port=0",
                "admin.port=0",
                "drain.windowMs=0",
                "store={\"kind\": \"redis\", \"redis\": {\"uri\": \"" + redis.uri() + "\"}}",
                "uploads.kind=none",
                "cluster.enabled=true",
                "cluster.port=" + port,
                "cluster.bus.port=0",
                "cluster.members=[\"127.0.0.1:" + port + "\"]");
    }

    private static List<String> with(List<String> compiler, String archive) {
        List<String> options = new ArrayList<>(compiler);
        options.add(archive);
        options.addAll(QUIET);
        return options;
    }
}
