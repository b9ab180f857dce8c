package dev.portcullis.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.RedisProcess;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Without certificates the bus accepts any process that reaches its port. Vert.x allocates for a length before the
 * bytes have arrived (CWE-789), and holds an announced message until it is complete (CWE-770).
 */
class HostileBusPeerTest {
    private static final int TIMEOUT_MS = 20_000;
    private static final int BUS_PORT = FreePort.find();
    private static final List<Integer> PORTS = List.of(FreePort.find(), FreePort.find());

    private static RedisProcess redis;
    private static Nodes nodes;
    private static Nodes.Running target;
    private static Nodes.Running other;

    @BeforeAll
    static void start() throws Exception {
        redis = RedisProcess.start();
        nodes = new Nodes(redis.uri());
        target = start("target", PORTS.get(0), BUS_PORT);
        other = start("other", PORTS.get(1), 0);
    }

    @AfterAll
    static void stop() {
        nodes.close();
        redis.close();
    }

    static Stream<Arguments> hostile() {
        int enormous = Integer.MAX_VALUE;
        return Stream.of(
                Arguments.of(
                        "an enormous message",
                        Buffer.buffer().appendInt(enormous).appendInt(0)),
                Arguments.of(
                        "a message just too large",
                        Buffer.buffer().appendInt(64 << 20).appendInt(0)),
                Arguments.of("a negative length", Buffer.buffer().appendInt(-1).appendInt(0)),
                Arguments.of("an empty message", Buffer.buffer().appendInt(0).appendInt(0)),
                Arguments.of(
                        "another version",
                        framed(Buffer.buffer().appendByte((byte) 3).appendInt(0))),
                Arguments.of("an enormous name of a codec", framed(head(-1).appendInt(enormous))),
                Arguments.of(
                        "an enormous address",
                        framed(head(9).appendByte((byte) 0).appendInt(enormous))),
                Arguments.of(
                        "a negative address",
                        framed(head(9).appendByte((byte) 0).appendInt(-5))),
                Arguments.of(
                        "an enormous reply address",
                        framed(text(head(9).appendByte((byte) 0), "x").appendInt(enormous))),
                Arguments.of(
                        "enormous headers",
                        framed(addressed(9).appendInt(enormous).appendInt(1))),
                Arguments.of(
                        "an enormous header",
                        framed(addressed(9).appendInt(12).appendInt(1).appendInt(enormous))),
                Arguments.of(
                        "an enormous number of headers",
                        framed(addressed(9).appendInt(8).appendInt(enormous))),
                Arguments.of(
                        "an enormous string", framed(addressed(9).appendInt(4).appendInt(enormous))),
                Arguments.of(
                        "an enormous buffer", framed(addressed(11).appendInt(4).appendInt(enormous))),
                Arguments.of(
                        "an object to be deserialized",
                        framed(text(addressed(17).appendInt(4), "x"))),
                Arguments.of("an unknown codec", framed(text(addressed(99).appendInt(4), "x"))),
                Arguments.of("HTTP", Buffer.buffer("GET / HTTP/1.1\r\nHost: a\r\n\r\n")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    void malformed_message_closes_its_connection_and_the_bus_goes_on(String name, Buffer bytes) throws Exception {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(bytes.getBytes());
            assertThat(isCutOff(socket)).isTrue();
        }
        assertThat(reaches(other, target)).isTrue();
        assertThat(reaches(target, other)).isTrue();
    }

    @Test
    void incomplete_messages_are_bounded_over_all_connections() throws Exception {
        byte[] partial = Buffer.buffer()
                .appendInt(7 << 20)
                .appendBytes(new byte[6 << 20])
                .getBytes();
        List<Socket> sockets = new java.util.ArrayList<>();
        try {
            for (int i = 0; i < 14; i++) {
                Socket socket = connect();
                sockets.add(socket);
                socket.setSoTimeout(50);
                try {
                    socket.getOutputStream().write(partial);
                } catch (IOException reset) {
                    // A later read shows that it is disconnected.
                }
            }
            assertThat(Await.until(() -> sockets.stream().anyMatch(HostileBusPeerTest::isCutOff)))
                    .isTrue();
            assertThat(reaches(other, target)).isTrue();
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private static Nodes.Running start(String name, int port, int busPort) throws Exception {
        return nodes.start(
                name,
                ClusterFixture.node(port, PORTS, "cluster.bus.port=" + busPort),
                ClusterFixture.settings("portcullis"));
    }

    private static Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), BUS_PORT);
        socket.setSoTimeout(TIMEOUT_MS);
        return socket;
    }

    private static boolean isCutOff(Socket socket) {
        try {
            return socket.getInputStream().read() == -1;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    private static boolean reaches(Nodes.Running from, Nodes.Running to) {
        return Nodes.await(from.vertx()
                .eventBus()
                .<String>request("node@" + to.name(), "", new DeliveryOptions().setSendTimeout(TIMEOUT_MS))
                .map(true)
                .otherwise(false));
    }

    private static Buffer head(int codec) {
        return Buffer.buffer().appendByte((byte) 2).appendByte((byte) codec);
    }

    /** Complete except for its headers and its body. */
    private static Buffer addressed(int codec) {
        return text(text(text(head(codec).appendByte((byte) 0), "node@target"), ""), "sender");
    }

    private static Buffer text(Buffer to, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return to.appendInt(bytes.length).appendBytes(bytes);
    }

    private static Buffer framed(Buffer message) {
        return Buffer.buffer().appendInt(message.length()).appendBuffer(message);
    }
}
