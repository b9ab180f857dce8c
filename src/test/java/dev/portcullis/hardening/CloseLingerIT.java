package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.Upgrade;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A client that is still sending when it is closed must receive the close code. Without the linger, unread bytes would
 * turn the end of the TCP connection into a reset.
 */
class CloseLingerIT {
    private static final int CLIENTS = 30;
    private static final String KEY = "an-api-key-for-a-test";

    private final List<RawPeer> peers = new ArrayList<>();

    @AfterEach
    void part() {
        peers.forEach(RawPeer::close);
    }

    static Stream<Arguments> violations() {
        return Stream.of(
                Arguments.of(1003, violation(peer -> peer.frame(0x82, new byte[] {1}))),
                Arguments.of(1007, violation(peer -> peer.frame(0x81, new byte[] {(byte) 0x80}))),
                Arguments.of(1009, violation(peer -> peer.frame(0x81, new byte[70_000]))),
                Arguments.of(1002, violation(peer -> peer.write(new byte[] {(byte) 0xC1, (byte) 0x80, 1, 2, 3, 4}))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("violations")
    void client_that_keeps_sending_receives_the_close_code(int code, Consumer<RawPeer> violation) throws Exception {
        try (TestNode node = TestNode.generous("sessions.max=1000", "limits.closeLingerMs=10000")) {
            List<CompletableFuture<Integer>> codes = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                RawPeer peer = enter(node, "peer-" + i);
                codes.add(codeHeardBy(peer));
                violation.accept(peer);
                sendUntil(codes.get(i), peer);
            }
            assertThat(heard(codes)).containsOnly(code).hasSize(CLIENTS);
        }
    }

    @Test
    void clients_that_keep_sending_receive_1012_during_a_drain() throws Exception {
        List<CompletableFuture<Integer>> codes = new ArrayList<>();
        try (TestNode node = TestNode.generous("sessions.max=1000", "limits.closeLingerMs=10000")) {
            List<RawPeer> entered = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                entered.add(enter(node, "peer-" + i));
            }
            for (RawPeer peer : entered) {
                CompletableFuture<Integer> code = codeHeardBy(peer);
                codes.add(code);
                inBackground(() -> sendUntil(code, peer));
            }
        }
        assertThat(heard(codes)).containsOnly(1012).hasSize(CLIENTS);
    }

    @Test
    void client_that_never_answers_a_close_holds_its_slot_until_it_is_disconnected() throws Exception {
        try (TestNode node = TestNode.generous("admin.apiKey=" + KEY, "limits.closeLingerMs=10000")) {
            RawPeer peer = enter(node, "silent");
            peer.frame(0x82, new byte[] {1});
            assertThat(peer.closeCode()).isEqualTo(1003);
            assertThat(connections(node)).isEqualTo(1);
            peer.frame(0x81, new byte[10]);
            assertThat(peer.isCutOff()).isTrue();
            assertThat(Await.until(() -> connections(node) == 0)).isTrue();
        }
    }

    private static Consumer<RawPeer> violation(Consumer<RawPeer> does) {
        return does;
    }

    private static List<Integer> heard(List<CompletableFuture<Integer>> codes) throws Exception {
        List<Integer> all = new ArrayList<>();
        for (CompletableFuture<Integer> each : codes) {
            all.add(each.get(30, TimeUnit.SECONDS));
        }
        return all;
    }

    private static CompletableFuture<Integer> codeHeardBy(RawPeer peer) {
        CompletableFuture<Integer> code = new CompletableFuture<>();
        inBackground(() -> {
            try {
                code.complete(peer.closeCode());
            } catch (UncheckedIOException lost) {
                code.complete(1006);
            }
        });
        return code;
    }

    private static void inBackground(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
    }

    /** Like most clients, stops reading when a write fails. */
    private static void sendUntil(CompletableFuture<Integer> heard, RawPeer peer) {
        byte[] more = new byte[4_096];
        try {
            while (!heard.isDone()) {
                peer.frame(0x81, more);
            }
        } catch (UncheckedIOException reset) {
            heard.complete(1006);
        }
        peer.close(); // otherwise the node waits for the answer to its close
    }

    private RawPeer enter(TestNode node, String user) {
        assertThat(Await.until(() -> {
                    RawPeer peer = RawPeer.to(node.port());
                    peers.add(peer);
                    return Upgrade.of().withToken(node.token(user)).from(peer).status() == 101;
                }))
                .as("connected, on a busy node after some attempts")
                .isTrue();
        RawPeer peer = peers.get(peers.size() - 1);
        peer.next("auth_success");
        return peer;
    }

    private static long connections(TestNode node) {
        HttpRequest request = HttpRequest.newBuilder(node.admin("/metrics"))
                .header("Authorization", "Bearer " + KEY)
                .build();
        try {
            return HttpClient.newHttpClient()
                    .send(request, BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("portcullis_connections "))
                    .mapToLong(line -> (long) Double.parseDouble(line.substring("portcullis_connections ".length())))
                    .sum();
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }
}
