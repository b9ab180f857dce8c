package dev.portcullis.cluster.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * A history without a fault, another one for each seed.
 *
 * @param losses what its store forgot
 */
record GoodHistory(List<Moment> moments, List<Loss> losses) {

    static GoodHistory of(long seed) {
        return new Run(seed, 0).go();
    }

    /**
     * Of a store that is now and then replaced by what it was before, or by an empty one. Somebody is told of everything,
     * as in a crowd, and nobody is removed.
     */
    static GoodHistory forgetting(long seed) {
        return new Run(seed, 2).go();
    }

    private static final class Run {
        private final int lossesInHundredSteps;
        private final Random random;
        private final AtomicLong nanos = new AtomicLong();
        private final History history;
        private final GoodServer server;
        private final List<Loss> losses = new ArrayList<>();
        private GoodServer.Snapshot file = GoodServer.Snapshot.empty();
        private long writtenAt;

        Run(long seed, int lossesInHundredSteps) {
            this.lossesInHundredSteps = lossesInHundredSteps;
            random = new Random(seed);
            history = new History(() -> nanos.addAndGet(1 + random.nextInt(1_000_000)));
            server = new GoodServer(random);
        }

        GoodHistory go() {
            List<String> rooms = IntStream.rangeClosed(1, 1 + random.nextInt(2))
                    .mapToObj(i -> "room-" + i)
                    .toList();
            int users = 2 + random.nextInt(3);
            List<GoodClient> clients = clients(users);
            GoodClient listener = client("listener", 0);
            for (int steps = 100 + random.nextInt(500); steps > 0; steps--) {
                if (random.nextInt(100) == 0) {
                    server.fork(rooms.get(0));
                }
                if (random.nextInt(100) < lossesInHundredSteps) {
                    writeOrLose(clients);
                }
                listen(listener, rooms);
                clients.get(random.nextInt(clients.size())).step(rooms, victim(users));
            }
            clients.forEach(client -> client.finish(rooms));
            clients.forEach(client -> client.catchUp(rooms));
            listen(listener, rooms);
            return new GoodHistory(history.moments(), List.copyOf(losses));
        }

        private List<GoodClient> clients(int users) {
            List<GoodClient> clients = new ArrayList<>();
            for (int i = 0; i < users; i++) {
                for (int j = 0; j <= random.nextInt(2); j++) {
                    clients.add(client("user-" + i, j));
                }
            }
            return clients;
        }

        private GoodClient client(String user, int device) {
            String name = user + "/" + device;
            return new GoodClient(user, name, server, history.witness(name, user), random);
        }

        private void listen(GoodClient listener, List<String> rooms) {
            if (lossesInHundredSteps > 0) {
                listener.catchUp(rooms);
            }
        }

        private Optional<String> victim(int users) {
            return lossesInHundredSteps == 0 ? Optional.of("user-" + random.nextInt(users)) : Optional.empty();
        }

        private void writeOrLose(List<GoodClient> clients) {
            if (random.nextBoolean()) {
                file = server.snapshot();
                writtenAt = history.now();
            } else {
                clients.forEach(GoodClient::answerAll); // no answer is under way for that long
                server.restore(file);
                losses.add(new Loss(writtenAt, history.now()));
            }
        }
    }
}
