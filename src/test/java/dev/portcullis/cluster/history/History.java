package dev.portcullis.cluster.history;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** All that clients did and received in a run, in the order of one clock. Any thread may add to it. */
public final class History {
    private final LongSupplier nanos;
    private final List<Moment> moments = new ArrayList<>();
    private final List<Loss> losses = new ArrayList<>();

    public History() {
        this(sinceNow());
    }

    History(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** The recorder of one client, used by one thread. */
    public Recorder recorder(String client, String user) {
        return new Recorder(client, user);
    }

    /** The time of its clock in nanoseconds. */
    public long now() {
        return nanos.getAsLong();
    }

    public List<Moment> moments() {
        synchronized (moments) {
            return List.copyOf(moments);
        }
    }

    /** The store may have lost entries from after {@code since}, and serves again from now on. */
    public void noteLoss(long since) {
        synchronized (moments) {
            losses.add(new Loss(since, now()));
        }
    }

    List<Loss> losses() {
        synchronized (moments) {
            return List.copyOf(losses);
        }
    }

    /** Writes one JSON object per line. */
    public void dump(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (Moment each : moments()) {
                out.write(each.toJson().encode());
                out.newLine();
            }
        }
    }

    private static LongSupplier sinceNow() {
        long began = System.nanoTime();
        return () -> System.nanoTime() - began;
    }

    /** Records the events of one client with the number of its connection. */
    public final class Recorder {
        private final String client;
        private final String user;
        private int connection;

        private Recorder(String client, String user) {
            this.client = client;
            this.user = user;
        }

        public void connected(String node) {
            connection++;
            add(new ClientEvent.Connected(node));
        }

        public void add(ClientEvent event) {
            synchronized (moments) {
                moments.add(new Moment(nanos.getAsLong(), client, user, connection, event));
            }
        }
    }
}
