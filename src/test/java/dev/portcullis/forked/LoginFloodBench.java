package dev.portcullis.forked;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.DevToken;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.kit.Work;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Prints which right logins get in, and how long acks of a chat take, while false logins come from ever new addresses: where the
 * account is known, and from other addresses with work and without. Beside the false ones attackers log in with accounts of their
 * own, as often as they can: each from the address of a user, where their account is known, too. The node may be of another release: start it with {@code
 * conf/dev.json} and an empty store, and run this by hand: {@code java -cp … dev.portcullis.forked.LoginFloodBench <port>[,<port> …]}.
 */
final class LoginFloodBench {
    private static final List<Integer> FALSE_LOGINS = List.of(0, 10, 50, 200);
    private static final Duration ROUND = Duration.ofSeconds(24);
    private static final int USERS = 12;
    private static final int TALKERS = 20;
    private static final int ANSWER_MS = 15_000;
    private static final int TRIES = 3;

    /** Logins of one attacker at a time: as many as all clients of an address have places as known ones. */
    private static final int AT_A_TIME = 3;

    private static final String PASSWORD = "Correct-Horse-9";

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger strangers = new AtomicInteger();
    private final List<Integer> ports;
    private final AtomicInteger opened = new AtomicInteger();
    private volatile boolean over;

    private LoginFloodBench(List<Integer> ports) {
        this.ports = ports;
    }

    public static void main(String[] args) throws Exception {
        LoginFloodBench bench = new LoginFloodBench(
                Stream.of(args[0].split(",")).map(Integer::valueOf).toList());
        bench.register();
        for (int round = 0; round < FALSE_LOGINS.size(); round++) {
            bench.round(round, FALSE_LOGINS.get(round));
        }
        System.exit(0);
    }

    /** Users and attackers for each round: an account has so many logins in 15 minutes, and its first one goes before others. */
    private void register() {
        for (int round = 0; round < FALSE_LOGINS.size(); round++) {
            for (int user = 0; user < USERS; user++) {
                register(user(round, user), home(round, user));
                register(attacker(round, user), home(round, user));
            }
        }
    }

    private void register(String name, String from) {
        String form =
                "{\"username\":\"" + name + "\",\"email\":\"" + email(name) + "\",\"password\":\"" + PASSWORD + "\"}";
        if (post(from, "register", form).status() != 201) {
            throw new IllegalStateException("the node has a store with accounts, or is busy");
        }
    }

    private void round(int round, int rate) throws InterruptedException {
        over = false;
        Tally known = new Tally();
        Tally worked = new Tally();
        Tally unknown = new Tally();
        Tally attackers = new Tally();
        Tally acks = new Tally();
        List<Runnable> all = new ArrayList<>(List.of(() -> flood(rate), () -> logIns(round, known, worked, unknown)));
        for (int i = 0; i < TALKERS; i++) {
            all.add(() -> talk(acks));
        }
        for (int i = 0; rate > 0 && i < USERS * AT_A_TIME; i++) {
            int user = i % USERS;
            all.add(() -> repeat(attackers, attacker(round, user), home(round, user)));
        }
        List<Thread> running = all.stream().map(Thread::new).toList();
        running.forEach(Thread::start);
        Await.pass(ROUND);
        over = true;
        for (Thread each : running) {
            each.join();
        }
        System.out.printf(
                Locale.ROOT,
                "%3d false logins a second: known address %s; with work %s; without %s; attackers %s; acks of the chat %s%n",
                rate,
                known,
                worked,
                unknown,
                attackers,
                acks);
        Await.pass(Duration.ofSeconds(5)); // what waits has its answer by then
    }

    private void flood(int rate) {
        while (!over && rate > 0) {
            String body = "{\"email\":\"" + UUID.randomUUID() + "@example.org\",\"password\":\"Wrong-Horse-1\"}";
            threads.execute(() -> tried(() -> post(stranger(), "login", body)));
            Await.pass(Duration.ofNanos(1_000_000_000L / rate));
        }
    }

    private void repeat(Tally tally, String account, String from) {
        while (!over) {
            tally.count(() -> post(from, "login", rightLogin(account) + "}").status() == 200);
            Await.pass(Duration.ofMillis(100));
        }
    }

    private static String rightLogin(String account) {
        return "{\"email\":\"" + email(account) + "\",\"password\":\"" + PASSWORD + "\"";
    }

    /** Each user once at each of the three, so that no limit of an address or an account is reached. */
    private void logIns(int round, Tally known, Tally worked, Tally unknown) {
        for (int i = 0; i < USERS; i++) {
            String name = user(round, i);
            String home = home(round, i);
            threads.execute(() -> logIn(known, name, home, false));
            threads.execute(() -> logIn(worked, name, stranger(), true));
            threads.execute(() -> logIn(unknown, name, stranger(), false));
            Await.pass(ROUND.dividedBy(USERS + 2));
        }
    }

    private void logIn(Tally tally, String name, String from, boolean works) {
        String body = rightLogin(name);
        tally.count(() -> {
            Reply reply = post(from, "login", body + "}");
            for (int tries = 0;
                    works && tries < TRIES && !reply.header("Proof-Of-Work").isEmpty();
                    tries++) {
                String proof = Work.on(reply.header("Proof-Of-Work"));
                reply = post(from, "login", body + ",\"proof\":\"" + proof + "\"}");
            }
            return reply.status() == 200;
        });
    }

    private void talk(Tally acks) {
        String token = "Authorization: Bearer "
                + DevToken.of("u" + UUID.randomUUID()).rooms("lobby").signed();
        try (RawPeer peer = open("127.0.0.1")) {
            peer.upgrade(token);
            peer.next("auth_success");
            peer.text("{\"type\":\"join\",\"roomId\":\"lobby\"}");
            peer.next("joined");
            while (!over) {
                acks.count(() -> {
                    peer.text("{\"type\":\"chat\",\"id\":\"" + UUID.randomUUID()
                            + "\",\"roomId\":\"lobby\",\"content\":\"hi\"}");
                    String said;
                    do { // others speak in between
                        said = peer.read().text();
                    } while (!said.contains("\"type\":\"ack\"") && !said.contains("\"type\":\"error\""));
                    return said.contains("\"type\":\"ack\"");
                });
                Await.pass(Duration.ofMillis(1_100)); // the limit of a user
            }
        }
    }

    private Reply post(String from, String call, String body) {
        try (RawPeer peer = open(from)) {
            return peer.request("POST /api/auth/" + call + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                    + "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body);
        }
    }

    /** Each connection goes to the next node, as behind a load balancer. */
    private int port() {
        return ports.get(Math.floorMod(opened.getAndIncrement(), ports.size()));
    }

    private RawPeer open(String from) {
        try {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(), InetAddress.getByName(from), 0);
            RawPeer peer = RawPeer.over(socket);
            socket.setSoTimeout(ANSWER_MS);
            return peer;
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    private static boolean tried(Supplier<Reply> call) {
        try {
            return call.get().status() > 0;
        } catch (UncheckedIOException cutOff) {
            return false;
        }
    }

    private static String attacker(int round, int user) {
        return "attacker" + round + "x" + user;
    }

    private static String email(String name) {
        return name + "@example.org";
    }

    private static String user(int round, int number) {
        return "user" + round + "x" + number;
    }

    private static String home(int round, int user) {
        return "127.9." + round + "." + (user + 1);
    }

    private String stranger() {
        int number = strangers.incrementAndGet();
        return "127.10." + number / 250 + "." + (number % 250 + 1);
    }

    /** What succeeded, and in which time. */
    private static final class Tally {
        private final List<Long> millis = new ArrayList<>();
        private int tried;

        void count(Supplier<Boolean> step) {
            long begun = System.nanoTime();
            boolean succeeded;
            try {
                succeeded = step.get();
            } catch (UncheckedIOException cutOff) {
                succeeded = false;
            }
            long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
            synchronized (this) {
                tried++;
                if (succeeded) {
                    millis.add(took);
                }
            }
        }

        @Override
        public synchronized String toString() {
            Collections.sort(millis);
            return millis.size() + "/" + tried + " (p50 " + percentile(50) + ", p99 " + percentile(99) + " ms)";
        }

        private String percentile(int share) {
            return millis.isEmpty() ? "-" : Long.toString(millis.get((millis.size() - 1) * share / 100));
        }
    }
}
