package dev.portcullis.forked;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The newest lines of one output stream of a process. It is always read, since a process blocks on a full pipe. */
public final class ProcessOutput {
    private static final int MOST = 20_000;

    private final Deque<String> lines = new ArrayDeque<>();
    private final Thread reader;
    private boolean ended;

    ProcessOutput(InputStream stream, String name) {
        this.reader = new Thread(() -> read(stream), name);
        reader.setDaemon(true);
        reader.start();
    }

    public List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /** Returns all lines after the process has ended. */
    List<String> allLines() throws InterruptedException {
        reader.join(TimeUnit.SECONDS.toMillis(10));
        return lines();
    }

    /** Waits for the first matching line; empty if the stream ends or the time passes without one. */
    Optional<String> await(Predicate<String> wanted, long seconds) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        synchronized (lines) {
            while (true) {
                Optional<String> found = lines.stream().filter(wanted).findFirst();
                long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
                if (found.isPresent() || ended || left <= 0) {
                    return found;
                }
                lines.wait(left);
            }
        }
    }

    private void read(InputStream stream) {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                add(line);
            }
        } catch (IOException killed) {
            add("(the process was killed)");
        } finally {
            synchronized (lines) {
                ended = true;
                lines.notifyAll();
            }
        }
    }

    private void add(String line) {
        synchronized (lines) {
            if (lines.size() == MOST) {
                lines.removeFirst();
            }
            lines.add(line);
            lines.notifyAll();
        }
    }
}
