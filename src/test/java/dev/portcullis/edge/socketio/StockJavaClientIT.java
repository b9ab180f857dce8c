package dev.portcullis.edge.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.TestNode;
import io.socket.client.Ack;
import io.socket.client.IO;
import io.socket.client.Manager;
import io.socket.client.Socket;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.json.JSONException;
import org.json.JSONObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The stock client in Java: an application that was written for Socket.IO, with another URL. */
class StockJavaClientIT {
    private static TestNode node;

    private final List<Socket> open = new ArrayList<>();

    @BeforeAll
    static void start() {
        List<String> settings = new ArrayList<>(TestNode.GENEROUS);
        settings.add("socketio.defaultRoom=lobby");
        settings.add("stages={\"edge\": 2, \"auth\": 1, \"ratelimit\": 1, \"rooms\": 1, \"broadcast\": 1}");
        node = TestNode.start(settings.toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @AfterEach
    void disconnect() {
        open.forEach(Socket::disconnect);
    }

    static List<List<String>> transports() {
        return List.of(List.of("polling"), List.of("websocket"), List.of("polling", "websocket"));
    }

    private Socket client(String token, String namespace, List<String> transports) {
        return client(node.port(), token, namespace, transports);
    }

    private Socket client(int port, String token, String namespace, List<String> transports) {
        IO.Options options = IO.Options.builder()
                .setForceNew(true)
                .setTransports(transports.toArray(String[]::new))
                .setReconnectionDelay(50)
                .setReconnectionDelayMax(200)
                .setExtraHeaders(Map.of("Origin", List.of("http://localhost:3000")))
                .setAuth(Map.of("token", token))
                .build();
        Socket socket = IO.socket(URI.create("http://127.0.0.1:" + port + namespace), options);
        open.add(socket);
        return socket;
    }

    private static BlockingQueue<Object[]> events(Socket socket, String name) {
        BlockingQueue<Object[]> events = new LinkedBlockingQueue<>();
        socket.on(name, events::add);
        return events;
    }

    private static Object[] next(BlockingQueue<Object[]> events) throws InterruptedException {
        Object[] event = events.poll(30, TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("nothing came");
        }
        return event;
    }

    @ParameterizedTest
    @MethodSource("transports")
    void chat_of_two_users_works_over_each_transport(List<String> transports) throws Exception {
        Socket ann = client(node.token("ann"), "", transports);
        Socket bob = client(node.token("bob"), "", List.of("websocket"));
        BlockingQueue<Object[]> joined = events(ann, "joined");
        BlockingQueue<Object[]> bobJoined = events(bob, "joined");
        BlockingQueue<Object[]> received = events(ann, "receive-message");
        BlockingQueue<Object[]> bobReceived = events(bob, "receive-message");
        ann.connect();
        bob.connect();
        next(joined);
        next(bobJoined);

        bob.emit("send-message", new JSONObject().put("message", "hello ann"));
        JSONObject message = (JSONObject) next(received)[0];
        assertThat(message.getString("userId")).isEqualTo("bob");
        assertThat(message.getString("message")).isEqualTo("hello ann");
        next(bobReceived);

        CompletableFuture<JSONObject> acked = new CompletableFuture<>();
        ann.emit("chat", new JSONObject().put("roomId", "lobby").put("content", "hello bob"), (Ack)
                answer -> acked.complete((JSONObject) answer[0]));
        JSONObject ack = acked.get(30, TimeUnit.SECONDS);
        assertThat(ack.getString("type")).isEqualTo("ack");
        JSONObject back = (JSONObject) next(bobReceived)[0];
        assertThat(back.getString("messageId")).isEqualTo(ack.getString("messageId"));
        assertThat(ann.connected()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void client_that_disconnects_has_sent_what_it_emitted_before(List<String> transports) throws Exception {
        Socket reader = client(node.token("reader"), "", List.of("websocket"));
        BlockingQueue<Object[]> readerJoined = events(reader, "joined");
        BlockingQueue<Object[]> received = events(reader, "chat");
        reader.connect();
        next(readerJoined);
        Socket writer = client(node.token("writer"), "", transports);
        BlockingQueue<Object[]> joined = events(writer, "joined");
        writer.connect();
        next(joined);
        for (int i = 0; i < 10; i++) {
            writer.emit("chat", new JSONObject().put("roomId", "lobby").put("content", "m" + i));
        }
        writer.disconnect();
        for (int i = 0; i < 10; i++) {
            assertThat(((JSONObject) next(received)[0]).getString("content")).isEqualTo("m" + i);
        }
    }

    @Test
    void client_that_begins_with_polls_is_upgraded() throws Exception {
        Socket ann = client(node.token("upgraded"), "", List.of("polling", "websocket"));
        BlockingQueue<Object[]> upgrades = new LinkedBlockingQueue<>();
        ann.io()
                .on(
                        Manager.EVENT_TRANSPORT,
                        transport -> ((io.socket.engineio.client.Transport) transport[0])
                                .on(
                                        "open",
                                        any -> upgrades.add(
                                                new Object[] {((io.socket.engineio.client.Transport) transport[0]).name
                                                })));
        ann.connect();
        List<Object> names = new ArrayList<>();
        while (!names.contains("websocket")) {
            names.add(next(upgrades)[0]);
        }
        for (int i = 0; i < 20; i++) {
            CompletableFuture<Object[]> pong = new CompletableFuture<>();
            ann.emit("ping", new JSONObject(), (Ack) pong::complete);
            assertThat(pong.get(30, TimeUnit.SECONDS)).isNotEmpty();
        }
    }

    @Test
    void refused_token_is_a_connect_error_with_its_message() throws Exception {
        Socket tokenless = client("", "", List.of("polling"));
        BlockingQueue<Object[]> errors = events(tokenless, Socket.EVENT_CONNECT_ERROR);
        tokenless.connect();
        assertThat(messageOf(next(errors))).isIn("NO_TOKEN", "AUTH_FAILED");
        Socket forged = client("a.b.c", "", List.of("websocket"));
        BlockingQueue<Object[]> refused = events(forged, Socket.EVENT_CONNECT_ERROR);
        forged.connect();
        assertThat(messageOf(next(refused))).isEqualTo("AUTH_FAILED");
    }

    @Test
    void other_namespace_is_a_connect_error() throws Exception {
        Socket other = client(node.token("cat"), "/admin", List.of("polling"));
        BlockingQueue<Object[]> errors = events(other, Socket.EVENT_CONNECT_ERROR);
        other.connect();
        assertThat(messageOf(next(errors))).isEqualTo("Invalid namespace");
    }

    @Test
    void client_whose_websocket_is_lost_connects_again() throws Exception {
        try (Line line = new Line(node.port())) {
            Socket dan = client(line.port(), node.token("dan"), "", List.of("websocket"));
            BlockingQueue<Object[]> connects = events(dan, Socket.EVENT_CONNECT);
            BlockingQueue<Object[]> joined = events(dan, "joined");
            List<String> reasons = Collections.synchronizedList(new ArrayList<>());
            dan.on(Socket.EVENT_DISCONNECT, reason -> reasons.add(Arrays.toString(reason)));
            dan.connect();
            next(connects);
            next(joined);
            line.cut();
            next(connects);
            next(joined);
            assertThat(reasons).hasSize(1);
        }
    }

    /** Between two polls a client has no connection that could be lost: then its session just goes on. */
    @Test
    void client_whose_polls_are_lost_goes_on() throws Exception {
        try (Line line = new Line(node.port())) {
            Socket dan = client(line.port(), node.token("dan"), "", List.of("polling"));
            BlockingQueue<Object[]> joined = events(dan, "joined");
            dan.connect();
            next(joined);
            for (int i = 0; i < 5; i++) {
                line.cut();
                assertThat(Await.until(() -> isAnswered(dan))).isTrue();
            }
        }
    }

    private static boolean isAnswered(Socket client) {
        CountDownLatch answer = new CountDownLatch(1);
        client.emit("health-check", new Object[] {new JSONObject()}, any -> answer.countDown());
        try {
            return answer.await(200, TimeUnit.MILLISECONDS); // a cut may have taken it along: then it is sent again
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** A line to the node that can be cut. */
    private static final class Line implements AutoCloseable {
        private final ServerSocket entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final List<java.net.Socket> ends = Collections.synchronizedList(new ArrayList<>());
        private final int target;

        Line(int target) throws IOException {
            this.target = target;
            start(() -> {
                while (true) {
                    java.net.Socket from = entrance.accept();
                    java.net.Socket to = new java.net.Socket(InetAddress.getLoopbackAddress(), this.target);
                    ends.add(from);
                    ends.add(to);
                    start(() -> from.getInputStream().transferTo(to.getOutputStream()), from, to);
                    start(() -> to.getInputStream().transferTo(from.getOutputStream()), from, to);
                }
            });
        }

        private interface Task {
            void run() throws IOException;
        }

        private static void start(Task task, Closeable... atTheEnd) {
            Thread thread = new Thread(() -> {
                try {
                    task.run();
                } catch (IOException cut) {
                    // as it should be
                }
                for (Closeable each : atTheEnd) {
                    try {
                        each.close();
                    } catch (IOException closed) {
                        // already
                    }
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        int port() {
            return entrance.getLocalPort();
        }

        void cut() throws IOException {
            synchronized (ends) {
                for (java.net.Socket each : ends) {
                    each.close();
                }
                ends.clear();
            }
        }

        @Override
        public void close() throws IOException {
            entrance.close();
            cut();
        }
    }

    private static String messageOf(Object[] error) throws JSONException {
        return ((JSONObject) error[0]).getString("message");
    }
}
