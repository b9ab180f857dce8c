package dev.portcullis.cluster.history;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** All that clients did and met in a run, in the order of one clock. Grows only; may be written from any thread. */
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

    /** The hand of one client, which writes from one thread only. */
    public Witness witness(String client, String user) {
        return new Witness(client, user);
    }

    /** The time of its clock. */
    public long now() {
        return nanos.getAsLong();
    }

    public List<Moment> moments() {
        synchronized (moments) {
            return List.copyOf(moments);
        }
    }

    /** The store may have forgotten what was told after {@code since}; it begins its new life now. */
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

    /** One JSON object a line. */
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

    /** Notes what one client does and meets, connection by connection. */
    public final class Witness {
        private final String client;
        private final String user;
        private int connection;

        private Witness(String client, String user) {
            this.client = client;
            this.user = user;
        }

        public void opened(String node) {
            connection++;
            note(new ClientEvent.Opened(node));
        }

        public void note(ClientEvent event) {
            synchronized (moments) {
                moments.add(new Moment(nanos.getAsLong(), client, user, connection, event));
            }
        }
    }
}
