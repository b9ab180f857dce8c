package dev.portcullis.forked;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.DevToken;
import dev.portcullis.kit.RawPeer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Prints what honest users get while 1, 10 and 100 attackers do their worst at the same address, with limits as shipped: calls,
 * handshakes and acks that succeed, and how long they take. One user shares the address of the attackers, another does not. The
 * node may be of another release: start it with {@code conf/dev.json}, and run this by hand: {@code java -cp …
 * dev.portcullis.forked.ManyAttackersBench <port>[,<port> …] [<attack> …]}.
 */
final class ManyAttackersBench {
    private static final Duration ROUND = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final Duration PACE = Duration.ofMillis(10);
    private static final int HELD = 40;
    private static final int ANSWER_MS = 5_000;

    private final List<Integer> ports;
    private final AtomicInteger opened = new AtomicInteger();
    private final String address;
    private final AtomicLong attacks = new AtomicLong();
    private volatile boolean over;

    /** @param round each has addresses of its own, for which nothing counts yet */
    private ManyAttackersBench(List<Integer> ports, int round) {
        this.ports = ports;
        this.address = "127.1." + round + ".1";
    }

    /** One step of an attacker, which keeps what it opens. */
    private interface Attack {
        void step(ManyAttackersBench bench, Deque<RawPeer> held);
    }

    private static final Map<String, Attack> ATTACKS = new TreeMap<>(
            Map.of(
                    "no token",
                    (bench, held) -> bench.once("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n"),
                    "foreign page",
                    (bench, held) ->
                            bench.once("GET /api/rooms HTTP/1.1\r\nHost: x\r\nOrigin: https://evil.example\r\n\r\n"),
                    "forged token",
                    (bench, held) ->
                            bench.once("GET /api/rooms HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a.b.c\r\n\r\n"),
                    "silent connections",
                    (bench, held) -> bench.hold(held, ""),
                    "unfinished bodies",
                    (bench, held) -> bench.hold(
                            held,
                            "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{")));

    public static void main(String[] args) throws Exception {
        List<Integer> ports =
                Stream.of(args[0].split(",")).map(Integer::valueOf).toList();
        List<String> chosen = List.of(args).subList(1, args.length);
        int round = 0;
        new ManyAttackersBench(ports, round++).round(0, "-", (bench, held) -> {});
        for (Map.Entry<String, Attack> attack : ATTACKS.entrySet()) {
            for (int attackers :
                    chosen.isEmpty() || chosen.contains(attack.getKey()) ? List.of(1, 10, 100) : List.<Integer>of()) {
                new ManyAttackersBench(ports, round++).round(attackers, attack.getKey(), attack.getValue());
            }
        }
        System.exit(0);
    }

    private void round(int attackers, String name, Attack attack) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < attackers; i++) {
            threads.add(new Thread(() -> attack(attack)));
        }
        Honest near = new Honest(address);
        Honest far = new Honest(address.replace("127.1.", "127.2."));
        threads.add(new Thread(near));
        threads.add(new Thread(far));
        threads.forEach(Thread::start);
        Await.pass(ROUND);
        over = true;
        for (Thread each : threads) {
            each.join();
        }
        System.out.printf(
                Locale.ROOT,
                "%3d attackers, %-18s %7d attacks: same address %s; another %s%n",
                attackers,
                name,
                attacks.get(),
                near,
                far);
    }

    private void attack(Attack attack) {
        Deque<RawPeer> held = new ArrayDeque<>();
        while (!over) {
            attacks.incrementAndGet();
            try {
                attack.step(this, held);
            } catch (UncheckedIOException cutOff) {
                Thread.onSpinWait(); // it goes on at once
            }
        }
        held.forEach(RawPeer::close);
    }

    private void once(String request) {
        try (RawPeer peer = open(address)) {
            peer.request(request);
        }
    }

    /** About 300 a second. */
    private void hold(Deque<RawPeer> held, String begin) {
        Await.pass(PACE);
        for (int i = 0; i < 3; i++) {
            RawPeer peer = open(address);
            held.add(peer);
            peer.write(begin.getBytes(StandardCharsets.US_ASCII));
        }
        while (held.size() > HELD) {
            held.remove().close();
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

    /** A user with valid tokens who calls, connects and chats. */
    private final class Honest implements Runnable {
        private final String from;
        private final Tally calls = new Tally();
        private final Tally handshakes = new Tally();
        private final Tally acks = new Tally();

        Honest(String from) {
            this.from = from;
        }

        @Override
        public void run() {
            while (!over) {
                String token = "Authorization: Bearer "
                        + DevToken.of("u" + UUID.randomUUID()).rooms("lobby").signed();
                calls.count(() -> {
                    try (RawPeer peer = open(from)) {
                        return peer.request("GET /api/rooms HTTP/1.1\r\nHost: x\r\n" + token + "\r\n\r\n")
                                        .status()
                                == 200;
                    }
                });
                try (RawPeer peer = open(from)) {
                    if (handshakes.count(() -> peer.upgrade(token).status() == 101)) {
                        peer.next("auth_success");
                        peer.text("{\"type\":\"join\",\"roomId\":\"lobby\"}");
                        peer.next("joined");
                        acks.count(() -> {
                            peer.text("{\"type\":\"chat\",\"id\":\"c\",\"roomId\":\"lobby\",\"content\":\"hi\"}");
                            String said;
                            do { // others speak in between
                                said = peer.read().text();
                            } while (!said.contains("\"type\":\"ack\""));
                            return true;
                        });
                    }
                } catch (UncheckedIOException refused) {
                    handshakes.count(() -> false);
                }
                Await.pass(PAUSE);
            }
        }

        @Override
        public String toString() {
            return "calls " + calls + ", handshakes " + handshakes + ", acks " + acks;
        }
    }

    /** What succeeded, and in which time. */
    private static final class Tally {
        private final List<Long> millis = new ArrayList<>();
        private int tried;

        boolean count(BooleanSupplier step) {
            tried++;
            long begun = System.nanoTime();
            try {
                if (!step.getAsBoolean()) {
                    return false;
                }
            } catch (UncheckedIOException cutOff) {
                return false;
            }
            millis.add(Duration.ofNanos(System.nanoTime() - begun).toMillis());
            return true;
        }

        @Override
        public String toString() {
            Collections.sort(millis);
            String p99 = millis.isEmpty() ? "-" : millis.get((millis.size() - 1) * 99 / 100) + " ms";
            return millis.size() + "/" + tried + " (p99 " + p99 + ")";
        }
    }
}
