package dev.portcullis.edge.socketio;

import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Prints what a room of two clients costs by polls and by the WebSocket of Socket.IO, next to our own protocol in the same run, so
 * that the ratios count: messages a second where sixteen wait for their acknowledgements at a time, and the time from sending one
 * alone to its delivery. Run it by hand.
 */
final class SocketIoBench {
    private static final int AT_A_TIME = 16;

    private SocketIoBench() {}

    /** A client in a room. */
    private interface Member {
        /** Sends messages together, and returns when all are acknowledged. */
        void say(List<String> contents);

        /** The content of the next message. */
        String heard();

        void leave();
    }

    private enum Way {
        NATIVE {
            @Override
            Member enter(TestNode node, String user, String room) {
                return new Native(node, user, room);
            }
        },
        SOCKET {
            @Override
            Member enter(TestNode node, String user, String room) {
                EngineClient client = new EngineClient(node);
                EngineClient.Socket socket = client.socket();
                socket.next();
                socket.connect(node.token(user, room)).join(room);
                return new Events(room, packets -> packets.forEach(socket::send), socket::next, () -> socket.send("1"));
            }
        },
        POLLS {
            @Override
            Member enter(TestNode node, String user, String room) {
                EngineClient.Polled polled = new EngineClient(node)
                        .polled()
                        .connect(node.token(user, room))
                        .join(room);
                return new Events(
                        room,
                        packets -> polled.post(packets.toArray(String[]::new)),
                        polled::next,
                        () -> polled.post("1"));
            }
        };

        abstract Member enter(TestNode node, String user, String room);
    }

    private record Figures(double perSecond, double median, double worst) {}

    public static void main(String[] args) {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        int messages = args.length > 1 ? Integer.parseInt(args[1]) : 2_000;
        try (TestNode node = TestNode.generous("limits.connectionsPerIp=100000")) {
            for (Way way : Way.values()) {
                measure(node, way, messages, "warm-" + way);
            }
            for (int round = 1; round <= rounds; round++) {
                Figures base = null;
                for (Way way : Way.values()) {
                    Figures figures = measure(node, way, messages, way + "-" + round);
                    base = base == null ? figures : base;
                    System.out.println(
                            line(round, way, figures, base)); // in one piece, between the lines of the node's log
                }
            }
        }
        System.exit(0);
    }

    private static String line(int round, Way way, Figures figures, Figures base) {
        return "round %d, %s: %.0f messages a second (ratio %.2f), delivered after %.2f ms (ratio %.2f), 99 of 100 within %.2f ms (ratio %.2f)"
                .formatted(
                        round,
                        way,
                        figures.perSecond,
                        figures.perSecond / base.perSecond,
                        figures.median,
                        figures.median / base.median,
                        figures.worst,
                        figures.worst / base.worst);
    }

    private static Figures measure(TestNode node, Way way, int messages, String room) {
        Member sender = way.enter(node, "sender-" + room, room);
        Member reader = way.enter(node, "reader-" + room, room);
        try {
            long[] nanos = new long[messages / AT_A_TIME];
            for (int i = 0; i < nanos.length; i++) {
                String content = "alone " + i;
                long begun = System.nanoTime();
                CompletableFuture<Long> heard = async(() -> hear(reader, content));
                sender.say(List.of(content));
                nanos[i] = EngineClient.await(heard) - begun;
            }
            Arrays.sort(nanos);
            long begun = System.nanoTime();
            CompletableFuture<Long> last = async(() -> hear(reader, "message " + (messages - 1)));
            for (int i = 0; i < messages; i += AT_A_TIME) {
                sender.say(IntStream.range(i, Math.min(messages, i + AT_A_TIME))
                        .mapToObj(each -> "message " + each)
                        .toList());
            }
            double seconds = (EngineClient.await(last) - begun) / 1e9;
            return new Figures(messages / seconds, nanos[nanos.length / 2] / 1e6, nanos[nanos.length * 99 / 100] / 1e6);
        } finally {
            sender.leave();
            reader.leave();
        }
    }

    private static CompletableFuture<Long> async(Supplier<Long> work) {
        return CompletableFuture.supplyAsync(work).orTimeout(5, TimeUnit.MINUTES);
    }

    private static long hear(Member reader, String content) {
        while (!reader.heard().equals(content)) {
            // one before it
        }
        return System.nanoTime();
    }

    private static final class Native implements Member {
        private final JdkPeer peer;
        private final String room;
        private int ids;

        Native(TestNode node, String user, String room) {
            this.room = room;
            this.peer = JdkPeer.admitted(node.ws(), node.token(user, room));
            peer.next("auth_success");
            peer.join(room);
        }

        @Override
        public void say(List<String> contents) {
            contents.forEach(content -> peer.send(new JsonObject()
                    .put("type", "chat")
                    .put("roomId", room)
                    .put("content", content)
                    .put("id", "m" + ids++)));
            contents.forEach(each -> peer.next("ack"));
            peer.rest(); // the sender's own messages
        }

        @Override
        public String heard() {
            return peer.next("chat").getString("content");
        }

        @Override
        public void leave() {
            peer.close();
        }
    }

    /** Each message is two events, one for each kind of application. */
    private static final class Events implements Member {
        private final String room;
        private final Consumer<List<String>> send;
        private final Supplier<String> packets;
        private final Runnable leave;
        private int ids;

        Events(String room, Consumer<List<String>> send, Supplier<String> packets, Runnable leave) {
            this.room = room;
            this.send = send;
            this.packets = packets;
            this.leave = leave;
        }

        @Override
        public void say(List<String> contents) {
            send.accept(contents.stream()
                    .map(content -> "42" + ids++
                            + new JsonArray()
                                    .add("chat")
                                    .add(new JsonObject().put("roomId", room).put("content", content)))
                    .toList());
            int acks = 0;
            while (acks < contents.size()) {
                acks += packets.get().startsWith("43") ? 1 : 0;
            }
        }

        @Override
        public String heard() {
            return EngineClient.event("chat", packets).getString("content");
        }

        @Override
        public void leave() {
            leave.run();
        }
    }
}
