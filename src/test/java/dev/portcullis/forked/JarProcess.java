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

/** The released jar, run as its users run it. */
public final class JarProcess implements AutoCloseable {
    private static final String JAR = System.getProperty("portcullis.jar", "target/portcullis.jar");
    private static final long PATIENCE_SECONDS = 180;

    private final Process process;
    private final Printed out;
    private final Printed err;

    private JarProcess(Process process) {
        this.process = process;
        this.out = new Printed(process.getInputStream(), "out-" + process.pid());
        this.err = new Printed(process.getErrorStream(), "err-" + process.pid());
    }

    /** What a command that ended by itself left behind. */
    public record Ended(int code, List<String> out, List<String> err) {}

    /** @param environment added to this process' own */
    static JarProcess start(Map<String, String> environment, List<String> arguments) {
        return start(List.of(), environment, arguments);
    }

    static JarProcess start(List<String> within, Map<String, String> environment, List<String> arguments) {
        return start(within, List.of(), environment, arguments);
    }

    /**
     * @param within the beginning of a command that runs the rest of it somewhere else
     * @param options of the JVM
     */
    static JarProcess start(
            List<String> within, List<String> options, Map<String, String> environment, List<String> arguments) {
        List<String> command = new ArrayList<>(within);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-Xmx256m", "-jar", JAR));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        try {
            return new JarProcess(builder.start());
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    static Ended run(Map<String, String> environment, String... arguments) throws InterruptedException {
        try (JarProcess process = start(environment, List.of(arguments))) {
            return process.ended();
        }
    }

    static Ended run(String... arguments) throws InterruptedException {
        return run(Map.of(), arguments);
    }

    public Ended ended() throws InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("still running; it printed " + out.lines() + err.lines());
        }
        return new Ended(process.exitValue(), out.allLines(), err.allLines());
    }

    /** Types a line on its standard input. */
    void type(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    public Printed out() {
        return out;
    }

    public Printed err() {
        return err;
    }

    public long pid() {
        return process.pid();
    }

    /** SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** SIGSTOP: its sockets stay open, and nobody serves them. */
    public void pause() {
        Signal.STOP.to(process.pid());
    }

    /** SIGCONT. */
    public void goOn() {
        Signal.CONT.to(process.pid());
    }

    /** SIGKILL, and nothing of it is left afterwards. */
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
