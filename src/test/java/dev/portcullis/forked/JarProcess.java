package dev.portcullis.forked;

import dev.portcullis.kit.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The released jar in a process of its own. */
public final class JarProcess implements AutoCloseable {
    private static final String JAR = System.getProperty("portcullis.jar", "target/portcullis.jar");
    private static final long PATIENCE_SECONDS = 180;

    /** Without the second compiler a start takes two thirds of the work; a test ends before that compiler pays off. */
    private static final List<String> SHORT_LIVED =
            List.of(System.getProperty("portcullis.compiler", "-XX:TieredStopAtLevel=1"));

    /** What a node has that runs for long, with thousands of clients: both compilers, and a heap for them. */
    static final List<String> LONG_LIVED = List.of("-Xmx1g");

    private final Process process;
    private final ProcessOutput out;
    private final ProcessOutput err;

    private JarProcess(Process process) {
        this.process = process;
        this.out = new ProcessOutput(process.getInputStream(), "out-" + process.pid());
        this.err = new ProcessOutput(process.getErrorStream(), "err-" + process.pid());
    }

    /** The exit code and the output of a process. */
    public record ExitResult(int code, List<String> out, List<String> err) {}

    /** @param environment variables in addition to those of this process */
    static JarProcess start(Map<String, String> environment, List<String> arguments) {
        return start(List.of(), environment, arguments);
    }

    static JarProcess start(List<String> within, Map<String, String> environment, List<String> arguments) {
        return start(within, ClassArchive.options(Path.of(JAR), SHORT_LIVED), environment, arguments);
    }

    /**
     * @param within prefix of a command that runs the process elsewhere
     * @param options of the JVM
     */
    static JarProcess start(
            List<String> within, List<String> options, Map<String, String> environment, List<String> arguments) {
        List<String> command = new ArrayList<>(within);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx256m");
        command.addAll(options);
        command.addAll(List.of("-jar", JAR));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        try {
            return new JarProcess(builder.start());
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    static ExitResult run(Map<String, String> environment, String... arguments) throws InterruptedException {
        try (JarProcess process = start(environment, List.of(arguments))) {
            return process.ended();
        }
    }

    static ExitResult run(String... arguments) throws InterruptedException {
        return run(Map.of(), arguments);
    }

    public ExitResult ended() throws InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("still running; it printed " + out.lines() + err.lines());
        }
        return new ExitResult(process.exitValue(), out.allLines(), err.allLines());
    }

    /** Writes a line to its standard input. */
    void type(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    public ProcessOutput out() {
        return out;
    }

    public ProcessOutput err() {
        return err;
    }

    public long pid() {
        return process.pid();
    }

    /** Sends SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** Sends SIGSTOP: its sockets stay open and are not served. */
    public void pause() {
        Signal.STOP.to(process.pid());
    }

    /** Sends SIGCONT. */
    public void goOn() {
        Signal.CONT.to(process.pid());
    }

    /** Sends SIGKILL and returns when the process has exited. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    boolean endsWithin(long millis) throws InterruptedException {
        return process.waitFor(millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        kill();
    }
}
