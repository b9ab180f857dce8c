package dev.portcullis.kit.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A program that a test starts, with what it prints. It ends with the test, and its children with it. */
public final class Program implements AutoCloseable {
    private static final long PATIENCE_MINUTES = 10;

    private final Process process;
    private final Path output;

    private Program(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** @param folder for its output */
    public static Program start(Path folder, List<String> command, Map<String, String> environment) {
        return startIn(Path.of(""), folder, command, environment);
    }

    /** @param directory in which it runs */
    public static Program startIn(Path directory, Path folder, List<String> command, Map<String, String> environment) {
        try {
            Path output = Files.createTempFile(folder, "output", ".txt");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toAbsolutePath().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            return new Program(builder.start(), output);
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    /** Whether the command is installed and succeeds. */
    public static boolean succeeds(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException missing) { // there is no such command
            return false;
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** The process of the program and those that it has started. */
    public List<ProcessHandle> processes() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Does this when the program ends. */
    public void atEnd(Runnable work) {
        var unused = process.onExit().thenRun(work);
    }

    /** Writes a line for the program to read. */
    public void tell(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** Waits for a line of its output. */
    public String line(Predicate<String> wanted, String what) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(PATIENCE_MINUTES);
        while (true) {
            boolean ended = !process.isAlive();
            String printed = printed();
            String complete = ended ? printed : printed.substring(0, printed.lastIndexOf('\n') + 1);
            for (String line : complete.split("\n", -1)) {
                if (wanted.test(line)) {
                    return line;
                }
            }
            assertThat(ended || System.nanoTime() - deadline > 0)
                    .as("%s comes, after: %s", what, printed)
                    .isFalse();
            process.waitFor(20, TimeUnit.MILLISECONDS);
        }
    }

    /** Waits for its end. */
    public boolean hasSucceeded() throws InterruptedException {
        return process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES) && process.exitValue() == 0;
    }

    /** Waits for its end, and returns what it printed. */
    public String succeeded() throws InterruptedException {
        assertThat(hasSucceeded()).as(this::printed).isTrue();
        return printed();
    }

    /** What it has printed so far. */
    public String printed() {
        try {
            return Files.readString(output);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> all = processes();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(each ->
                each.onExit().orTimeout(PATIENCE_MINUTES, TimeUnit.MINUTES).join());
    }
}
