package dev.portcullis.cluster.kit;

import dev.portcullis.forked.ForkedNode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a node holds at one moment.
 *
 * @param heap bytes of the objects that live, by class
 * @param direct bytes of Netty's buffers outside the heap
 * @param resident bytes of the process in memory
 * @param cpu of the process since its start
 */
public record NodeResources(
        Map<String, Long> heap, long direct, long threads, long descriptors, long resident, Duration cpu) {
    private static final Pattern CLASS = Pattern.compile("\\s*\\d+:\\s+\\d+\\s+(\\d+)\\s+(\\S+).*");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    /** Collects the garbage of the node first, all of it, which stops the node for a moment. */
    public static NodeResources of(NodeFork fork) throws Exception {
        ForkedNode node = fork.running();
        long pid = node.process().pid();
        Path process = Path.of("/proc/" + pid);
        return new NodeResources(
                living(pid),
                node.statistics().getJsonObject("memory").getLong("direct"),
                files(process.resolve("task")),
                files(process.resolve("fd")),
                resident(process.resolve("status")),
                ProcessHandle.of(pid)
                        .flatMap(each -> each.info().totalCpuDuration())
                        .orElseThrow());
    }

    public long heapBytes() {
        return heap.values().stream().mapToLong(Long::longValue).sum();
    }

    private static Map<String, Long> living(long pid) throws Exception {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        "" + pid,
                        "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        Map<String, Long> bytes = new LinkedHashMap<>();
        jcmd.inputReader()
                .lines()
                .map(CLASS::matcher)
                .filter(Matcher::matches)
                .forEach(line -> bytes.merge(line.group(2), Long.parseLong(line.group(1)), Long::sum));
        if (jcmd.waitFor() != 0 || bytes.isEmpty()) {
            throw new IOException("jcmd tells nothing of the process " + pid);
        }
        return bytes;
    }

    private static long files(Path folder) throws IOException {
        long count = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path ignored : files) {
                count++;
            }
        }
        return count;
    }

    private static long resident(Path status) throws IOException {
        return Files.readAllLines(status).stream()
                .map(RESIDENT::matcher)
                .filter(Matcher::matches)
                .mapToLong(line -> Long.parseLong(line.group(1)) * 1_024)
                .findFirst()
                .orElseThrow();
    }
}
