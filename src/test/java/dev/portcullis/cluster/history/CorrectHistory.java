package dev.portcullis.cluster.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * A random history without a fault, determined by its seed.
 *
 * @param losses the losses of its store
 */
record CorrectHistory(List<Moment> moments, List<Loss> losses) {

    static CorrectHistory of(long seed) {
        return new Generator(seed, 0).generate();
    }

    /**
     * The store is now and then replaced by an older snapshot or an empty one. One listener receives every entry, so that
     * every lost entry shows in the history, and no user is removed.
     */
    static CorrectHistory withLosses(long seed) {
        return new Generator(seed, 2).generate();
    }

    private static final class Generator {
        private final int lossesInHundredSteps;
        private final Random random;
        private final AtomicLong nanos = new AtomicLong();
        private final History history;
        private final CorrectServer server;
        private final List<Loss> losses = new ArrayList<>();
        private CorrectServer.Snapshot snapshot = CorrectServer.Snapshot.empty();
        private long snapshotAt;

        Generator(long seed, int lossesInHundredSteps) {
            this.lossesInHundredSteps = lossesInHundredSteps;
            random = new Random(seed);
            history = new History(() -> nanos.addAndGet(1 + random.nextInt(1_000_000)));
            server = new CorrectServer(random);
        }

        CorrectHistory generate() {
            List<String> rooms = IntStream.rangeClosed(1, 1 + random.nextInt(2))
                    .mapToObj(i -> "room-" + i)
                    .toList();
            int users = 2 + random.nextInt(3);
            List<CorrectClient> clients = clients(users);
            CorrectClient listener = client("listener", 0);
            for (int steps = 100 + random.nextInt(500); steps > 0; steps--) {
                if (random.nextInt(100) == 0) {
                    server.fork(rooms.get(0));
                }
                if (random.nextInt(100) < lossesInHundredSteps) {
                    snapshotOrLose(clients);
                }
                listen(listener, rooms);
                clients.get(random.nextInt(clients.size())).step(rooms, victim(users));
            }
            clients.forEach(client -> client.finish(rooms));
            clients.forEach(client -> client.catchUp(rooms));
            listen(listener, rooms);
            return new CorrectHistory(history.moments(), List.copyOf(losses));
        }

        private List<CorrectClient> clients(int users) {
            List<CorrectClient> clients = new ArrayList<>();
            for (int i = 0; i < users; i++) {
                for (int j = 0; j <= random.nextInt(2); j++) {
                    clients.add(client("user-" + i, j));
                }
            }
            return clients;
        }

        private CorrectClient client(String user, int device) {
            String name = user + "/" + device;
            return new CorrectClient(user, name, server, history.recorder(name, user), random);
        }

        private void listen(CorrectClient listener, List<String> rooms) {
            if (lossesInHundredSteps > 0) {
                listener.catchUp(rooms);
            }
        }

        private Optional<String> victim(int users) {
            return lossesInHundredSteps == 0 ? Optional.of("user-" + random.nextInt(users)) : Optional.empty();
        }

        private void snapshotOrLose(List<CorrectClient> clients) {
            if (random.nextBoolean()) {
                snapshot = server.snapshot();
                snapshotAt = history.now();
            } else {
                clients.forEach(CorrectClient::takeAllAnswers); // no answer is in flight during the whole loss
                server.restore(snapshot);
                losses.add(new Loss(snapshotAt, history.now()));
            }
        }
    }
}
