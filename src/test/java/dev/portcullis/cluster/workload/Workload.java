package dev.portcullis.cluster.workload;

import dev.portcullis.cluster.history.History;
import dev.portcullis.kit.Await;
import dev.portcullis.protocol.Role;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Clients that publish in rooms over any node and record their history. All run on one event loop. */
public final class Workload implements AutoCloseable {
    private static final long TICK_MS = 5;
    private static final AtomicInteger INSTANCES = new AtomicInteger();

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Context loop = vertx.getOrCreateContext();
    private final History history = new History();
    private final List<ChatClient> clients = new ArrayList<>();
    private long timer;

    /**
     * @param devices connections of each user
     * @param roomsEach rooms of each connection
     * @param inFlight maximum of frames of one connection without an answer
     * @param pauseMs average pause between two frames of one connection
     * @param patienceMs time after which a silent connection is closed
     */
    public record Plan(
            int users, int devices, int rooms, int roomsEach, int inFlight, long pauseMs, long patienceMs, long seed) {
        public static Plan seeded(long seed) {
            return new Plan(8, 2, 4, 2, 4, 20, 6_000, seed);
        }

        public Plan withPause(long ms) {
            return new Plan(users, devices, rooms, roomsEach, inFlight, ms, patienceMs, seed);
        }

        public Plan withRooms(int number, int each) {
            return new Plan(users, devices, number, each, inFlight, pauseMs, patienceMs, seed);
        }

        public Plan withPatience(long ms) {
            return new Plan(users, devices, rooms, roomsEach, inFlight, pauseMs, ms, seed);
        }
    }

    private Workload() {}

    /** Starts all clients at once; each publishes as soon as it has joined. */
    public static Workload start(List<Endpoint> endpoints, Plan plan) {
        Workload workload = new Workload();
        workload.on(() -> {
            workload.createClients(endpoints, plan);
            workload.timer = workload.vertx.setPeriodic(TICK_MS, tick -> workload.tick());
            return true;
        });
        return workload;
    }

    private void createClients(List<Endpoint> endpoints, Plan plan) {
        WebSocketClient client = vertx.createWebSocketClient(new WebSocketClientOptions()
                .setConnectTimeout(1_000)
                .setMaxConnections(10_000)
                .setMaxFrameSize(1 << 20)
                .setMaxMessageSize(1 << 20));
        int instance = INSTANCES.incrementAndGet(); // workloads of one run share no rooms and no ids
        Random random = new Random(plan.seed());
        Publisher.Settings settings = new Publisher.Settings(plan.inFlight(), plan.pauseMs(), plan.patienceMs());
        for (int i = 0; i < plan.users() * plan.devices(); i++) {
            int first = i;
            List<String> rooms = IntStream.range(0, plan.roomsEach())
                    .mapToObj(room -> "load-" + instance + "-" + (first + room) % plan.rooms())
                    .toList();
            int person = i % plan.users();
            String user = "user-" + instance + "-" + person;
            clients.add(new ChatClient(
                    new ClientIdentity(
                            user, user + "-" + i / plan.users(), person % 2 == 0 ? Role.MODERATOR : Role.MEMBER),
                    rooms,
                    history,
                    endpoints,
                    client,
                    settings,
                    new Random(random.nextLong())));
        }
    }

    private void tick() {
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
        clients.forEach(client -> client.tick(millis));
    }

    public History history() {
        return history;
    }

    public int acked() {
        return on(() ->
                clients.stream().mapToInt(client -> client.speech().acked()).sum());
    }

    /** Lets a moderator remove each ordinary member from one room. */
    public void removeMembers() {
        on(() -> {
            clients.stream()
                    .filter(each -> !each.identity().moderates())
                    .map(victim -> victim.identity().user())
                    .distinct()
                    .forEach(this::remove);
            return true;
        });
    }

    private void remove(String user) {
        List<ChatClient> victims = clients.stream()
                .filter(each -> each.identity().user().equals(user))
                .toList();
        String room = victims.get(0).roomIds().get(0);
        victims.forEach(each -> each.expectRemoval(room));
        clients.stream()
                .filter(each -> each.identity().moderates() && each.roomIds().contains(room))
                .findFirst()
                .orElseThrow()
                .speech()
                .remove(room, user);
    }

    /** Closes the connections of this many clients. */
    public void disconnect(int count) {
        on(() -> {
            clients.subList(0, count).forEach(ChatClient::disconnect);
            return true;
        });
    }

    /** Closes the connection of one client. */
    public void disconnectOneOf(Random random) {
        on(() -> {
            clients.get(random.nextInt(clients.size())).disconnect();
            return true;
        });
    }

    /** Whether this many more frames are acknowledged in time. */
    public boolean awaitAcks(int acks, Duration patience) {
        int wanted = acked() + acks;
        return Await.until(() -> acked() >= wanted, patience);
    }

    /** Whether all clients have joined all their rooms in time. */
    public boolean awaitJoined(Duration patience) {
        return Await.until(() -> on(() -> clients.stream().allMatch(ChatClient::isJoined)), patience);
    }

    /** No client speaks in the first room. Returns whether each has all of its entries in time. */
    public boolean silenceFirstRoom(Duration patience) {
        String room = on(() -> {
            String first = clients.get(0).roomIds().get(0);
            clients.forEach(client -> client.speech().silence(first));
            return first;
        });
        return Await.until(
                () -> on(() -> {
                    Map<String, Long> heads = new HashMap<>();
                    clients.forEach(client -> client.raiseHeads(heads));
                    return clients.stream().allMatch(client -> client.isSettled(room, heads.getOrDefault(room, 0L)));
                }),
                patience);
    }

    /** All clients speak in all their rooms again. */
    public void speakAgain() {
        on(() -> {
            clients.forEach(client -> client.speech().speakAgain());
            return true;
        });
    }

    /** Stops publishing. Returns whether all clients have received their answers and all entries in time. */
    public boolean awaitSettled(Duration patience) {
        on(() -> {
            clients.forEach(client -> client.speech().stop());
            return true;
        });
        return Await.until(() -> on(this::isSettled), patience);
    }

    private boolean isSettled() {
        Map<String, Long> heads = new HashMap<>();
        clients.forEach(client -> client.raiseHeads(heads));
        return clients.stream().allMatch(client -> client.isSettled(heads));
    }

    /** The state of each client, for failure messages. */
    public List<String> clientStates() {
        return on(() -> clients.stream().map(ChatClient::toString).toList());
    }

    /** Frames of unexpected types, and refusals that are not temporary. */
    public List<String> unexpectedFrames() {
        return on(() -> clients.stream()
                .flatMap(client -> client.unexpectedFrames().stream())
                .toList());
    }

    private <T> T on(Supplier<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.runOnContext(any -> {
            try {
                result.complete(work.get());
            } catch (RuntimeException broken) {
                result.completeExceptionally(broken);
            }
        });
        return result.join();
    }

    @Override
    public void close() {
        on(() -> {
            clients.forEach(ChatClient::disconnect);
            return vertx.cancelTimer(timer);
        });
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
